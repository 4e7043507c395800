/** Reads the bytes of a file as they arrive: requested bytes are contiguous, skipped bytes are never held. */

const NOTHING = new Uint8Array(0);
const SMALLEST = 4096;

export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  /** False if these are not the file's own bytes; offsets are then unknown. */
  readonly #placed: boolean;
  #bytes: Uint8Array = NOTHING;
  #view: DataView = new DataView(NOTHING.buffer);
  #place = 0;
  #end = 0;
  /** Whether `#bytes` is this reader's own memory and may be written after `#end`. */
  #own = false;
  /** Offset of `#bytes[0]`. */
  #base = 0;

  constructor(source: AsyncIterable<Uint8Array>, placed = true) {
    this.#source = source[Symbol.asyncIterator]();
    this.#placed = placed;
  }

  /** Number of the next byte. */
  get position(): number {
    return this.#base + this.#place;
  }

  /** File offset of a byte, for messages. */
  offset(position: number = this.position): number | null {
    return this.#placed ? position : null;
  }

  /**
   * Whether `count` more bytes exist; they are contiguous afterwards. Memory grows with the bytes that arrive, not with
   * `count`.
   */
  async has(count: number): Promise<boolean> {
    while (this.#end - this.#place < count) {
      this.#save();
      const { done, value } = await this.#source.next();
      if (done === true) return false;
      this.#append(value);
    }
    return true;
  }

  uint16(at: number, littleEndian: boolean): number {
    return this.#view.getUint16(this.#place + at, littleEndian);
  }

  uint32(at: number, littleEndian: boolean): number {
    return this.#view.getUint32(this.#place + at, littleEndian);
  }

  uint8(at: number): number {
    return this.#bytes[this.#place + at] as number;
  }

  /** The next bytes without consuming them: at most `most`, and only those already received. */
  peek(most: number): Uint8Array {
    return this.#bytes.subarray(this.#place, Math.min(this.#end, this.#place + most));
  }

  /** Consumes the next bytes, after `has` has confirmed that they exist; valid until the next call. */
  take(count: number): Uint8Array {
    const taken = this.#bytes.subarray(this.#place, this.#place + count);
    this.#place += count;
    return taken;
  }

  /**
   * Consumes the next bytes that are already received, at least one and at most `most`; null at the end. Valid until
   * the next call.
   */
  async some(most: number): Promise<Uint8Array | null> {
    if (!(await this.has(1))) return null;
    return this.take(Math.min(most, this.#end - this.#place));
  }

  /** Skips bytes; false if the file ends before. */
  async skip(count: number): Promise<boolean> {
    let left = count;
    while (left > 0) {
      const passed = await this.some(left);
      if (passed === null) return false;
      left -= passed.length;
    }
    return true;
  }

  /** All remaining bytes. */
  async *rest(): AsyncGenerator<Uint8Array, void, void> {
    for (let piece = await this.some(Infinity); piece !== null; piece = await this.some(Infinity)) yield piece;
  }

  /** Copies the rest of a chunk into own memory: the chunk is valid only until the next is requested. */
  #save(): void {
    const left = this.#end - this.#place;
    if (left > 0 && !this.#own) this.#move(left, left);
  }

  #append(chunk: Uint8Array): void {
    const left = this.#end - this.#place;
    if (left === 0) {
      this.#base += this.#end;
      this.#use(chunk, chunk.length, false);
      return;
    }
    if (this.#end + chunk.length > this.#bytes.length) this.#move(left, left + chunk.length);
    this.#bytes.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /** Moves the rest to the beginning of new memory with room for twice the bytes wanted. */
  #move(left: number, wanted: number): void {
    const larger = new Uint8Array(Math.max(SMALLEST, 2 * wanted));
    larger.set(this.#bytes.subarray(this.#place, this.#end));
    this.#base += this.#place;
    this.#use(larger, left, true);
  }

  #use(bytes: Uint8Array, end: number, own: boolean): void {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#place = 0;
    this.#end = end;
    this.#own = own;
  }
}
