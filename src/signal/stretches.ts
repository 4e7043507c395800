/**
 * Stretches of a channel in which something is wrong: nothing changes, samples are missing, or the line is at its limit
 * again and again.
 */
import { missingMarker, type Samples, sampleType } from './samples.ts';

/** Numbers of samples, half-open. */
export interface Stretch {
  first: number;
  end: number;
}

/**
 * Successive samples at the very least or greatest value, and how many such runs there must be: one alone is a flat
 * top.
 */
export const CLIPPED_RUN = 5;
export const CLIPPED_RUNS = 3;
/** Part of the samples of a block that must lie in such runs. */
const CLIPPED_PART = 0.001;

export interface StretchOptions {
  /** Samples that do not change, or are missing, from which on they are a stretch. */
  atLeast: number;
  /** The least and the greatest stored value of the whole channel. */
  lowest: number;
  highest: number;
}

/**
 * Feed it the blocks of one channel in their order, with `push`, or with `pushUniform` where a block's summary says it
 * all; `finish` ends the last stretch.
 */
export class StretchFinder {
  readonly flat: Stretch[] = [];
  readonly missing: Stretch[] = [];
  /** At most one a block: from its first run at the limit to its last. */
  readonly clipped: Stretch[] = [];
  readonly #options: StretchOptions;
  /** Samples so far. */
  #at = 0;
  /** Of the run that goes on: where it began, and its value; NaN: missing. */
  #first = 0;
  #value = NaN;
  /** Runs at the limit that have ended in this block. */
  #runs = 0;
  #atLimit = 0;
  #limits: Stretch = { first: 0, end: 0 };
  #blockSamples = 0;

  constructor(options: StretchOptions) {
    this.#options = options;
  }

  /** A block. Missing samples carry the marker of its type. */
  push(samples: Samples): void {
    this.#begin(samples.length);
    const marker = missingMarker(sampleType(samples));
    const before = this.#at;
    let value = this.#value;
    for (let i = 0; i < samples.length; i++) {
      const stored = samples[i] as number;
      if (stored === value || (value !== value && (stored === marker || stored !== stored))) continue;
      this.#end(before + i);
      value = stored === marker ? NaN : stored;
      this.#value = value;
    }
    this.#at = before + samples.length;
  }

  /** A block of so many samples of one value; NaN: all are missing. */
  pushUniform(value: number, count: number): void {
    this.#begin(count);
    if (!Object.is(value, this.#value)) {
      this.#end(this.#at);
      this.#value = value;
    }
    this.#at += count;
  }

  finish(): void {
    this.#end(this.#at);
    this.#begin(0);
  }

  #end(at: number): void {
    const stretch = { first: this.#first, end: at };
    const length = at - this.#first;
    this.#first = at;
    const { atLeast, lowest, highest } = this.#options;
    if (length >= atLeast && length > 0) (this.#value !== this.#value ? this.missing : this.flat).push(stretch);
    else if (length >= CLIPPED_RUN && (this.#value === lowest || this.#value === highest)) {
      if (this.#runs === 0) this.#limits = stretch;
      this.#limits.end = at;
      this.#runs++;
      this.#atLimit += length;
    }
  }

  /**
   * A block of so many samples comes: the one before is judged. A run that goes on across the border counts where it
   * ends.
   */
  #begin(samples: number): void {
    if (this.#runs >= CLIPPED_RUNS && this.#atLimit > CLIPPED_PART * this.#blockSamples)
      this.clipped.push(this.#limits);
    this.#blockSamples = samples;
    this.#runs = 0;
    this.#atLimit = 0;
  }
}

/** The same with neighbours made one. @param apart samples that may lie between two */
export function joined(stretches: readonly Stretch[], apart: number): Stretch[] {
  const whole: Stretch[] = [];
  for (const { first, end } of stretches) {
    const last = whole.at(-1);
    if (last && first - last.end <= apart) last.end = end;
    else whole.push({ first, end });
  }
  return whole;
}
