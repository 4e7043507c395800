/** Requests that Node.js or Koa cannot read are answered with problems. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { startTestApp, type TestApp } from '../support/app.ts';

describe('an unreadable request', () => {
  let test: TestApp;
  before(async () => (test = await startTestApp()));
  after(() => test.close());

  /** The answer to these bytes: the status, and the problem. */
  const sent = async (bytes: string): Promise<{ status: number; head: string; problem: Record<string, unknown> }> => {
    const socket = connect(Number(new URL(test.url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write(bytes);
    const answer = await text(socket);
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    return { status: Number(head.split(' ')[1]), head, problem: JSON.parse(body) as Record<string, unknown> };
  };

  it('is answered with a problem if it is not HTTP', async () => {
    const { status, head, problem } = await sent('HELLO\r\n\r\n');
    expect(status).to.equal(400);
    expect(head).to.match(/Content-Type: application\/problem\+json/i);
    expect(problem).to.include({
      status: 400,
      code: 'malformed-request',
      type: 'urn:leadwire:problem:malformed-request',
    });
    expect(head).to.contain(`X-Request-Id: ${String(problem['requestId'])}`);
  });

  it('is answered with 431 and the limit if its head is too large', async () => {
    const { status, problem } = await sent(`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(status).to.equal(431);
    expect(problem).to.include({ code: 'head-too-large' });
    expect(problem['detail']).to.contain('16 KiB');
  });

  for (const [what, head] of [
    ['its address cannot be read', 'GET http://[::bad/ HTTP/1.1\r\nHost: x'],
    ['it has no Host', 'GET /healthz HTTP/1.1'],
  ] as const) {
    it(`is answered with 400 and a problem if ${what}`, async () => {
      const { status, problem } = await sent(`${head}\r\nConnection: close\r\n\r\n`);
      expect(status).to.equal(400);
      expect(problem).to.include({ code: 'malformed-request' });
    });
  }

  it('is answered normally if it has an unknown expectation', async () => {
    const { status, problem } = await sent(
      'GET /healthz HTTP/1.1\r\nHost: x\r\nExpect: 200-ok\r\nConnection: close\r\n\r\n',
    );
    expect([status, problem]).to.deep.equal([200, { status: 'ok' }]);
  });

  for (const path of ['%', '%E0%A4%A', '%ff', '%00', '..%2f..']) {
    it(`is answered with 404 if the address contains ${path}`, async () => {
      for (const method of ['GET', 'DELETE']) {
        const response = await fetch(`${test.url}/api/v1/ecgs/${path}`, {
          method,
          headers: { Authorization: `Bearer ${test.clinician.token}` },
        });
        expect(response.status, `${method} ${path}`).to.equal(404);
      }
      expect((await fetch(`${test.url}/docs/${path}`)).status).to.equal(404);
    });
  }
});
