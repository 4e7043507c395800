/** What the log says about requests, and what it must not contain. */
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Router } from '@koa/router';
import { expect } from 'chai';
import Koa, { type Context } from 'koa';
import { mongo } from 'mongoose';
import { pino } from 'pino';
import { OwnFault } from '../../../src/errors.ts';
import { accessLog, unsent } from '../../../src/http/access-log.ts';
import { bodyBytes } from '../../../src/http/body-bytes.ts';
import { loggable } from '../../../src/log/loggable-error.ts';
import { answerEnds } from '../../../src/http/once-over.ts';
import { problems, unrouted } from '../../../src/http/problem.ts';
import { requestId } from '../../../src/http/request-id.ts';
import { UNWATCHED } from '../../support/room.ts';

describe('the log', () => {
  const lines: Record<string, unknown>[] = [];
  const log = pino(
    { level: 'debug' },
    { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) },
  );
  let server: ReturnType<Koa['listen']>;
  let url: string;

  before(async () => {
    const router = new Router();
    router.get('/things/:id', (ctx) => {
      ctx.state['userId'] = 'somebody';
      ctx.body = 'fine';
    });
    router.get('/failing', () => {
      throw new TypeError('a mistake of ours');
    });
    router.post('/things', async (ctx) => {
      for await (const piece of bodyBytes(ctx, { maxUploadBytes: 1_000, uploadIdleMs: 10_000 }))
        ctx.body = piece.byteLength;
    });
    router.get('/healthz', (ctx) => {
      ctx.body = 'ok';
    });
    const koa = new Koa().use(answerEnds()).use(requestId()).use(accessLog(log)).use(problems(log, UNWATCHED));
    koa.use(router.routes()).use(unrouted());
    koa.on('error', unsent(log));
    await new Promise<void>((resolve) => {
      server = koa.listen(0, '127.0.0.1', resolve);
    });
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => server.close());

  async function logged(path: string, headers: Record<string, string> = {}): Promise<Record<string, unknown>[]> {
    lines.length = 0;
    const isLogged = new Promise((resolve) =>
      server.once('request', (_req, res: NodeJS.EventEmitter) => res.once('close', resolve)),
    );
    // The answer has been sent only when it is read to its end.
    await (await fetch(url + path, { headers })).text();
    await isLogged;
    return [...lines];
  }

  it('names the pattern of the route and never the address, the query or a token', async () => {
    const [line, ...more] = await logged('/things/secret-id?secret=query', {
      Authorization: 'Bearer secret-token',
      'X-Request-Id': 'r-1',
    });
    expect(line).to.include({
      msg: 'request',
      requestId: 'r-1',
      method: 'GET',
      route: '/things/:id',
      status: 200,
      userId: 'somebody',
      level: 30,
    });
    expect(line!['ms']).to.be.a('number').within(0, 10_000);
    expect(more).to.deep.equal([]);
    expect(JSON.stringify(line)).to.not.include('secret');
  });

  it('does not name a path that is not routed', async () => {
    const [line] = await logged('/somewhere/secret');
    expect(line).to.include({ status: 404, route: null });
    expect(JSON.stringify(line)).to.not.include('secret');
  });

  it('contains probes only at the level debug', async () => {
    expect((await logged('/healthz'))[0]).to.include({ route: '/healthz', level: 20 });
  });

  it('has the disconnect of a client in the middle of its body, but not as an error', async () => {
    lines.length = 0;
    const arrived = once(server, 'request') as Promise<[unknown, NodeJS.EventEmitter]>;
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('POST /things HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf');
    const [, res] = await arrived;
    const isLogged = once(res, 'close');
    socket.resetAndDestroy();
    await isLogged;
    for (let turn = 0; turn < 5; turn += 1) await nextTurn();
    expect(
      lines.filter((line) => Number(line['level']) > 20).map(({ msg, status, aborted }) => ({ msg, status, aborted })),
    ).to.deep.equal([{ msg: 'request', status: 499, aborted: true }]);
  });

  it('has a warning or an error with the request id if an answer breaks off for another reason', () => {
    lines.length = 0;
    const ctx = { state: { requestId: 'r-3' } } as unknown as Context;
    unsent(log)(Object.assign(new Error('hung up'), { code: 'ECONNRESET' }), ctx);
    unsent(log)(new TypeError('a mistake of ours'), ctx);
    unsent(log)(new OwnFault('what is lost', 'Something is lost.'), ctx);
    expect(lines.map(({ level, requestId: id }) => [level, id])).to.deep.equal(
      [20, 40, 50].map((level) => [level, 'r-3']),
    );
  });

  it('has the stack of an unexpected error, with the request id that the client was given', async () => {
    const [error, request] = await logged('/failing', { 'X-Request-Id': 'r-2' });
    expect(error).to.include({ level: 50, requestId: 'r-2' });
    expect(error!['error'])
      .to.include({ type: 'TypeError', message: 'a mistake of ours' })
      .and.have.property('stack')
      .that.includes('logging.test.ts');
    expect(request).to.include({ status: 500, requestId: 'r-2' });
  });

  it('omits data that a database or a parser quotes, including in causes', () => {
    const quoting = new mongo.MongoServerError({
      message: 'E11000 duplicate key { email: "secret" }',
      code: 11_000,
      keyValue: { email: 'secret' },
    });
    const parsing = ((): unknown => {
      try {
        return JSON.parse('{"name": secret}');
      } catch (error) {
        return error;
      }
    })();
    for (const error of [quoting, parsing, new Error('around it', { cause: quoting })]) {
      const text = JSON.stringify(loggable(error));
      expect(text).to.include('logging.test.ts');
      expect(text).to.not.include('secret');
    }
    expect(loggable(quoting)).to.include({ type: 'MongoServerError', code: 11_000 });
    expect(loggable('secret')).to.deep.equal({ type: 'string' });
  });
});
