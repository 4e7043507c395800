/**
 * Answers on their way out, piece by piece: whatever their number, one piece is made in one turn of the event loop, so that small requests go on
 * between them; and a reader that takes nothing is cut off.
 */
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { Context, Middleware } from 'koa';
import { onceOver } from './once-over.ts';
import { lookAtTaken } from './taken-bytes.ts';

/** Bytes of a piece: as much as is sent between two looks at whether it is taken. */
const PIECE = 65_536;

/** @param stallMs milliseconds in which a reader may take nothing. Usage: `koa.use(answerPieces(limits.readStallMs))`, before everything that answers */
export function answerPieces(stallMs: number): Middleware {
  const readers = new Readers(stallMs);
  const turn = turns();
  return async (ctx, next) => {
    await next();
    if (ctx.method === 'HEAD') return;
    const body = ctx.body instanceof Readable ? ctx.body : bytesOf(ctx);
    if (body === null || (Buffer.isBuffer(body) && body.length <= PIECE)) return;
    const { length } = ctx.response;
    const pieces = Readable.from(taken(ctx, Buffer.isBuffer(body) ? [body] : body, readers, turn), {
      objectMode: false,
    });
    onceOver(ctx, () => {
      pieces.destroy();
      // Where nothing was asked of the pieces yet, they know nothing of the body.
      if (body instanceof Readable) body.destroy();
    });
    ctx.body = pieces;
    // Koa takes the length away with the body that it belonged to.
    if (length !== undefined) ctx.length = length;
  };
}

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

async function* taken(
  ctx: Context,
  body: Pieces,
  readers: Readers,
  turn: () => Promise<void>,
): AsyncGenerator<Uint8Array> {
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
        stop = readers.watch(socket);
        yield bytes.subarray(from, from + PIECE);
        stop();
        await turn();
      }
    }
  } finally {
    stop?.();
  }
  // The last pieces are still to be taken.
  onceOver(ctx, readers.watch(socket));
}

/** How often the reader is looked at in the time in which it may take nothing. */
const LOOKS = 10;
/** Looks after which a reader is cut off of whom the system does not tell what it takes. */
const BLIND_LOOKS = 50;

interface Reader {
  socket: Socket;
  /** What it had taken at the last look. */
  last: number | null;
  /** Looks since it has taken something. */
  idle: number;
}

/** Those that are waited for. All of them are looked at together, since a look costs as much for one as for many. */
class Readers {
  readonly #watched = new Set<Reader>();
  readonly #stallMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(stallMs: number) {
    this.#stallMs = stallMs;
  }

  /** Cuts a reader off that takes nothing for a time. @returns what ends the watch */
  watch(socket: Socket): () => void {
    const reader: Reader = { socket, last: null, idle: 0 };
    this.#watched.add(reader);
    if (this.#watched.size === 1) this.#lookLater();
    return () => {
      this.#watched.delete(reader);
      if (this.#watched.size === 0) clearTimeout(this.#timer);
    };
  }

  #lookLater(): void {
    this.#timer = setTimeout(() => {
      const takenBy = lookAtTaken();
      for (const reader of this.#watched) {
        const now = takenBy(reader.socket);
        reader.idle = now === reader.last ? reader.idle + 1 : 1;
        reader.last = now;
        if (reader.idle === (now === null ? BLIND_LOOKS : LOOKS)) {
          this.#watched.delete(reader);
          reader.socket.destroy();
        }
      }
      if (this.#watched.size > 0) this.#lookLater();
    }, this.#stallMs / LOOKS);
  }
}

/** Lets one answer go on in each turn of the event loop. @returns waits for the turn of one */
function turns(): () => Promise<void> {
  const waiting: (() => void)[] = [];
  const goOn = (): void => {
    waiting.shift()?.();
    if (waiting.length > 0) setImmediate(goOn);
  };
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (waiting.length === 1) setImmediate(goOn);
    });
}
