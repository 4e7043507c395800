/** What the pages of other origins can do with the cookies of a browser: nothing, unless CORS_ORIGINS lists them. */
import { expect } from 'chai';
import { API } from '../../src/app.ts';
import { SAFE_METHODS } from '../../src/http/operation.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { describedOperations, DOCUMENT, exampleBody, requiredHeaders } from '../support/document.ts';
import { type Answer, call } from '../support/http.ts';
import { Visitor } from '../support/visitor.ts';

const CHANGING = describedOperations(DOCUMENT).filter(
  ({ address, method, operation }) =>
    address.startsWith(API) && !SAFE_METHODS.has(method) && operation['x-access'] !== 'public',
);
const FOREIGN = 'https://elsewhere.example';
const LISTED = 'https://app.clinic.example';

const REFUSED: Readonly<Record<string, (url: string) => Record<string, string>>> = {
  'of another site': () => ({ 'Sec-Fetch-Site': 'cross-site', Origin: FOREIGN }),
  'of another host of the same site': () => ({ 'Sec-Fetch-Site': 'same-site', Origin: FOREIGN }),
  'of another site, in an old browser': () => ({ Origin: FOREIGN }),
  'of another port, in an old browser': (url) => ({ Origin: url.replace(/:\d+$/, ':1') }),
  'in a frame without an origin': () => ({ Origin: 'null' }),
  'without any of the headers': () => ({}),
};
const ACCEPTED: Readonly<Record<string, (url: string) => Record<string, string>>> = {
  'of the service': (url) => ({ 'Sec-Fetch-Site': 'same-origin', Origin: url }),
  'of the service, in an old browser': (url) => ({ Origin: url }),
  'of the service behind a proxy for HTTPS': (url) => ({ Origin: url.replace('http:', 'https:') }),
  'of CORS_ORIGINS': () => ({ 'Sec-Fetch-Site': 'same-site', Origin: LISTED }),
};

describe('with a cookie', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp({ corsOrigins: [LISTED] });
  });
  after(() => test.close());

  /** Cookies of a user for whom an operation is. */
  async function cookie(access: string | undefined): Promise<string> {
    const visitor = new Visitor(test);
    await visitor.logIn(await test.newUser(access === 'admin' ? 'admin' : 'clinician'));
    return visitor.cookieFor(`${API}/auth/session/refresh`);
  }

  for (const described of CHANGING) {
    const { method, path, operation } = described;
    it(`${method.toUpperCase()} ${path} is refused to a page of another site, whatever it sends`, async () => {
      const send = async (origin: Record<string, string>): Promise<Answer> =>
        call(test, method.toUpperCase(), path.replaceAll(/\{\w+\}/g, 'a'.repeat(24)), {
          headers: { ...requiredHeaders(described), Cookie: await cookie(operation['x-access']), ...origin },
          body: exampleBody(DOCUMENT, described),
        });
      const refused = await send({ 'Sec-Fetch-Site': 'cross-site', Origin: FOREIGN });
      expect(refused.json).to.include({ status: 403, code: 'cross-origin-refused' });
      const accepted = await send({ 'Sec-Fetch-Site': 'same-origin', Origin: test.url });
      expect(accepted.status, accepted.text).not.to.be.oneOf([401, 403]);
    });
  }

  for (const [what, headers] of Object.entries(REFUSED)) {
    it(`a change is refused to a page ${what}; refresh and log-out, too`, async () => {
      const sent = { Cookie: await cookie('user'), ...headers(test.url) };
      for (const [method, path] of [
        ['DELETE', '/auth/sessions'],
        ['POST', '/auth/session/refresh'],
        ['DELETE', '/auth/session'],
      ] as const) {
        const { json } = await call(test, method, path, { headers: sent });
        expect(json, path).to.include({ status: 403, code: 'cross-origin-refused' });
        expect(json.detail).to.match(/CORS_ORIGINS|Origin/);
      }
      expect((await call(test, 'GET', '/auth/me', { headers: sent })).status, 'reading changes nothing').to.equal(200);
    });
  }

  for (const [what, headers] of Object.entries(ACCEPTED)) {
    it(`a change, a refresh and a log-out are accepted from a page ${what}`, async () => {
      const sent = { Cookie: await cookie('user'), ...headers(test.url) };
      expect((await call(test, 'DELETE', '/auth/sessions', { headers: sent })).status).to.equal(204);
      expect((await call(test, 'POST', '/auth/session/refresh', { headers: sent })).status).to.equal(200);
      expect((await call(test, 'DELETE', '/auth/session', { headers: sent })).status).to.equal(204);
    });
  }

  it('nobody is logged in by a page of another site', async () => {
    const { email, password } = test.clinician;
    const logIn = (headers: Record<string, string>): Promise<Answer> =>
      call(test, 'POST', '/auth/session', { headers, body: { email, password } });
    expect((await logIn({ Origin: FOREIGN })).json.code).to.equal('cross-origin-refused');
    expect((await logIn({})).status, 'a program').to.equal(200);
  });

  it('and a header Authorization, only the header counts', async () => {
    const Cookie = await cookie('user');
    const { json } = await call(test, 'GET', '/auth/me', { token: test.other.token, headers: { Cookie } });
    expect(json.id).to.equal(test.other.id);
    for (const Authorization of ['', 'Bearer garbage', 'Basic YTpi'])
      expect((await call(test, 'GET', '/auth/me', { headers: { Cookie, Authorization } })).status).to.equal(401);
    const foreign = { Cookie, Origin: FOREIGN };
    expect(
      (await call(test, 'DELETE', '/auth/sessions', { token: test.other.token, headers: foreign })).status,
    ).to.equal(204);
  });
});

