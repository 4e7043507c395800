/**
 * Sends answers piece by piece. Each turn of the event loop makes one piece, however many answers are in progress, so
 * that small requests run in between. A client that stops reading is cut off.
 */
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { Context, Middleware } from 'koa';
import { onceOver } from './once-over.ts';
import { lookAtTaken } from './taken-bytes.ts';
import { wholeBody } from './whole-body.ts';

/** Bytes of a piece. */
const PIECE = 65_536;

/**
 * @param stallMs milliseconds after which a client that reads nothing is cut off.
 * Usage: `koa.use(answerPieces(limits.readStallMs))`, before everything that answers
 */
export function answerPieces(stallMs: number): Middleware {
  const readers = new Readers(stallMs);
  const turn = turns();
  return async (ctx, next) => {
    await next();
    if (ctx.method === 'HEAD') return;
    const body = ctx.body instanceof Readable ? ctx.body : wholeBody(ctx);
    if (body === null || (Buffer.isBuffer(body) && body.length <= PIECE)) return;
    const { length } = ctx.response;
    const pieces = Readable.from(taken(ctx, Buffer.isBuffer(body) ? [body] : body, readers, turn), {
      objectMode: false,
    });
    onceOver(ctx, () => {
      pieces.destroy();
      // Pieces that were never read from have not touched the body and do not destroy it.
      if (body instanceof Readable) body.destroy();
    });
    ctx.body = pieces;
    // Koa removes the length when the body is replaced.
    if (length !== undefined) ctx.length = length;
  };
}

type Pieces = Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>;

async function* taken(
  ctx: Context,
  body: Pieces,
  readers: Readers,
  turn: () => Promise<void>,
): AsyncGenerator<Uint8Array> {
  const { req, res } = ctx;
  // The socket is null when the client has disconnected in the meantime.
  const { socket } = req as { socket: Socket | null };
  if (res.closed || socket === null) return;
  // The server's own idle timeout would cut off slow readers, whose system frees its buffer in large steps.
  socket.setTimeout(0);
  let stop: (() => void) | undefined;
  try {
    for await (const some of body) {
      const bytes = typeof some === 'string' ? Buffer.from(some) : some;
      for (let from = 0; from < bytes.length; from += PIECE) {
        // Only the reader's time counts, not the time in which the next piece is made.
        stop = readers.watch(socket);
        yield bytes.subarray(from, from + PIECE);
        stop();
        await turn();
      }
    }
  } finally {
    stop?.();
  }
  // The client still has to read the last pieces.
  onceOver(ctx, readers.watch(socket));
}

/** How often a reader is checked within the stall time. */
const LOOKS = 10;
/** Checks after which a reader is cut off when the system does not show what it has read. */
const BLIND_LOOKS = 50;

interface Reader {
  socket: Socket;
  /** Bytes read at the last check; null if unknown. */
  last: number | null;
  /** Checks since it last read something. */
  idle: number;
}

/**
 * The readers that are being waited for. They are checked together, since checking many costs as much as checking one.
 */
class Readers {
  readonly #watched = new Set<Reader>();
  readonly #stallMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(stallMs: number) {
    this.#stallMs = stallMs;
  }

  /** Cuts off a reader that reads nothing for the stall time. @returns ends the watch */
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

/** Lets one waiting answer continue per turn of the event loop. @returns waits for one's turn */
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
