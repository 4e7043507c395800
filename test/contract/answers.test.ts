/** The check of all answers in tests (`test/support/answers.ts`) notices what differs from the API document. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import Koa from 'koa';
import { API } from '../../src/app.ts';
import { checkedAnswers } from '../support/answers.ts';
import { DOCUMENT } from '../support/document.ts';

interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
}

/** The faults of one answer to an operation, without the operation itself. */
async function faultsOf(method: string, path: string, { status = 200, headers = {}, body = '' }: Answer) {
  const { check, faults } = checkedAnswers({ document: DOCUMENT });
  const koa = new Koa();
  koa.use(check);
  koa.use((ctx) => {
    Object.assign(ctx, { _matchedRoute: API + path });
    ctx.status = status;
    ctx.body = body;
    ctx.set(headers);
  });
  const server = koa.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { method })).arrayBuffer();
  } finally {
    server.close();
    server.closeAllConnections();
  }
  return faults.map((fault) => fault.replace(/^.*?: /, ''));
}

const CSV = { 'Content-Type': 'text/csv' };
const PROBLEM = { 'Content-Type': 'application/problem+json', 'X-Request-Id': 'x' };
const problem = (code: string, status: number): string =>
  JSON.stringify({ type: 'urn:x', title: 'x', status, detail: 'x', code, requestId: 'x' });

describe('the check of answers', () => {
  it('lets only exports have media types of their own', async () => {
    for (const headers of [CSV, { 'Content-Type': 'application/json' }])
      expect(await faultsOf('GET', '/ecgs/:id/export', { headers, body: '{}' })).to.deep.equal([]);
    for (const path of ['/ecgs/:id/samples', '/ecgs/:id/channels/:name/samples'])
      expect(await faultsOf('GET', path, { headers: CSV, body: 'a' })).to.deep.equal([
        'the media type text/csv is not described',
      ]);
  });

  it('notices a success without its version and address', async () => {
    const headers = { 'Content-Type': 'application/json' };
    expect(await faultsOf('POST', '/users', { status: 201, headers, body: '{}' })).to.deep.equal([
      '201 has no Location,ETag',
    ]);
  });

  it('notices an error without the headers of its status', async () => {
    const [unauthorized, limited] = [problem('token-invalid', 401), problem('rate-limited', 429)];
    expect(await faultsOf('GET', '/users', { status: 401, headers: PROBLEM, body: unauthorized })).to.deep.equal([
      '401 has no WWW-Authenticate',
    ]);
    expect(await faultsOf('GET', '/users', { status: 429, headers: PROBLEM, body: limited })).to.deep.equal([
      '429 has no Retry-After',
    ]);
    expect(await faultsOf('POST', '/ecgs', { status: 429, headers: PROBLEM, body: limited })).to.deep.equal([
      '429 has no Retry-After',
    ]);
    const complete = { ...PROBLEM, 'Retry-After': '1' };
    expect(await faultsOf('GET', '/users', { status: 429, headers: complete, body: limited })).to.deep.equal([]);
  });
});
