/**
 * The bytes of one channel that have arrived and are not yielded yet. Whole runs are copied, so that chunk boundaries
 * within a sample cost nothing.
 */
import type { Samples } from '../../signal/samples.ts';
import { MISSING_INT16 } from '../../signal/samples.ts';

/** For fewer bytes, a loop is cheaper than a view and a copy. */
const SHORT = 48;

export class ChannelBytes {
  /** Bytes of the channel in one record. */
  readonly slice: number;
  readonly #sampleBytes: 2 | 3;
  readonly #capacity: number;
  #bytes: Uint8Array | null = null;
  #filled = 0;

  /** @param samples capacity, allocated when the first sample arrives */
  constructor(sampleBytes: 2 | 3, samplesPerRecord: number, samples: number) {
    this.#sampleBytes = sampleBytes;
    this.slice = sampleBytes * samplesPerRecord;
    this.#capacity = sampleBytes * samples;
  }

  get room(): number {
    return this.#capacity - this.#filled;
  }

  get filled(): number {
    return this.#filled;
  }

  add(chunk: Uint8Array, from: number, count: number): void {
    const bytes = (this.#bytes ??= new Uint8Array(this.#capacity));
    if (count < SHORT) for (let at = 0; at < count; at++) bytes[this.#filled + at] = chunk[from + at] as number;
    else bytes.set(chunk.subarray(from, from + count), this.#filled);
    this.#filled += count;
  }

  /** The bytes themselves, until more are added. */
  take(): Uint8Array {
    const taken = (this.#bytes ?? new Uint8Array(0)).subarray(0, this.#filled);
    this.#filled = 0;
    return taken;
  }

  /** All samples but the last `kept` bytes, which move to the front. Valid until more bytes are added or taken. */
  samples(kept = 0): Samples {
    const end = this.#filled - kept;
    const bytes = this.#bytes ?? new Uint8Array(0);
    const taken = this.#sampleBytes === 2 ? int16(bytes, end / 2, kept > 0) : int24(bytes, end);
    bytes.copyWithin(0, end, this.#filled);
    this.#filled = kept;
    return taken;
  }

  /** Drops the last bytes. */
  drop(count: number): void {
    this.#filled -= count;
  }
}

/**
 * Here the lowest value is an ordinary sample: a run that contains it is returned in a wider type, which has another
 * marker.
 */
function int16(bytes: Uint8Array, count: number, copied: boolean): Int16Array | Int32Array {
  const samples = new Int16Array(bytes.buffer, 0, count);
  if (hasLowest(samples)) return new Int32Array(samples);
  return copied ? samples.slice() : samples;
}

function hasLowest(samples: Int16Array): boolean {
  let lowest = 0;
  for (let at = 0; at < samples.length; at++) {
    const value = samples[at] as number;
    lowest = value < lowest ? value : lowest;
  }
  return lowest === MISSING_INT16;
}

function int24(bytes: Uint8Array, end: number): Int32Array {
  const samples = new Int32Array(end / 3);
  for (let at = 0, from = 0; from < end; at++, from += 3) {
    samples[at] =
      (((bytes[from] as number) << 8) | ((bytes[from + 1] as number) << 16) | ((bytes[from + 2] as number) << 24)) >> 8;
  }
  return samples;
}
