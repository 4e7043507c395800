/** Takes the samples apart: 16-bit integers, one of each lead in turn. */
import { takeApart } from '../../signal/interleaved.ts';

/** Samples taken apart at once: each run costs as much as some hundred samples. */
const BLOCK_SAMPLES = 131_072;

export class Frames {
  readonly #frameBytes: number;
  readonly #samples: Int16Array;
  readonly #bytes: Uint8Array;
  readonly #runs: Int16Array[];
  #filled = 0;

  constructor(leads: number) {
    const frames = Math.floor(BLOCK_SAMPLES / leads);
    this.#frameBytes = 2 * leads;
    this.#samples = new Int16Array(frames * leads);
    this.#bytes = new Uint8Array(this.#samples.buffer);
    this.#runs = Array.from({ length: leads }, () => new Int16Array(frames));
  }

  /** Adds bytes up to a full block. Returns how many were added. */
  add(bytes: Uint8Array): number {
    const count = Math.min(bytes.length, this.#bytes.length - this.#filled);
    this.#bytes.set(count === bytes.length ? bytes : bytes.subarray(0, count), this.#filled);
    this.#filled += count;
    return count;
  }

  get isFull(): boolean {
    return this.#filled === this.#bytes.length;
  }

  /** Bytes that are not taken yet; after `take`, those of an incomplete frame. */
  get left(): number {
    return this.#filled;
  }

  /** The whole frames of the block: one run per lead, valid until the next call. Empties the block. */
  take(): Int16Array[] {
    const frames = Math.floor(this.#filled / this.#frameBytes);
    const runs = this.#runs.map((run) => run.subarray(0, frames));
    // Little-endian, as the memory is on every platform that Node runs on with MongoDB.
    takeApart(this.#samples.subarray(0, (frames * this.#frameBytes) / 2), runs);
    this.#filled -= frames * this.#frameBytes;
    return runs;
  }
}
