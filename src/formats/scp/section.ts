/** One section of an SCP-ECG file: little-endian fields that cannot be read beyond its end. */
import type { FormatError } from '../types.ts';
import { syntaxError } from './failure.ts';

/** Checksum, number, length, versions of section and protocol, and six reserved bytes (EN 1064, 5.2.7). */
export const SECTION_HEADER = 16;

export class Section {
  readonly number: number;
  /** The bytes after the header. */
  readonly body: Uint8Array;
  /** Offset of the body in the file. */
  readonly offset: number;
  readonly #view: DataView;

  /** @param bytes the whole section with its header. @param offset of the section in the file */
  constructor(number: number, bytes: Uint8Array, offset: number) {
    this.number = number;
    this.body = bytes.subarray(SECTION_HEADER);
    this.offset = offset + SECTION_HEADER;
    this.#view = new DataView(this.body.buffer, this.body.byteOffset, this.body.length);
  }

  u8(at: number): number {
    this.#need(at, 1);
    return this.#view.getUint8(at);
  }

  u16(at: number): number {
    this.#need(at, 2);
    return this.#view.getUint16(at, true);
  }

  i16(at: number): number {
    this.#need(at, 2);
    return this.#view.getInt16(at, true);
  }

  u32(at: number): number {
    this.#need(at, 4);
    return this.#view.getUint32(at, true);
  }

  /** A view of bytes of the body. */
  bytes(from: number, length: number): Uint8Array {
    this.#need(from, length);
    return this.body.subarray(from, from + length);
  }

  /** A syntax error at a place of the body. @param reason a sentence without its beginning, `Section 3` */
  fault(at: number, reason: string): FormatError {
    return syntaxError(this.offset + at, `Section ${this.number} ${reason}`);
  }

  #need(at: number, length: number): void {
    if (at + length > this.body.length)
      throw this.fault(this.body.length, `ends too early: it has ${this.body.length + SECTION_HEADER} bytes.`);
  }
}