describe('the pages of CORS_ORIGINS', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp({ corsOrigins: [LISTED] });
  });
  after(() => test.close());

  const preflight = (origin: string, path = '/users/x') =>
    call(test, 'OPTIONS', path, {
      headers: {
        Origin: origin,
        'Access-Control-Request-Method': 'PATCH',
        'Access-Control-Request-Headers': 'content-type,if-match',
      },
    });

  it('may send every method and header, with cookies', async () => {
    for (const path of ['/users/x', '/uploads', '/auth/session']) {
      const { status, headers } = await preflight(LISTED, path);
      expect(status).to.equal(204);
      expect(headers.get('access-control-allow-origin')).to.equal(LISTED);
      expect(headers.get('access-control-allow-credentials')).to.equal('true');
      expect(headers.get('access-control-allow-methods')?.split(',')).to.include.members(['PATCH', 'DELETE', 'PUT']);
      expect(headers.get('access-control-allow-headers')).to.equal('content-type,if-match');
      expect(headers.get('vary')).to.match(/Origin/i);
    }
  });

  it('may read answers and errors, and every header that the API document names', async () => {
    const named = new Set(
      describedOperations(DOCUMENT).flatMap(({ operation }) =>
        Object.values(operation.responses).flatMap(({ headers = {} }) => Object.keys(headers as object)),
      ),
    );
    named.delete('Set-Cookie');
    for (const [path, status] of [
      ['/auth/me', 200],
      ['/users', 403],
      ['/nowhere', 404],
    ] as const) {
      const answer = await call(test, 'GET', path, { token: test.clinician.token, headers: { Origin: LISTED } });
      expect(answer.status).to.equal(status);
      expect(answer.headers.get('access-control-allow-origin')).to.equal(LISTED);
      expect(answer.headers.get('access-control-expose-headers')?.split(',')).to.include.members([
        ...named,
        'ETag',
        'Content-Disposition',
        'Retry-After',
        'X-Request-Id',
        'Upload-Offset',
        'Tus-Resumable',
      ]);
    }
  });

  it('are the only ones: others get no permission', async () => {
    for (const origin of [FOREIGN, 'null', `${LISTED}.elsewhere.example`, LISTED.replace('https:', 'http:')]) {
      const answers = [
        await preflight(origin),
        await call(test, 'GET', '/auth/me', { token: test.clinician.token, headers: { Origin: origin } }),
      ];
      for (const { headers } of answers)
        expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).to.deep.equal([]);
    }
  });
});
