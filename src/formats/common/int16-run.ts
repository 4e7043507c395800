/** Signed 16-bit samples from little-endian bytes that come in pieces. */
import { MISSING_INT16, type Samples } from '../../signal/samples.ts';

/** The samples in a type in which none of them means that one is missing: the lowest value is a sample here. */
export const allPresent = (samples: Int16Array): Samples =>
  samples.includes(MISSING_INT16) ? Int32Array.from(samples) : samples;

export class Int16Run {
  #samples = new Int16Array(0);
  #bytes = new Uint8Array(0);
  /** The first byte of a sample that continues in the next piece; null if there is none. */
  #odd: number | null = null;

  /** Whether the bytes so far end within a sample. */
  get isWithinSample(): boolean {
    return this.#odd !== null;
  }

  /** The samples that are complete with this piece; valid until the next call. */
  add(piece: Uint8Array): Int16Array {
    const before = this.#odd === null ? 0 : 1;
    const length = before + piece.length;
    if (length > this.#bytes.length) {
      this.#samples = new Int16Array((length + 1) >> 1);
      this.#bytes = new Uint8Array(this.#samples.buffer);
    }
    if (this.#odd !== null) this.#bytes[0] = this.#odd;
    this.#bytes.set(piece, before);
    this.#odd = length % 2 === 1 ? (this.#bytes[length - 1] as number) : null;
    return this.#samples.subarray(0, length >> 1);
  }
}
