/** The bytes that are being looked at. Chunks are copied behind what is not used up yet, so that a token always lies in one piece. */

/** Zero bytes behind the end: loops may read words across it and stop there, for zero is no byte of JSON. */
export const PADDING = 16;
/** At most so many bytes are taken in at once. */
export const SLICE = 65536;
const INITIAL = 2 * SLICE;

export class Window {
  bytes = Buffer.alloc(INITIAL);
  /** The same memory, for unaligned words. */
  view = new DataView(this.bytes.buffer, this.bytes.byteOffset);
  /** The next byte to be used. */
  position = 0;
  /** Where the bytes that have arrived end. */
  end = 0;
  /** How often bytes have been taken in. */
  fills = 0;
  /** Offset into the file of `bytes[0]`. */
  base = 0;

  /** Offset into the file of a place in `bytes`. */
  offset(place: number = this.position): number {
    return this.base + place;
  }

  /** Takes in at most `SLICE` bytes. Moves what is not used up only when there is no room: tiny chunks stay cheap. */
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
