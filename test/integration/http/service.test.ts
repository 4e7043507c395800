/** The service around its operations: the rate limit, closing, the probes. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect } from 'chai';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { forTests } from '../../support/operations.ts';
import { call } from '../../support/http.ts';

describe('the service', () => {
  describe('the rate limit', () => {
    let limited: TestApp;
    before(async () => {
      limited = await startTestApp({ rateLimit: 4 });
    });
    after(() => limited.close());

    it('counts by user, and by address for unauthenticated requests', async () => {
      const { clinician, other } = limited;
      for (let n = 0; n < 4; n += 1)
        expect((await call(limited, 'GET', '/auth/me', { token: clinician.token })).status).to.equal(200);
      const refused = await call(limited, 'GET', '/auth/me', { token: clinician.token });
      expect(refused.json).to.include({ status: 429, code: 'rate-limited' });
      expect(Number(refused.headers.get('retry-after'))).to.be.within(1, 60);
      expect((await call(limited, 'GET', '/auth/me', { token: other.token })).status).to.equal(200);
      for (let n = 0; n < 4; n += 1)
        expect((await call(limited, 'GET', '/auth/me', { token: 'guess' })).status).to.equal(401);
      expect((await call(limited, 'GET', '/auth/me', { token: 'guess' })).status).to.equal(429);
    });

    it('counts by the address that the proxy has seen, not by the one that the client claims', async () => {
      const proxied = await startTestApp({ rateLimit: 4, trustProxy: 1 });
      const guess = async (forwarded: string) =>
        (await call(proxied, 'GET', '/auth/me', { token: 'guess', headers: { 'X-Forwarded-For': forwarded } })).status;
      for (let n = 0; n < 4; n += 1) expect(await guess(`198.51.100.${n}, 192.0.2.1`)).to.equal(401);
      expect(await guess('198.51.100.9, 192.0.2.1')).to.equal(429);
      expect(await guess('198.51.100.9, 192.0.2.2')).to.equal(401);
      await proxied.close();
    });
  });

  describe('closing', () => {
    it('finishes the request in progress, accepts no other, and does not wait for idle connections', async () => {
      let begin: (value: unknown) => void;
      let go: (value: unknown) => void;
      const hasBegun = new Promise((resolve) => {
        begin = resolve;
      });
      const mayEnd = new Promise((resolve) => {
        go = resolve;
      });
      const slow = forTests('/slow', async ({ ctx }) => {
        begin(null);
        await mayEnd;
        ctx.body = { ended: true };
      });
      const closing = await startTestApp({}, { moreOperations: [slow] });
      const answer = call(closing, 'GET', '/slow');
      await hasBegun;
      const closed = closing.close();
      const refused = await fetch(`${closing.url}/healthz`).then(
        () => 'answered',
        () => 'refused',
      );
      go!(null);
      expect((await answer).json).to.deep.equal({ ended: true });
      expect(refused).to.equal('refused');
      const before = performance.now();
      await closed;
      // Otherwise it would take the ten seconds after which connections are cut.
      expect(performance.now() - before).to.be.below(5_000);
    });

    it('does not wait for connections that browsers open in advance, nor for incomplete requests', async () => {
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
    let test: TestApp;
    before(async () => {
      test = await startTestApp();
    });
    after(() => test.close());

    it('report that the service is alive and ready', async () => {
      for (const path of ['/healthz', '/readyz'])
        expect(await (await fetch(test.url + path)).json()).to.deep.equal({ status: 'ok' });
    });

    it('report that it is alive but not ready without its database', async () => {
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
