/** Answers are sent piece by piece, and cut off when their reader stops. */
import { EventEmitter, once } from 'node:events';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { mock } from 'node:test';
import { expect } from 'chai';
import Koa from 'koa';
import { answerPieces } from '../../../src/http/answer-pieces.ts';
import { answerEnds } from '../../../src/http/once-over.ts';
import { lookAtTaken } from '../../../src/http/taken-bytes.ts';

const STALL_MS = 30_000;
/** How often a reader is checked within the stall time. */
const LOOKS = 10;
const MIB = 1 << 20;
const PIECE = 65_536;

const takenBytes = (socket: Socket): number | null => lookAtTaken()(socket);
const turns = async (count: number): Promise<void> => {
  for (let n = 0; n < count; n += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** Milliseconds in which a system acknowledges what it has received, even if it waits for more. */
const ACKNOWLEDGED_MS = 200;

/** Sends until the buffers of the reader's side are full. */
async function stuck(res: ServerResponse): Promise<void> {
  const state = (): string => `${res.socket!.bytesWritten} ${takenBytes(res.socket!)}`;
  let [before, since] = [state(), performance.now()];
  while (!res.writableNeedDrain || performance.now() - since < ACKNOWLEDGED_MS) {
    await turns(50);
    const now = state();
    if (now !== before) [before, since] = [now, performance.now()];
  }
}

describe('an answer that is being sent', () => {
  let server: ReturnType<Koa['listen']>;
  let port = 0;
  /** Makes the body of the next answer. */
  let make: () => unknown;
  const responses: ServerResponse[] = [];

  before(async () => {
    const koa = new Koa()
      .use(answerEnds())
      .use(answerPieces(STALL_MS))
      .use(async (ctx) => {
        responses.push(ctx.res);
        ctx.body = await make();
      });
    koa.on('error', () => {});
    await new Promise<void>((resolve) => {
      server = koa.listen(0, '127.0.0.1', resolve);
    });
    port = (server.address() as AddressInfo).port;
  });
  after(() => server.close());
  afterEach(() => mock.timers.reset());

  /**
   * Sends requests over a socket that reads nothing. @param times how many, without waiting @returns the answer to the
   * first one
   */
  async function asked(times = 1): Promise<{ socket: Socket; res: ServerResponse }> {
    const before = responses.length;
    const socket = connect(port, '127.0.0.1').pause();
    socket.on('error', () => {});
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(times));
    while (responses.length < before + times) await turns(1);
    return { socket, res: responses[before]! };
  }
  async function read(method: string): Promise<{ length: string | undefined; body: Buffer }> {
    const sent = request({ port, host: '127.0.0.1', method, agent: false }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return { length: response.headers['content-length'], body: await buffer(response) };
  }
  for (const [what, body] of [
    ['of bytes', Buffer.alloc(64 * MIB)],
    ['of a stream', Readable.from(Array.from({ length: 64 }, () => Buffer.alloc(MIB)))],
    ['of JSON', { text: 'x'.repeat(64 * MIB) }],
  ] as const) {
    it(`${what} is cut off when its reader reads nothing for the stall time, and not before`, async () => {
      mock.timers.enable({ apis: ['setTimeout'] });
      make = () => body;
      const { socket, res } = await asked();
      await stuck(res);
      const closed = once(res, 'close');
      const connection = res.socket!;
      // TCP may send the rest of a small window late: then the time starts again at the next check.
      let [last, idleMs, slackMs] = [takenBytes(connection), 0, 0];
      while (!connection.destroyed && idleMs <= 2 * STALL_MS) {
        await turns(10);
        const now = takenBytes(connection);
        if (now !== last) [last, idleMs, slackMs] = [now, 0, STALL_MS / LOOKS];
        // The mocked clock starts timers that are set within a step at its end: half a check per step.
        mock.timers.tick(STALL_MS / LOOKS / 2);
        idleMs += STALL_MS / LOOKS / 2;
      }
      expect(idleMs).to.be.within(STALL_MS - slackMs, STALL_MS + slackMs);
      await closed;
      expect([res.writableFinished, body instanceof Readable && !body.destroyed]).to.deep.equal([false, false]);
      socket.destroy();
    });
  }

  it('is sent completely to a slow reader, although the system frees its buffer in large steps', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    make = () => Buffer.alloc(96 * MIB);
    const { socket, res } = await asked();
    const take = async (bytes: number): Promise<void> => {
      for (let taken = 0; taken < bytes; await turns(1)) taken += (socket.read() as Buffer | null)?.length ?? 0;
    };
    // Fast at first, so that the system enlarges its buffers.
    await take(64 * MIB);
    await stuck(res);
    for (let time = 0; time < 8; time += 1) {
      const before = takenBytes(res.socket!)!;
      while (takenBytes(res.socket!)! <= before) await take(PIECE);
      for (let look = 0; look < LOOKS - 1; look += 1) mock.timers.tick(STALL_MS / LOOKS);
      expect(res.closed).to.equal(false);
    }
    socket.resume();
    await once(res, 'close');
    expect(res.writableFinished).to.equal(true);
    socket.destroy();
  });

  it('waits as long as the next piece takes to be made', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    let goOn: (value: unknown) => void;
    const slow = new Promise((resolve) => {
      goOn = resolve;
    });
    make = () =>
      Readable.from(
        (async function* () {
          yield 'first ';
          await slow;
          yield 'last';
        })(),
      );
    const answer = read('GET');
    await once(server, 'request');
    await turns(20);
    mock.timers.tick(10 * STALL_MS);
    goOn!(null);
    expect((await answer).body.toString()).to.equal('first last');
  });

  it('leaves nothing behind when it ends after its reader has disconnected', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    const pause = new EventEmitter();
    const ended = once(pause, 'end');
    make = () =>
      Readable.from(
        (async function* () {
          yield 'first ';
          await ended;
        })(),
      );
    const { socket, res } = await asked();
    await once(socket.resume(), 'data');
    const connection = res.socket!;
    socket.destroy();
    await once(res, 'close');
    let cuts = 0;
    connection.destroy = () => {
      cuts += 1;
      return connection;
    };
    pause.emit('end');
    await turns(20);
    for (let look = 0; look < 20; look += 1) mock.timers.tick(STALL_MS);
    expect(cuts).to.equal(0);
  });

  it('is given up when its connection ends while it waits for another answer', async () => {
    const made: Readable[] = [];
    make = () => {
      made.push(Readable.from(Array.from({ length: 64 }, () => Buffer.alloc(MIB))));
      return made.at(-1);
    };
    const { socket, res } = await asked(2);
    await stuck(res);
    const ended = Promise.all(
      made.map(
        async (body) =>
          new Promise((resolve) => {
            body.on('error', () => undefined).once('close', resolve);
          }),
      ),
    );
    expect(made.map(({ destroyed }) => destroyed)).to.deep.equal([false, false]);
    socket.destroy();
    await ended;
  });

  it('closes a body that is made after its connection has ended', async () => {
    const late = Readable.from(['late']);
    let goOn: (body: Readable) => void;
    const bodies = [
      Buffer.alloc(64 * MIB),
      new Promise<Readable>((resolve) => {
        goOn = resolve;
      }),
    ];
    make = () => bodies.shift();
    const { socket, res } = await asked(2);
    socket.destroy();
    await once(res, 'close');
    goOn!(late);
    await turns(20);
    expect(late.destroyed).to.equal(true);
  });

  it('is unchanged, has its length, and has no body for HEAD', async () => {
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, n) => n % 251));
    make = () => bytes;
    const get = await read('GET');
    expect([get.length, get.body.equals(bytes)]).to.deep.equal(['300000', true]);
    const head = await read('HEAD');
    expect([head.length, head.body.length]).to.deep.equal(['300000', 0]);
    make = () => ({ some: 'JSON' });
    expect(await read('GET')).to.deep.equal({ length: '15', body: Buffer.from('{"some":"JSON"}') });
  });

  it('does not delay small answers, however many large ones there are', async () => {
    let made = 0;
    let turnsNow = 0;
    let isOver = false;
    const count = (): void => {
      turnsNow += 1;
      if (!isOver) setImmediate(count);
    };
    make = () =>
      Readable.from(
        (function* () {
          for (let n = 0; n < 20; n += 1) {
            made += 1;
            yield Buffer.alloc(1_000);
          }
        })(),
      );
    const answers = Array.from({ length: 40 }, () => read('GET'));
    setImmediate(count);
    await Promise.all(answers);
    isOver = true;
    expect(made).to.equal(800);
    // One piece per turn; without turns, all forty would continue in each.
    expect(turnsNow).to.be.above(700);
  });
});
