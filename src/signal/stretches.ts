/** Finds faulty stretches of a channel: constant, missing, or clipped, that is, repeatedly at the limit. */
import { BLOCK_SAMPLES } from './samples.ts';
import { markerOf, type Samples } from './samples.ts';

/** Sample numbers, half-open. */
export interface Stretch {
  first: number;
  end: number;
}

/**
 * Length of a run of successive samples at the least or greatest value, and the number of such runs required: a single
 * run is only a flat top.
 */
export const CLIPPED_RUN = 5;
export const CLIPPED_RUNS = 3;
/** Fraction of a block's samples that must be in such runs. */
const CLIPPED_PART = 0.001;

/** A list of stretches; only the first are kept. */
export interface Stretches {
  readonly kept: readonly Stretch[];
  /** Number of all stretches, including those kept. */
  readonly count: number;
}

/** Collects stretches in order, in bounded memory. */
export class StretchList implements Stretches {
  readonly kept: Stretch[] = [];
  count = 0;
  readonly #most: number;
  readonly #apart: number;
  #last: Stretch | null = null;

  /**
   * @param most how many are kept @param apart stretches with at most this many samples between them are merged; by
   * default, none are
   */
  constructor(most: number, apart = -1) {
    this.#most = most;
    this.#apart = apart;
  }

  add(first: number, end: number): void {
    if (this.#last !== null && first - this.#last.end <= this.#apart) {
      this.#last.end = end;
      return;
    }
    this.#last = { first, end };
    this.count++;
    if (this.kept.length < this.#most) this.kept.push(this.#last);
  }
}

export interface StretchOptions {
  /** How many stretches of each kind are kept. */
  most: number;
  /** Least number of constant samples in a stretch; Infinity to ignore them. */
  flatFrom: number;
  /** The same for missing samples. */
  missingFrom: number;
  /** The least and the greatest stored value of the whole channel; null to ignore clipped stretches. */
  limits: { lowest: number; highest: number } | null;
}

/**
 * Takes the blocks of one channel in order: with `push`, or with `pushUniform` if the summary shows that a block has a
 * single value. `finish` ends the last stretch.
 */
export class StretchFinder {
  readonly flat: StretchList;
  readonly missing: StretchList;
  /** In each block from the first run at the limit to the last; stretches of neighbouring blocks are merged. */
  readonly clipped: StretchList;
  readonly #options: StretchOptions;
  /** Number of samples so far. */
  #at = 0;
  /** Start and value of the current run; NaN for missing samples. */
  #first = 0;
  #value = NaN;
  /** Number of runs at the limit that have ended in this block. */
  #runs = 0;
  #atLimit = 0;
  #firstAtLimit = 0;
  #lastAtLimit = 0;
  #blockSamples = 0;

  constructor(options: StretchOptions) {
    this.#options = options;
    this.flat = new StretchList(options.most);
    this.missing = new StretchList(options.most);
    this.clipped = new StretchList(options.most, BLOCK_SAMPLES);
  }

  /** Adds a block. Missing samples have the marker of its type. */
  push(samples: Samples): void {
    this.#begin(samples.length);
    const marker = markerOf(samples);
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

  /** Adds a block of this many samples with one value; NaN if all are missing. */
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
    const first = this.#first;
    const length = at - first;
    const isMissing = this.#value !== this.#value;
    this.#first = at;
    const { flatFrom, missingFrom, limits } = this.#options;
    if (length >= (isMissing ? missingFrom : flatFrom) && length > 0)
      (isMissing ? this.missing : this.flat).add(first, at);
    else if (limits !== null && length >= CLIPPED_RUN && this.#isAtLimit(limits)) {
      if (this.#runs === 0) this.#firstAtLimit = first;
      this.#lastAtLimit = at;
      this.#runs++;
      this.#atLimit += length;
    }
  }

  #isAtLimit({ lowest, highest }: { lowest: number; highest: number }): boolean {
    return this.#value === lowest || this.#value === highest;
  }

  /**
   * Begins a block of this many samples, after judging the previous one. A run across the border counts in the block
   * where it ends.
   */
  #begin(samples: number): void {
    if (this.#runs >= CLIPPED_RUNS && this.#atLimit > CLIPPED_PART * this.#blockSamples)
      this.clipped.add(this.#firstAtLimit, this.#lastAtLimit);
    this.#blockSamples = samples;
    this.#runs = 0;
    this.#atLimit = 0;
  }
}
