/** The bytes being parsed. Chunks are copied after the bytes not yet used, so that a token is always contiguous. */

/** Zero bytes after the end. Loops may read words across the end and stop there, since zero is not a byte of JSON. */
export const PADDING = 16;
/** Most bytes added at once. */
export const SLICE = 65536;
const INITIAL = 2 * SLICE;

export class Window {
  bytes = Buffer.alloc(INITIAL);
  /** View of the same memory, for unaligned words. */
  view = new DataView(this.bytes.buffer, this.bytes.byteOffset);
  /** The next byte to be used. */
  position = 0;
  /** End of the bytes received so far. */
  end = 0;
  /** Number of times that bytes were added. */
  fills = 0;
  /** File offset of `bytes[0]`. */
  base = 0;

  /** File offset of an index in `bytes`. */
  offset(place: number = this.position): number {
    return this.base + place;
  }

  /** Adds at most `SLICE` bytes. Moves the unused bytes only when there is no room, so that tiny chunks are cheap. */
  add(slice: Uint8Array): void {
    if (this.position === this.end) this.#rebase();
    else if (this.end + slice.length + PADDING > this.bytes.length) {
      this.#rebase();
      if (this.end + slice.length + PADDING > this.bytes.length) this.#grow();
    }
    this.bytes.set(slice, this.end);
    this.end += slice.length;
    this.bytes.fill(0, this.end, this.end + PADDING);
    this.fills++;
  }

  #rebase(): void {
    this.bytes.copyWithin(0, this.position, this.end);
    this.base += this.position;
    this.end -= this.position;
    this.position = 0;
  }

  #grow(): void {
    const larger = Buffer.alloc(2 * this.bytes.length);
    larger.set(this.bytes.subarray(0, this.end));
    this.bytes = larger;
    this.view = new DataView(larger.buffer, larger.byteOffset);
  }
}
