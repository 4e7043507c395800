/**
 * Stretches of a channel in which something is wrong: nothing changes, samples are missing, or the line is at its limit
 * again and again.
 */
import { BLOCK_SAMPLES } from './block-builder.ts';
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

/** Stretches of which only the first are kept. */
export interface Stretches {
  readonly kept: readonly Stretch[];
  /** Of all, the kept ones included. */
  readonly count: number;
}

/** Takes stretches in their order; however many come, its memory is bounded. */
export class StretchList implements Stretches {
  readonly kept: Stretch[] = [];
  count = 0;
  readonly #most: number;
  readonly #apart: number;
  #last: Stretch | null = null;

  /** @param most how many are kept @param apart samples that may lie between two that become one; default: none do */
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
  /** How many stretches of a kind are kept. */
  most: number;
  /** Samples that do not change, from which on they are a stretch; Infinity: these are not looked for. */
  flatFrom: number;
  /** The same for samples that are missing. */
  missingFrom: number;
  /** The least and the greatest stored value of the whole channel; null: clipped stretches are not looked for. */
  limits: { lowest: number; highest: number } | null;
}

/**
 * Feed it the blocks of one channel in their order, with `push`, or with `pushUniform` where a block's summary says it
 * all; `finish` ends the last stretch.
 */
export class StretchFinder {
  readonly flat: StretchList;
  readonly missing: StretchList;
  /** Of each block from its first run at the limit to its last; those of neighbouring blocks are one. */
  readonly clipped: StretchList;
  readonly #options: StretchOptions;
  /** Samples so far. */
  #at = 0;
  /** Of the run that goes on: where it began, and its value; NaN: missing. */
  #first = 0;
  #value = NaN;
  /** Runs at the limit that have ended in this block. */
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
   * A block of so many samples comes: the one before is judged. A run that goes on across the border counts where it
   * ends.
   */
  #begin(samples: number): void {
    if (this.#runs >= CLIPPED_RUNS && this.#atLimit > CLIPPED_PART * this.#blockSamples)
      this.clipped.add(this.#firstAtLimit, this.#lastAtLimit);
    this.#blockSamples = samples;
    this.#runs = 0;
    this.#atLimit = 0;
  }
}
