/** A body that stops arriving is given up. */
import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { mock } from 'node:test';
import { expect } from 'chai';
import Koa from 'koa';
import { pino } from 'pino';
import { z } from 'zod';
import { problems } from '../../../src/http/problem.ts';
import { requestId } from '../../../src/http/request-id.ts';
import { MAX_JSON_BODY_MS, readBody } from '../../../src/http/validate.ts';
import { UNWATCHED } from '../../support/room.ts';

describe('a body that stops arriving', () => {
  let server: ReturnType<Koa['listen']>;
  const settled: unknown[] = [];

  before(async () => {
    const koa = new Koa()
      .use(requestId())
      .use(problems(pino({ level: 'silent' }), UNWATCHED))
      .use(async (ctx) => {
        try {
          await readBody(ctx, z.unknown());
        } catch (error) {
          settled.push(error);
          throw error;
        }
      });
    koa.on('error', () => {});
    await new Promise<void>((resolve) => {
      server = koa.listen(0, '127.0.0.1', resolve);
    });
    mock.timers.enable({ apis: ['setTimeout'] });
  });
  after(() => {
    mock.timers.reset();
    server.close();
  });

  async function half(): Promise<Socket> {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').setEncoding('latin1');
    socket.on('error', () => {});
    const arrived = once(server, 'request');
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"half":');
    await arrived;
    return socket;
  }

  it('is answered with 408, and some time later the connection is cut', async () => {
    const socket = await half();
    mock.timers.tick(MAX_JSON_BODY_MS);
    const [answer] = (await once(socket, 'data')) as [string];
    expect(answer)
      .to.match(/^HTTP\/1\.1 408 /)
      .and.include('"code":"upload-timeout"');
    expect(socket.destroyed).to.equal(false);
    const closed = once(socket, 'close');
    mock.timers.tick(30_000);
    await closed;
  });

  it('because the client has disconnected, ends the reading', async () => {
    settled.length = 0;
    const socket = await half();
    socket.destroy();
    while (settled.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(settled[0]).to.include({ code: 'malformed-request' });
  });
});
