/** What every operation has in common: how requests are refused, and how problems are told. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { API } from '../../src/app.ts';
import { MAX_JSON_BODY } from '../../src/http/validate.ts';
import { apiDocument } from '../../src/openapi.ts';
import { userModel } from '../../src/users/model.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { describedOperations } from '../support/document.ts';
import { call } from '../support/http.ts';

const MiB = 1024 * 1024;

const type = (contentType: string, encoding?: string) => ({ 'Content-Type': contentType, ...(encoding !== undefined && { 'Content-Encoding': encoding }) });

describe('HTTP', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  const asAdmin = (method: string, path: string, options: Parameters<typeof call>[3] = {}) => call(test, method, path, { token: test.admin.token, ...options });
  const usersNow = () => userModel(test.database).countDocuments({});

  /** Sends text over a socket of its own and gives what comes back, until the server closes or `until` is there. */
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

  describe('a query', () => {
    for (const [what, query, path] of [
      ['an unknown parameter', 'colour=red', 'colour'],
      ['a repeated parameter', 'limit=1&limit=2', 'limit'],
      ['an operator', 'role[$ne]=admin', 'role[$ne]'],
      ['an operator in a string', 'q=%7B%22$ne%22:null%7D&role=%7B%22$ne%22:null%7D', 'role'],
      ['a prototype', '__proto__=1', '__proto__'],
      ['a limit of zero', 'limit=0', 'limit'],
      ['a limit that is too high', 'limit=201', 'limit'],
      ['a limit that is no whole number', 'limit=1e1', 'limit'],
      ['an empty limit', 'limit=', 'limit'],
    ] as const) {
      it(`with ${what} is a 400 that names it`, async () => {
        const { status, json } = await asAdmin('GET', `/users?${query}`);
        expect(status).to.equal(400);
        expect(json).to.include({ code: 'invalid-query' });
        expect(json.errors.map((error: { path: string }) => error.path)).to.deep.equal([`/${path}`]);
      });
    }

    it('is refused where an operation takes none', async () => {
      const { status, json } = await asAdmin('GET', '/auth/me?verbose=1');
      expect(status).to.equal(400);
      expect(json.errors).to.deep.equal([{ path: '/verbose', message: 'is not known here' }]);
    });

    it('with the cursor of another list is a 400', async () => {
      for (const cursor of ['x', Buffer.from('[1,2]').toString('base64url'), Buffer.from('{"$ne":1}').toString('base64url')]) {
        expect((await asAdmin('GET', `/users?cursor=${cursor}`)).json).to.include({ status: 400, code: 'invalid-cursor' });
      }
    });
  });

  describe('a JSON body', () => {
    const user = { email: 'body@clinic.example', fullName: 'Body', role: 'clinician' };
    const text = JSON.stringify(user);

    const refused: [what: string, options: Parameters<typeof call>[3], status: number, code: string][] = [
      ['of another type', { raw: text, headers: type('text/plain') }, 415, 'media-type-unsupported'],
      ['of a form', { raw: 'email=a%40b', headers: type('application/x-www-form-urlencoded') }, 415, 'media-type-unsupported'],
      ['of a type that only looks alike', { raw: text, headers: type('application/json-patch+json') }, 415, 'media-type-unsupported'],
      ['that is missing', {}, 415, 'media-type-unsupported'],
      ['that is compressed', { raw: gzipSync(text), headers: type('application/json', 'gzip') }, 415, 'media-type-unsupported'],
      ['that is a compressed bomb', { raw: gzipSync(Buffer.alloc(64 * MiB, 0x20)), headers: type('application/json', 'gzip') }, 415, 'media-type-unsupported'],
      ['with an encoding that nobody knows', { raw: text, headers: type('application/json', 'rot13') }, 415, 'media-type-unsupported'],
      ['that is empty', { raw: '', headers: type('application/json') }, 400, 'malformed-json'],
      ['that is not UTF-8', { raw: Buffer.from(text.replace('Body', 'Jos\u00e9'), 'latin1'), headers: type('application/json') }, 400, 'malformed-json'],
      ['in another charset', { raw: text, headers: type('application/json; charset=iso-8859-1') }, 415, 'media-type-unsupported'],
      ['that is no JSON', { raw: '{"email":', headers: type('application/json') }, 400, 'malformed-json'],
      ['that is two documents', { raw: `${text}${text}` }, 400, 'malformed-json'],
      ['that is a bare value', { raw: '"text"' }, 400, 'malformed-json'],
      ['with a key __proto__', { raw: '{"email":"body@clinic.example","fullName":"Body","role":"clinician","__proto__":{"isActive":true}}' }, 400, 'malformed-json'],
      ['with a constructor\'s prototype', { raw: '{"constructor":{"prototype":{"x":1}}}' }, 422, 'validation-failed'],
      ['that is nested 100,000 deep', { raw: `${'['.repeat(100_000)}${']'.repeat(100_000)}` }, 422, 'validation-failed'],
      ['that is an array', { raw: '[]' }, 422, 'validation-failed'],
      ['with an operator instead of text', { body: { ...user, email: { $ne: null } } }, 422, 'validation-failed'],
      ['with half of a surrogate pair', { raw: '{"email":"body@clinic.example","fullName":"Bo\\ud800dy","role":"clinician"}' }, 422, 'validation-failed'],
      ['with half of a surrogate pair in its address', { raw: '{"email":"bo\\udfffdy@clinic.example","fullName":"Body","role":"clinician"}' }, 422, 'validation-failed'],
      ['with an unknown field', { body: { ...user, isAdmin: true } }, 422, 'validation-failed'],
      ['that is too large', { raw: JSON.stringify({ ...user, fullName: 'x'.repeat(MAX_JSON_BODY) }) }, 413, 'body-too-large'],
    ];
    for (const [what, options, status, code] of refused) {
      it(`${what} is a ${status}, and nothing is stored`, async () => {
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

    it('that is too large without saying so is a 413', async () => {
      const answer = await overSocket((socket) => {
        socket.write(`POST ${API}/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`);
        const piece = ' '.repeat(64 * 1024);
        for (let sent = 0; sent <= MAX_JSON_BODY; sent += piece.length) socket.write(`${piece.length.toString(16)}\r\n${piece}\r\n`);
      }, /\}$/);
      expect(answer).to.match(/^HTTP\/1\.1 413 /).and.include('"code":"body-too-large"');
    });

    it('names the wrong fields by JSON Pointers, at most a hundred of them', async () => {
      const { json } = await asAdmin('POST', '/users', { body: { ...user, email: 3, 'a/b~c': 1 } });
      expect(json.errors.map((error: { path: string }) => error.path)).to.have.members(['/email', '/a~1b~0c']);
      const many = await asAdmin('POST', '/users', { body: Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`key${n}`, n])) });
      expect(many.json.errors).to.have.length(101);
    });
  });

  describe('a body that nobody wants', () => {
    it('is not asked for when the guards refuse the request', async () => {
      const head = `POST ${API}/ecgs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\nExpect: 100-continue\r\n`;
      const answer = await overSocket((socket) => socket.write(`${head}\r\n`), /\}$/);
      expect(answer).to.match(/^HTTP\/1\.1 401 /);
      const wanted = await overSocket((socket) => socket.write(`${head}Authorization: Bearer ${test.clinician.token}\r\n\r\n`), /\r\n\r\n/);
      expect(wanted).to.match(/^HTTP\/1\.1 100 /);
    });

    it('is asked for by every operation that takes one', async () => {
      const asked: string[] = [];
      for (const { method, address, operation } of describedOperations(apiDocument())) {
        const { token } = operation['x-access'] === 'admin' ? test.admin : test.clinician;
        for (const mediaType of Object.keys(operation.requestBody?.content ?? {})) {
          const head = `${method.toUpperCase()} ${address.replaceAll(/\{\w+\}/g, 'x')} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n`
            + `Content-Type: ${mediaType}; boundary=x\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n`;
          const answer = await overSocket((socket) => socket.write(head), /\r\n\r\n/);
          asked.push(`${method} ${address} ${mediaType} ${answer.slice(0, 12)}`);
        }
      }
      expect(asked).to.have.length.greaterThan(15);
      expect(asked.filter((line) => !line.endsWith(' HTTP/1.1 100'))).to.deep.equal([]);
    });

    for (const [what, path, headers, status] of [
      ['an upload over the limit', '/ecgs', 'Content-Type: application/json\r\nContent-Length: 2000000000', 413],
      ['a compressed upload', '/ecgs', 'Content-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 1000000', 415],
      ['a JSON body over the limit', '/auth/login', `Content-Type: application/json\r\nContent-Length: ${2 * MiB}`, 413],
      ['a JSON body of another type', '/auth/login', 'Content-Type: text/plain\r\nContent-Length: 100', 415],
    ] as const) {
      it(`is not asked for when it is announced as ${what}`, async () => {
        const head = `POST ${API}${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${test.clinician.token}\r\nExpect: 100-continue\r\n${headers}\r\n\r\n`;
        expect(await overSocket((socket) => socket.write(head), /\r\n\r\n/)).to.match(new RegExp(`^HTTP/1\\.1 ${status} `));
      });
    }

    it('is asked for when nothing speaks against it', async () => {
      const head = `POST ${API}/auth/login HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n`;
      expect(await overSocket((socket) => socket.write(head), /\r\n\r\n/)).to.match(/^HTTP\/1\.1 100 /);
    });

    it('does not keep the answer from a client that is still sending, and the connection goes on', async () => {
      let answers = '';
      const body = 'x'.repeat(8 * MiB);
      const got = await overSocket((socket) => {
        socket.write(`POST ${API}/ecgs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 1000)}`);
        socket.on('data', (piece: string) => {
          if (answers === '') socket.write(`${body.slice(1000)}GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
          answers += piece;
        });
      }, /"ok"/);
      expect(got).to.match(/^HTTP\/1\.1 401 /).and.include('"token-missing"').and.match(/HTTP\/1\.1 200 /);
    });

    it('does not keep the answer from a client that reads only when it has sent everything', async () => {
      const got = await overSocket(async (socket) => {
        socket.write(`POST ${API}/ecgs HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${8 * MiB}\r\n\r\n`);
        await new Promise((resolve) => socket.write('x'.repeat(8 * MiB), resolve));
      }, /\}$/);
      expect(got).to.match(/^HTTP\/1\.1 401 /).and.include('"token-missing"');
    });
  });

  describe('a method', () => {
    it('that a resource does not know is a 405 with those that it knows', async () => {
      const { status, json, headers } = await asAdmin('PUT', '/users');
      expect(status).to.equal(405);
      expect(json).to.include({ code: 'method-not-allowed' });
      expect(headers.get('allow')!.split(', ')).to.have.members(['GET', 'HEAD', 'POST', 'OPTIONS']);
    });

    it('OPTIONS tells the methods, to everybody', async () => {
      const { status, headers, text } = await call(test, 'OPTIONS', '/users/any');
      expect([status, text]).to.deep.equal([204, '']);
      expect(headers.get('allow')!.split(', ')).to.have.members(['GET', 'HEAD', 'PATCH', 'DELETE', 'OPTIONS']);
    });

    it('HEAD is GET without the body, guards included', async () => {
      const get = await asAdmin('GET', '/users');
      const address = `${test.url}${API}/users`;
      const head = await fetch(address, { method: 'HEAD', headers: { Authorization: `Bearer ${test.admin.token}` } });
      expect([head.status, await head.text()]).to.deep.equal([200, '']);
      expect(head.headers.get('content-length')).to.equal(String(get.bytes.byteLength));
      expect((await fetch(address, { method: 'HEAD' })).status).to.equal(401);
    });
  });

  describe('a problem', () => {
    it('is an RFC 9457 document of a known shape', async () => {
      const { status, headers, json } = await call(test, 'GET', '/nothing');
      expect(status).to.equal(404);
      expect(headers.get('content-type')).to.equal('application/problem+json');
      expect(json).to.deep.equal({
        type: 'urn:leadwire:problem:not-found', title: 'There is no such thing, or it is not yours', status: 404, code: 'not-found',
        detail: 'Nothing that you may see has this address.', requestId: headers.get('x-request-id'),
      });
    });

    it('is the same for every path that is not routed', async () => {
      for (const path of ['/api', '/api/v1', '/api/v2/users', '/docs/secret', '/docs/5.0.0/package.json', '/%E0%A4%A', '/healthz/x']) {
        const response = await fetch(test.url + path);
        expect(((await response.json()) as { code: string }).code, path).to.equal('not-found');
      }
    });

    it('of ours is a 500 that tells nothing of its cause, and no headers of the success that was begun', async () => {
      const failing = await startTestApp();
      failing.app.operations.add('get', '/failing', { access: 'public' }, async ({ ctx }) => {
        ctx.set('ETag', '"1"');
        ctx.status = 201;
        throw new TypeError('the secret cause');
      });
      const { status, json, text, headers } = await call(failing, 'GET', '/failing');
      await failing.close();
      expect(status).to.equal(500);
      expect(json.code).to.equal('internal-error');
      expect(text).to.not.match(/secret|TypeError|\.ts/);
      expect(headers.has('etag')).to.equal(false);
    });
  });

  describe('the request id', () => {
    it('of the client is answered, in the problem too', async () => {
      const { headers, json } = await call(test, 'GET', '/nothing', { headers: { 'X-Request-Id': 'a.B_c-9' } });
      expect([headers.get('x-request-id'), json.requestId]).to.deep.equal(['a.B_c-9', 'a.B_c-9']);
    });

    for (const id of ['has spaces', 'quote"', 'x'.repeat(65), '{"$ne":1}', '<b>']) {
      it(`${JSON.stringify(id.slice(0, 12))} of the client is replaced`, async () => {
        const { headers } = await call(test, 'GET', '/nothing', { headers: { 'X-Request-Id': id } });
        expect(headers.get('x-request-id')).to.match(/^[\da-f-]{36}$/);
      });
    }
  });

  describe('every answer', () => {
    it('has the headers that keep a browser and a cache from using it otherwise', async () => {
      for (const { headers } of [await asAdmin('GET', '/users'), await call(test, 'GET', '/nothing')]) {
        expect(headers.get('content-security-policy')).to.equal("default-src 'none';frame-ancestors 'none';base-uri 'none';form-action 'none'");
        expect(headers.get('x-content-type-options')).to.equal('nosniff');
        expect(headers.get('cache-control')).to.equal('no-store');
        expect(headers.has('x-powered-by')).to.equal(false);
      }
    });
  });

  describe('the rate limit', () => {
    let limited: TestApp;
    before(async () => {
      limited = await startTestApp({ rateLimit: 4 });
    });
    after(() => limited.close());

    it('counts by user, and by address where nobody is known', async () => {
      const { clinician, other } = limited;
      for (let n = 0; n < 4; n += 1) expect((await call(limited, 'GET', '/auth/me', { token: clinician.token })).status).to.equal(200);
      const refused = await call(limited, 'GET', '/auth/me', { token: clinician.token });
      expect(refused.json).to.include({ status: 429, code: 'rate-limited' });
      expect(Number(refused.headers.get('retry-after'))).to.be.within(1, 60);
      expect((await call(limited, 'GET', '/auth/me', { token: other.token })).status).to.equal(200);
      for (let n = 0; n < 4; n += 1) expect((await call(limited, 'GET', '/auth/me', { token: 'guess' })).status).to.equal(401);
      expect((await call(limited, 'GET', '/auth/me', { token: 'guess' })).status).to.equal(429);
    });

    it('behind a proxy counts by the address that the proxy has seen, not by the one that the client claims', async () => {
      const proxied = await startTestApp({ rateLimit: 4, trustProxy: 1 });
      const guess = async (forwarded: string) => (await call(proxied, 'GET', '/auth/me', { token: 'guess', headers: { 'X-Forwarded-For': forwarded } })).status;
      for (let n = 0; n < 4; n += 1) expect(await guess(`198.51.100.${n}, 192.0.2.1`)).to.equal(401);
      expect(await guess('198.51.100.9, 192.0.2.1')).to.equal(429);
      expect(await guess('198.51.100.9, 192.0.2.2')).to.equal(401);
      await proxied.close();
    });
  });

  describe('closing', () => {
    it('lets the request under way end, takes no other, and does not wait for connections that are only kept alive', async () => {
      const closing = await startTestApp();
      let begin: (value: unknown) => void;
      let go: (value: unknown) => void;
      const hasBegun = new Promise((resolve) => { begin = resolve; });
      const mayEnd = new Promise((resolve) => { go = resolve; });
      closing.app.operations.add('get', '/slow', { access: 'public' }, async ({ ctx }) => {
        begin(null);
        await mayEnd;
        ctx.body = { ended: true };
      });
      const answer = call(closing, 'GET', '/slow');
      await hasBegun;
      const closed = closing.close();
      const refused = await fetch(`${closing.url}/healthz`).then(() => 'answered', () => 'refused');
      go!(null);
      expect((await answer).json).to.deep.equal({ ended: true });
      expect(refused).to.equal('refused');
      const before = performance.now();
      await closed;
      // Without the sweep it takes the ten seconds after which connections are cut.
      expect(performance.now() - before).to.be.below(5_000);
    });

    it('does not wait for connections that browsers open in advance, and not for half a request', async () => {
      const closing = await startTestApp();
      const sockets = ['', 'GET /healthz HT'].map((text) => {
        const socket = connect(Number(new URL(closing.url).port), '127.0.0.1', () => socket.write(text));
        return socket.on('error', () => undefined);
      });
      await Promise.all(sockets.map((socket) => once(socket, 'connect')));
      const ended = Promise.all(sockets.map(async (socket) => new Promise((resolve) => socket.once('close', resolve))));
      const before = performance.now();
      await closing.close();
      await ended;
      expect(performance.now() - before).to.be.below(5_000);
    });
  });

  describe('the probes', () => {
    it('tell that the service is alive and ready', async () => {
      for (const path of ['/healthz', '/readyz']) expect(await (await fetch(test.url + path)).json()).to.deep.equal({ status: 'ok' });
    });

    it('tell that it is alive but not ready without its database', async () => {
      const cut = await startTestApp();
      await cut.database.close();
      const ready = await fetch(`${cut.url}/readyz`);
      expect(((await ready.json()) as { code: string }).code).to.equal('not-ready');
      expect([ready.status, ready.headers.get('retry-after')]).to.deep.equal([503, '5']);
      expect((await fetch(`${cut.url}/healthz`)).status).to.equal(200);
      await cut.close();
    });
  });
});
