/** A file of an upload while it arrives. */
import { HEAD_BYTES } from '../../formats/types.ts';
import type { Spool } from '../../http/spool.ts';
import type { Keeping } from '../store/original-writer.ts';

/** One file: what has been received and not yet read, and the rest, from the network or from where it was put aside. */
export class ReceivedFile {
  /** At most `HEAD_BYTES`. */
  readonly head: Uint8Array;
  #held: Uint8Array[];
  readonly #rest: AsyncIterator<Uint8Array>;
  #aside: { from: number; to: number } | null = null;
  #isOver = false;
  #keeping: Keeping | null = null;
  /** Whether its bytes are kept when they are taken; if not, they are all in the spool. */
  #isKeptAtOnce = false;
  #isKept = false;

  private constructor(held: Uint8Array[], rest: AsyncIterator<Uint8Array>) {
    this.head = Buffer.concat(held).subarray(0, HEAD_BYTES);
    this.#held = held;
    this.#rest = rest;
  }

  /** Reads the head. */
  static async begin(bytes: AsyncIterable<Uint8Array>): Promise<ReceivedFile> {
    const rest = bytes[Symbol.asyncIterator]();
    const held: Uint8Array[] = [];
    for (let length = 0; length < HEAD_BYTES;) {
      const { value, done } = await rest.next();
      if (done === true) break;
      held.push(value);
      length += value.length;
    }
    return new ReceivedFile(held, rest);
  }

  /** Keeps the file. To be called before it is read; what has been put aside is kept by `keepRest`. */
  keepIn(keeping: Keeping): void {
    this.#keeping = keeping;
    this.#isKeptAtOnce = this.#aside === null;
  }

  /** Keeps what no reader has taken. */
  async keepRest(spool?: Spool): Promise<void> {
    if (!this.#keeping?.isWanted || this.#isKept) return;
    if (this.#isKeptAtOnce) {
      while (await this.#take());
      return;
    }
    const { from, to } = this.#aside ?? { from: 0, to: 0 };
    if (spool) for await (const piece of spool.read(from, to)) await this.#keeping.write(piece);
    await this.#keepEnd();
  }

  async #keepEnd(): Promise<void> {
    if (this.#isKept) return;
    this.#isKept = true;
    await this.#keeping?.end();
  }

  /** Whether the file has at most that many bytes, which are held in memory; called before any is read. */
  async isAtMost(bytes: number): Promise<boolean> {
    let length = this.#held.reduce((sum, piece) => sum + piece.length, 0);
    while (length <= bytes) {
      const piece = await this.#next();
      if (!piece) return true;
      this.#held.push(piece);
      length += piece.length;
    }
    return false;
  }

  /** Moves the unread rest to the spool, unless its reader has stopped. */
  async setAside(spool: Spool): Promise<void> {
    if (this.#isOver) await this.keepRest();
    if (this.#aside || this.#isOver) return;
    const from = spool.length;
    for (let piece = await this.#take(); piece; piece = await this.#take()) await spool.append(piece);
    this.#aside = { from, to: spool.length };
  }

  /** Reads from the beginning, or from where an earlier reader of a streamed file stopped. */
  async *read(spool?: Spool): AsyncGenerator<Uint8Array, void, void> {
    if (!this.#aside) {
      try {
        for (let piece = await this.#take(); piece; piece = await this.#take()) {
          yield piece;
          if (this.#aside) break;
        }
      } finally {
        this.#isOver = !this.#aside;
      }
    }
    if (this.#aside && spool)
      yield* spool.read((this.#aside as { from: number }).from, (this.#aside as { to: number }).to);
  }

  async #take(): Promise<Uint8Array | null> {
    const piece = this.#held.shift() ?? (await this.#next());
    if (this.#keeping && this.#isKeptAtOnce) await (piece ? this.#keeping.write(piece) : this.#keepEnd());
    return piece;
  }

  async #next(): Promise<Uint8Array | null> {
    const { value, done } = await this.#rest.next();
    return done === true ? null : value;
  }
}
