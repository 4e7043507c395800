/**
 * Padding values that the signal may also take. PS3.3, C.10.9.1.6, only says that the padding value stands for missing
 * samples; some writers declare 0, although the signal passes through 0 all the time.
 */
import { markerOf, MISSING_INT16, type Samples } from '../../signal/samples.ts';

/** Seconds of nothing but the padding value that no signal has: they are missing samples. */
const LONG = 1;
/** Part of the range of a signal by which it may go beyond what was seen of it. */
const MARGIN = 1 / 8;
/** Samples per second if the rate is unknown. */
const USUAL_RATE = 1000;

/**
 * Decides for the samples of one channel which of those with the padding value are missing: all of them while the value
 * is outside the range of the others so far (and not just beyond it), and otherwise only those in runs of a second or
 * longer.
 */
export class DoubtfulPadding {
  readonly #padding: number;
  /** Length of a long run. */
  readonly #long: number;
  #lowest = Infinity;
  #highest = -Infinity;
  /** Samples at the end with the padding value: what they mean depends on what follows. */
  #waiting = 0;
  /** Whether samples of the run that goes on have been found missing. */
  #isMissing = false;
  /** How many samples with the padding value are values. */
  kept = 0;

  constructor(padding: number, samplingRate: number | null) {
    this.#padding = padding;
    this.#long = Math.ceil(LONG * (samplingRate ?? USUAL_RATE));
  }

  /** The samples for which it is decided; the given ones are changed. Valid until the next are requested. */
  *add(samples: Samples): Generator<Samples, void, void> {
    const first = samples.findIndex((value) => value !== this.#padding);
    if (first === -1) {
      this.#waiting += samples.length;
      if (this.#isMissing || this.#waiting >= this.#long) yield* this.#decided();
      // Channels are numbered in the order in which their first samples come.
      else yield samples.subarray(0, 0);
      return;
    }
    this.#widen(samples);
    const before = this.#waiting;
    const isMissing = this.#isRunMissing(before + first);
    if (before > 0) yield this.#filled(before, isMissing);
    this.#settle(samples, 0, first, isMissing);
    this.#isMissing = false;
    this.#waiting = 0;
    for (let at = samples.indexOf(this.#padding, first); at !== -1;) {
      let end = at + 1;
      while (samples[end] === this.#padding) end++;
      if (end === samples.length) {
        this.#waiting = end - at;
        yield samples.subarray(0, at);
        return;
      }
      this.#settle(samples, at, end, this.#isRunMissing(end - at));
      at = samples.indexOf(this.#padding, end);
    }
    yield samples;
  }

  /** The rest, after the last samples. */
  *end(): Generator<Samples, void, void> {
    if (this.#waiting > 0) yield* this.#decided();
  }

  *#decided(): Generator<Samples, void, void> {
    this.#isMissing = this.#isRunMissing(this.#waiting);
    yield this.#filled(this.#waiting, this.#isMissing);
    this.#waiting = 0;
  }

  #isRunMissing(length: number): boolean {
    const margin = Math.max(1, (this.#highest - this.#lowest) * MARGIN);
    const isInside = this.#lowest - margin <= this.#padding && this.#padding <= this.#highest + margin;
    return this.#isMissing || !isInside || length >= this.#long;
  }

  #widen(samples: Samples): void {
    for (const value of samples) {
      if (value === this.#padding) continue;
      if (value < this.#lowest) this.#lowest = value;
      if (value > this.#highest) this.#highest = value;
    }
  }

  #settle(samples: Samples, from: number, end: number, isMissing: boolean): void {
    if (isMissing) samples.fill(markerOf(samples), from, end);
    else this.kept += end - from;
  }

  /** A run of the padding value. */
  #filled(count: number, isMissing: boolean): Samples {
    const samples = Math.abs(this.#padding) < -MISSING_INT16 ? new Int16Array(count) : new Float64Array(count);
    samples.fill(this.#padding);
    this.#settle(samples, 0, count, isMissing);
    return samples;
  }
}

/**
 * Whether a padding value is one that no signal takes: the lowest or the highest of the bits that are allocated or
 * stored.
 */
export function isSurePadding(padding: number, isSigned: boolean, bits: readonly number[]): boolean {
  return bits.some((count) =>
    isSigned
      ? padding === -(2 ** (count - 1)) || padding === 2 ** (count - 1) - 1
      : padding === 0 || padding === 2 ** count - 1,
  );
}
