/** Common to all operations: how requests are refused, and the form of problems. */
import { expect } from 'chai';
import { API } from '../../src/app.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { forTests } from '../support/operations.ts';
import { call } from '../support/http.ts';

describe('HTTP', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  const asAdmin = (method: string, path: string, options: Parameters<typeof call>[3] = {}) =>
    call(test, method, path, { token: test.admin.token, ...options });

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
      it(`with ${what} is answered with a 400 that names it`, async () => {
        const { status, json } = await asAdmin('GET', `/users?${query}`);
        expect(status).to.equal(400);
        expect(json).to.include({ code: 'invalid-query' });
        expect(json.errors.map((error: { path: string }) => error.path)).to.deep.equal([`/${path}`]);
      });
    }

    it('is refused if an operation has no parameters', async () => {
      const { status, json } = await asAdmin('GET', '/auth/me?verbose=1');
      expect(status).to.equal(400);
      expect(json.errors).to.deep.equal([{ path: '/verbose', message: 'is not known here' }]);
    });

    it('with the cursor of another list is answered with 400', async () => {
      for (const cursor of [
        'x',
        Buffer.from('[1,2]').toString('base64url'),
        Buffer.from('{"$ne":1}').toString('base64url'),
      ]) {
        expect((await asAdmin('GET', `/users?cursor=${cursor}`)).json).to.include({
          status: 400,
          code: 'invalid-cursor',
        });
      }
    });
  });

  describe('a method', () => {
    it('that a resource does not have is answered with a 405 that lists its methods', async () => {
      const { status, json, headers } = await asAdmin('PUT', '/users');
      expect(status).to.equal(405);
      expect(json).to.include({ code: 'method-not-allowed' });
      expect(headers.get('allow')!.split(', ')).to.have.members(['GET', 'HEAD', 'POST', 'OPTIONS']);
    });

    it('OPTIONS lists the methods, for everybody', async () => {
      const { status, headers, text } = await call(test, 'OPTIONS', '/users/any');
      expect([status, text]).to.deep.equal([204, '']);
      expect(headers.get('allow')!.split(', ')).to.have.members(['GET', 'HEAD', 'PATCH', 'DELETE', 'OPTIONS']);
    });

    it('HEAD is GET without the body, including the guards', async () => {
      const get = await asAdmin('GET', '/users');
      const address = `${test.url}${API}/users`;
      const head = await fetch(address, { method: 'HEAD', headers: { Authorization: `Bearer ${test.admin.token}` } });
      expect([head.status, await head.text()]).to.deep.equal([200, '']);
      expect(head.headers.get('content-length')).to.equal(String(get.bytes.byteLength));
      expect((await fetch(address, { method: 'HEAD' })).status).to.equal(401);
    });
  });

  describe('a problem', () => {
    it('is an RFC 9457 document of a defined shape', async () => {
      const { status, headers, json } = await call(test, 'GET', '/nothing');
      expect(status).to.equal(404);
      expect(headers.get('content-type')).to.equal('application/problem+json');
      expect(json).to.deep.equal({
        type: 'urn:leadwire:problem:not-found',
        title: 'It does not exist, or you have no access to it',
        status: 404,
        code: 'not-found',
        detail: 'There is nothing at this address that you may see.',
        requestId: headers.get('x-request-id'),
      });
    });

    it('is the same for every path without a route', async () => {
      for (const path of [
        '/api',
        '/api/v1',
        '/api/v2/users',
        '/docs/secret',
        '/docs/5.0.0/package.json',
        '/%E0%A4%A',
        '/healthz/x',
      ]) {
        const response = await fetch(test.url + path);
        expect(((await response.json()) as { code: string }).code, path).to.equal('not-found');
      }
    });

    it('of our own is a 500 without its cause, and without headers of the success that was begun', async () => {
      const begunThenFailing = forTests('/failing', async ({ ctx }) => {
        ctx.set('ETag', '"1"');
        ctx.status = 201;
        throw new TypeError('the secret cause');
      });
      const failing = await startTestApp({}, { moreOperations: [begunThenFailing] });
      const { status, json, text, headers } = await call(failing, 'GET', '/failing');
      await failing.close();
      expect(status).to.equal(500);
      expect(json.code).to.equal('internal-error');
      expect(text).to.not.match(/secret|TypeError|\.ts/);
      expect(headers.has('etag')).to.equal(false);
    });
  });

  describe('the request id', () => {
    it('of the client is returned, also in the problem', async () => {
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
    it('has headers that keep browsers and caches from misusing it', async () => {
      for (const { headers } of [await asAdmin('GET', '/users'), await call(test, 'GET', '/nothing')]) {
        expect(headers.get('content-security-policy')).to.equal(
          "default-src 'none';frame-ancestors 'none';base-uri 'none';form-action 'none'",
        );
        expect(headers.get('x-content-type-options')).to.equal('nosniff');
        expect(headers.get('cache-control')).to.equal('no-store');
        expect(headers.has('x-powered-by')).to.equal(false);
      }
    });
  });
});
