/**
 * Answers on their way out, piece by piece: whatever their number, one piece is made in one turn of the event loop, so that small requests go on
 * between them; and a reader that takes nothing is cut off.
 */
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { Context, Middleware } from 'koa';
import { onceOver } from './once-over.ts';
import { takenBytes } from './taken-bytes.ts';

/** Bytes of a piece: as much as is sent between two looks at whether it is taken. */
const PIECE = 65_536;

/** @param stallMs milliseconds in which a reader may take nothing. Usage: `koa.use(answerPieces(limits.readStallMs))`, before everything that answers */
export const answerPieces = (stallMs: number): Middleware => async (ctx, next) => {
  await next();
  if (ctx.method === 'HEAD') return;
  const body = ctx.body instanceof Readable ? ctx.body : bytesOf(ctx);
  if (body === null || (Buffer.isBuffer(body) && body.length <= PIECE)) return;
  const { length } = ctx.response;
  const pieces = Readable.from(taken(ctx, Buffer.isBuffer(body) ? [body] : body, stallMs), { objectMode: false });
  onceOver(ctx, () => pieces.destroy());
  ctx.body = pieces;
  // Koa takes the length away with the body that it belonged to.
  if (length !== undefined) ctx.length = length;
};

/** The bytes of a body that is no stream; null where there is none. */
function bytesOf(ctx: Context): Buffer | null {
  const { body } = ctx as { body: unknown };
  if (body === null || body === undefined) return null;
  if (Buffer.isBuffer(body)) return body;
  if (typeof body === 'string') return Buffer.from(body);
  const bytes = Buffer.from(JSON.stringify(body));
  ctx.body = bytes;
  return bytes;
}

type Pieces = Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>;

async function* taken(ctx: Context, body: Pieces, stallMs: number): AsyncGenerator<Uint8Array> {
  const { req, res } = ctx;
  // Who has gone meanwhile has no connection any more, and reads nothing.
  const { socket } = req as { socket: Socket | null };
  if (res.closed || socket === null) return;
  // The server's own limit on silence would cut off slow readers, whose system reports room in large steps.
  socket.setTimeout(0);
  let stop: (() => void) | undefined;
  try {
    for await (const some of body) {
      const bytes = typeof some === 'string' ? Buffer.from(some) : some;
      for (let from = 0; from < bytes.length; from += PIECE) {
        // Only the reader's time counts, not that in which the next piece is made.
        stop = watch(socket, stallMs);
        yield bytes.subarray(from, from + PIECE);
        stop();
        await turn();
      }
    }
  } finally {
    stop?.();
  }
  // The last pieces are still to be taken.
  onceOver(ctx, watch(socket, stallMs));
}

/** How often the reader is looked at in the time in which it may take nothing. */
const LOOKS = 10;
/** Looks after which a reader is cut off of whom the system does not tell what it takes. */
const BLIND_LOOKS = 50;

/** Cuts a reader off that takes nothing for a time. @returns what ends the watch */
function watch(socket: Socket, stallMs: number): () => void {
  let last: number | null = null;
  let idle = 0;
  const look = (): void => {
    const now = takenBytes(socket);
    idle = now === last ? idle + 1 : 1;
    last = now;
    if (idle === (now === null ? BLIND_LOOKS : LOOKS)) socket.destroy();
    else timer = setTimeout(look, stallMs / LOOKS);
  };
  let timer = setTimeout(look, stallMs / LOOKS);
  return () => clearTimeout(timer);
}

/** Answers that wait for their turn. */
const queue: (() => void)[] = [];

/** One answer goes on in each turn of the event loop. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    queue.push(resolve);
    if (queue.length === 1) setImmediate(goOn);
  });
}

function goOn(): void {
  queue.shift()?.();
  if (queue.length > 0) setImmediate(goOn);
}
