/**
 * The XLI compression of Philips: one chunk a lead, with the length of its packed bytes (32 bits), a number that is 1
 * (16 bits) and the first correction (16 bits), all little-endian, then the packed bytes. Unpacked, they are the high
 * bytes of all numbers, then the low bytes. The first two numbers are samples, the others corrections.
 */
import { figure } from '../common/messages.ts';
import type { FormatError } from '../types.ts';
import { LzwReader } from './lzw.ts';

const HEADER = 8;
/** What the stored corrections are larger by. */
const SHIFT = 64;
/** Packed bytes of a sample, at most: two bytes of 10 bits each, rounded up. */
const PACKED_PER_SAMPLE = 3;

export class XliStream {
  /** The chunk being read, with its header. */
  #chunk = new Uint8Array(4096);
  #filled = 0;
  #length = HEADER;
  readonly #lzw = new LzwReader();
  readonly #samples: number;
  readonly #fail: (reason: string) => FormatError;

  /** @param samples of each lead, at least 2 */
  constructor(samples: number, fail: (reason: string) => FormatError) {
    this.#samples = samples;
    this.#fail = fail;
  }

  /** Whether the bytes so far end within a chunk. */
  get isWithinLead(): boolean {
    return this.#filled > 0;
  }

  /** Yields the samples of each lead that is complete with these bytes. @throws FormatError */
  *add(bytes: Uint8Array): Generator<Int16Array, void, void> {
    for (let at = 0; at < bytes.length;) {
      const taken = Math.min(this.#length - this.#filled, bytes.length - at);
      this.#append(bytes.subarray(at, at + taken));
      at += taken;
      if (this.#filled < this.#length) return;
      if (this.#length === HEADER) this.#length += this.#packedLength();
      else {
        yield this.#lead();
        this.#filled = 0;
        this.#length = HEADER;
      }
    }
  }

  #append(bytes: Uint8Array): void {
    if (this.#filled + bytes.length > this.#chunk.length) {
      const larger = new Uint8Array(2 * (this.#filled + bytes.length));
      larger.set(this.#chunk.subarray(0, this.#filled));
      this.#chunk = larger;
    }
    this.#chunk.set(bytes, this.#filled);
    this.#filled += bytes.length;
  }

  #packedLength(): number {
    const length = new DataView(this.#chunk.buffer).getUint32(0, true);
    if (length > 0 && length <= PACKED_PER_SAMPLE * this.#samples) return length;
    throw this.#fail(`The compressed samples are damaged: a lead should have ${figure(length)} bytes.`);
  }

  #lead(): Int16Array {
    const unpacked = this.#lzw.unpack(this.#chunk.subarray(HEADER, this.#filled), 2 * this.#samples);
    if (unpacked === null)
      throw this.#fail(
        `The compressed samples are damaged: a lead has codes that mean nothing, or more than ${this.#stated}.`,
      );
    if (unpacked.length !== 2 * this.#samples)
      throw this.#fail(
        `The compressed samples are incomplete: a lead has ${figure(unpacked.length / 2)} instead of ${this.#stated}.`,
      );
    const samples = new Int16Array(this.#samples);
    if (!predicted(unpacked, new DataView(this.#chunk.buffer).getInt16(6, true), samples))
      throw this.#fail('The compressed samples are damaged: they exceed 16 bits.');
    return samples;
  }

  get #stated(): string {
    return `the ${figure(this.#samples)} samples that the file states`;
  }
}

/**
 * Each sample is predicted by a line through the two before it, less the correction before it.
 * @returns whether all samples fit 16 bits
 */
function predicted(unpacked: Uint8Array, first: number, samples: Int16Array): boolean {
  const { length } = samples;
  const number = (at: number): number => (((unpacked[at] as number) << 24) >> 16) | (unpacked[length + at] as number);
  let before = number(0);
  let last = number(1);
  samples[0] = before;
  samples[1] = last;
  let correction = first;
  let beyond = 0;
  for (let at = 2; at < length; at++) {
    const sample = (2 * last - before - correction) | 0;
    correction = number(at) - SHIFT;
    samples[at] = sample;
    beyond |= sample ^ ((sample << 16) >> 16);
    before = last;
    last = sample;
  }
  return beyond === 0;
}
