/**
 * Answers on their way out, piece by piece: whatever their number, one piece is made in one turn of the event loop, so that small requests go on
 * between them; and a reader that takes nothing is cut off.
 */
import { Readable } from 'node:stream';
import type { Context, Middleware } from 'koa';

/** Bytes of a piece: as much as is sent between two looks at whether it is taken. */
const PIECE = 65_536;

/** @param stallMs milliseconds in which a reader may take nothing. Usage: `koa.use(answerPieces(limits.readStallMs))`, before everything that answers */
export const answerPieces = (stallMs: number): Middleware => async (ctx, next) => {
  await next();
  if (ctx.method === 'HEAD') return;
  const body = ctx.body instanceof Readable ? ctx.body : bytesOf(ctx);
  if (body === null || (Buffer.isBuffer(body) && body.length <= PIECE)) return;
  const { length } = ctx.response;
  ctx.body = Readable.from(taken(ctx, Buffer.isBuffer(body) ? [body] : body, stallMs), { objectMode: false });
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

async function* taken({ req, res }: Context, body: Pieces, stallMs: number): AsyncGenerator<Uint8Array> {
  const cut = (): void => void req.socket.destroy();
  let waiting: NodeJS.Timeout | undefined;
  try {
    for await (const some of body) {
      const bytes = typeof some === 'string' ? Buffer.from(some) : some;
      for (let from = 0; from < bytes.length; from += PIECE) {
        // Only the reader's time counts, not that in which the next piece is made.
        waiting = setTimeout(cut, stallMs);
        yield bytes.subarray(from, from + PIECE);
        clearTimeout(waiting);
        await turn();
      }
    }
  } finally {
    clearTimeout(waiting);
  }
  // The last pieces are still to be taken.
  const last = setTimeout(cut, stallMs);
  res.once('close', () => clearTimeout(last));
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
