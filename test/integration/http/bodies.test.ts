/** Bodies of requests: which are refused, and which clients are asked to send theirs. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { API } from '../../../src/app.ts';
import { MAX_JSON_BODY } from '../../../src/http/validate.ts';
import { userModel } from '../../../src/users/model.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { describedOperations, DOCUMENT, requiredHeaders } from '../../support/document.ts';
import { call } from '../../support/http.ts';
import { begun } from '../../support/uploads.ts';

const MiB = 1024 * 1024;

const type = (contentType: string, encoding?: string) => ({
  'Content-Type': contentType,
  ...(encoding !== undefined && { 'Content-Encoding': encoding }),
});

describe('over HTTP', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  const asAdmin = (method: string, path: string, options: Parameters<typeof call>[3] = {}) =>
    call(test, method, path, { token: test.admin.token, ...options });
  const usersNow = () => userModel(test.database).countDocuments({});

  /** Sends text over a separate socket and returns what comes back, until the server closes it or `until` matches. */
  async function overSocket(send: (socket: Socket) => unknown, until: RegExp): Promise<string> {
    const { port } = new URL(test.url);
    const socket = connect(Number(port), '127.0.0.1').setEncoding('latin1');
    socket.on('error', () => {});
    await once(socket, 'connect');
    await send(socket);
    let got = '';
    for await (const piece of socket as AsyncIterable<string>) {
      got += piece;
      if (until.test(got)) break;
    }
    socket.destroy();
    return got;
  }

  describe('a JSON body', () => {
    const user = { email: 'body@clinic.example', fullName: 'Body', role: 'clinician' };
    const text = JSON.stringify(user);

    const refused: [what: string, options: Parameters<typeof call>[3], status: number, code: string][] = [
      ['of another type', { raw: text, headers: type('text/plain') }, 415, 'media-type-unsupported'],
      [
        'of a form',
        { raw: 'email=a%40b', headers: type('application/x-www-form-urlencoded') },
        415,
        'media-type-unsupported',
      ],
      [
        'of a type that only looks alike',
        { raw: text, headers: type('application/json-patch+json') },
        415,
        'media-type-unsupported',
      ],
      ['that is missing', {}, 415, 'media-type-unsupported'],
      [
        'that is compressed',
        { raw: gzipSync(text), headers: type('application/json', 'gzip') },
        415,
        'media-type-unsupported',
      ],
      [
        'that is a compressed bomb',
        { raw: gzipSync(Buffer.alloc(64 * MiB, 0x20)), headers: type('application/json', 'gzip') },
        415,
        'media-type-unsupported',
      ],
      [
        'with an encoding that nobody knows',
        { raw: text, headers: type('application/json', 'rot13') },
        415,
        'media-type-unsupported',
      ],
      ['that is empty', { raw: '', headers: type('application/json') }, 400, 'malformed-json'],
      [
        'that is not UTF-8',
        { raw: Buffer.from(text.replace('Body', 'Jos\u00e9'), 'latin1'), headers: type('application/json') },
        400,
        'malformed-json',
      ],
      [
        'in another charset',
        { raw: text, headers: type('application/json; charset=iso-8859-1') },
        415,
        'media-type-unsupported',
      ],
      ['that is no JSON', { raw: '{"email":', headers: type('application/json') }, 400, 'malformed-json'],
      ['that is two documents', { raw: `${text}${text}` }, 400, 'malformed-json'],
      ['that is a bare value', { raw: '"text"' }, 400, 'malformed-json'],
      [
        'with a key __proto__',
        { raw: '{"email":"body@clinic.example","fullName":"Body","role":"clinician","__proto__":{"isActive":true}}' },
        400,
        'malformed-json',
      ],
      ["with a constructor's prototype", { raw: '{"constructor":{"prototype":{"x":1}}}' }, 422, 'validation-failed'],
      [
        'that is nested 100,000 deep',
        { raw: `${'['.repeat(100_000)}${']'.repeat(100_000)}` },
        422,
        'validation-failed',
      ],
      ['that is an array', { raw: '[]' }, 422, 'validation-failed'],
      ['with an operator instead of text', { body: { ...user, email: { $ne: null } } }, 422, 'validation-failed'],
      [
        'with half of a surrogate pair',
        { raw: '{"email":"body@clinic.example","fullName":"Bo\\ud800dy","role":"clinician"}' },
        422,
        'validation-failed',
      ],
      [
        'with half of a surrogate pair in its address',
        { raw: '{"email":"bo\\udfffdy@clinic.example","fullName":"Body","role":"clinician"}' },
        422,
        'validation-failed',
      ],
      ['with an unknown field', { body: { ...user, isAdmin: true } }, 422, 'validation-failed'],
      [
        'that is too large',
        { raw: JSON.stringify({ ...user, fullName: 'x'.repeat(MAX_JSON_BODY) }) },
        413,
        'body-too-large',
      ],
    ];
    for (const [what, options, status, code] of refused) {
      it(`${what} is answered with ${status}, and nothing is stored`, async () => {
        const before = await usersNow();
        const answer = await asAdmin('POST', '/users', options);
        expect(answer.json).to.include({ status, code });
        expect(answer.status).to.equal(status);
        expect(await usersNow()).to.equal(before);
      });
    }

    it('may be as large as the limit', async () => {
      const padded = JSON.stringify({ email: 'a', password: 'b' }).padEnd(MAX_JSON_BODY);
      expect((await call(test, 'POST', '/auth/login', { raw: padded })).json.code).to.equal('credentials-invalid');
      expect((await call(test, 'POST', '/auth/login', { raw: `${padded} ` })).json.code).to.equal('body-too-large');
    });

    it('that is too large without announcing it is answered with 413', async () => {
      const answer = await overSocket((socket) => {
        socket.write(
          `POST ${API}/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n` +
            'Transfer-Encoding: chunked\r\n\r\n',
        );
        const piece = ' '.repeat(64 * 1024);
        for (let sent = 0; sent <= MAX_JSON_BODY; sent += piece.length)
          socket.write(`${piece.length.toString(16)}\r\n${piece}\r\n`);
      }, /\}$/);
      expect(answer)
        .to.match(/^HTTP\/1\.1 413 /)
        .and.include('"code":"body-too-large"');
    });

    it('has its wrong fields named by JSON Pointers, at most a hundred of them', async () => {
      const { json } = await asAdmin('POST', '/users', { body: { ...user, email: 3, 'a/b~c': 1 } });
      expect(json.errors.map((error: { path: string }) => error.path)).to.have.members(['/email', '/a~1b~0c']);
      const many = await asAdmin('POST', '/users', {
        body: Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`key${n}`, n])),
      });
      expect(many.json.errors).to.have.length(101);
    });
  });

  describe('a body that is not needed', () => {
    it('is not asked for when the guards refuse the request', async () => {
      const head =
        `POST ${API}/ecgs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n` +
        'Expect: 100-continue\r\n';
      const answer = await overSocket((socket) => socket.write(`${head}\r\n`), /\}$/);
      expect(answer).to.match(/^HTTP\/1\.1 401 /);
      const wanted = await overSocket(
        (socket) => socket.write(`${head}Authorization: Bearer ${test.clinician.token}\r\n\r\n`),
        /\r\n\r\n/,
      );
      expect(wanted).to.match(/^HTTP\/1\.1 100 /);
    });

    it('is asked for by every operation that accepts one', async () => {
      const asked: string[] = [];
      const id = await begun(test, test.clinician, 100);
      const { token: own } = test.clinician;
      const body = { leads: [{ name: 'II', signal: [1, -1] }] };
      const { id: ecg } = (await call(test, 'POST', '/ecgs', { token: own, body })).json as { id: string };
      for (const described of describedOperations(DOCUMENT)) {
        const { method, address, operation } = described;
        const needed = Object.entries(requiredHeaders(described)).map(([name, value]) => `${name}: ${value}\r\n`);
        const { token } = operation['x-access'] === 'admin' ? test.admin : test.clinician;
        for (const mediaType of Object.keys(operation.requestBody?.content ?? {})) {
          const path = address.replaceAll(/\{\w+\}/g, address.includes('/ecgs/') ? ecg : id);
          const head =
            `${method.toUpperCase()} ${path} HTTP/1.1\r\nHost: x\r\n` +
            `Authorization: Bearer ${token}\r\n` +
            `${needed.join('')}Content-Type: ${mediaType}; boundary=x\r\nContent-Length: 100\r\n` +
            'Expect: 100-continue\r\n\r\n';
          const answer = await overSocket((socket) => socket.write(head), /\r\n\r\n/);
          asked.push(`${method} ${address} ${mediaType} ${answer.slice(0, 12)}`);
        }
      }
      expect(asked).to.have.length.greaterThan(15);
      expect(asked.filter((line) => !line.endsWith(' HTTP/1.1 100'))).to.deep.equal([]);
    });

    for (const [what, path, headers, status] of [
      ['an upload over the limit', '/ecgs', 'Content-Type: application/json\r\nContent-Length: 2000000000', 413],
      [
        'a compressed upload',
        '/ecgs',
        'Content-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 1000000',
        415,
      ],
      [
        'a JSON body over the limit',
        '/auth/login',
        `Content-Type: application/json\r\nContent-Length: ${2 * MiB}`,
        413,
      ],
      ['a JSON body of another type', '/auth/login', 'Content-Type: text/plain\r\nContent-Length: 100', 415],
    ] as const) {
      it(`is not asked for when it is announced as ${what}`, async () => {
        const head =
          `POST ${API}${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${test.clinician.token}\r\n` +
          `Expect: 100-continue\r\n${headers}\r\n\r\n`;
        expect(await overSocket((socket) => socket.write(head), /\r\n\r\n/)).to.match(
          new RegExp(`^HTTP/1\\.1 ${status} `),
        );
      });
    }

    it('is asked for if the announced request is acceptable', async () => {
      const head =
        `POST ${API}/auth/login HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Type: application/json\r\n` +
        'Content-Length: 100\r\n\r\n';
      expect(await overSocket((socket) => socket.write(head), /\r\n\r\n/)).to.match(/^HTTP\/1\.1 100 /);
    });

    it('does not delay the answer to a client that is still sending, and the connection stays usable', async () => {
      let answers = '';
      const body = 'x'.repeat(8 * MiB);
      const got = await overSocket((socket) => {
        socket.write(
          `POST ${API}/ecgs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n` +
            `Content-Length: ${body.length}\r\n\r\n${body.slice(0, 1000)}`,
        );
        socket.on('data', (piece: string) => {
          if (answers === '')
            socket.write(`${body.slice(1000)}GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
          answers += piece;
        });
      }, /"ok"/);
      expect(got)
        .to.match(/^HTTP\/1\.1 401 /)
        .and.include('"token-missing"')
        .and.match(/HTTP\/1\.1 200 /);
    });

    it('does not lose the answer to a client that reads only after it has sent everything', async () => {
      const got = await overSocket(async (socket) => {
        socket.write(
          `POST ${API}/ecgs HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n` +
            `Content-Length: ${8 * MiB}\r\n\r\n`,
        );
        await new Promise((resolve) => socket.write('x'.repeat(8 * MiB), resolve));
      }, /\}$/);
      expect(got)
        .to.match(/^HTTP\/1\.1 401 /)
        .and.include('"token-missing"');
    });
  });
});
