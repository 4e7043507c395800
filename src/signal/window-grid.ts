/** Summaries of successive time windows of equal length. The first one begins at the first sample. */
import { boundOf } from './bounds.ts';
import type { Samples } from './samples.ts';
import { summarize } from './summarize.ts';
import { EMPTY, merge, type SignalSummary } from './summary.ts';

/** The number of windows of that many seconds that begin before the end of a channel. */
export function windowsIn(samples: number, rate: number, seconds: number): number {
  let windows = Math.floor(samples / (rate * seconds));
  while (boundOf(windows * seconds, rate) < samples) windows++;
  while (windows > 0 && boundOf((windows - 1) * seconds, rate) >= samples) windows--;
  return windows;
}

/**
 * Takes one channel run by run, and counts anew in each window: window k has the samples from k · seconds up to
 * (k + 1) · seconds. How the channel is cut into runs makes no difference, except that mean and deviation are equal
 * within rounding only.
 */
export class WindowGrid {
  /** The summaries of the windows up to that of the last sample; some are empty if the rate is low. */
  readonly rows: SignalSummary[] = [];
  readonly #rate: number;
  readonly #seconds: number;
  readonly #zeroLevel: number;
  /** Number of the next sample. */
  #next = 0;
  /** The first sample after the last window. */
  #end = 0;

  /** @param rate Hz; @param zeroLevel see `summarize` */
  constructor(rate: number, seconds: number, zeroLevel: number) {
    this.#rate = rate;
    this.#seconds = seconds;
    this.#zeroLevel = zeroLevel;
  }

  /** Adds the next samples. Returns their summary. */
  push(samples: Samples): SignalSummary {
    let run: SignalSummary = EMPTY;
    for (let from = 0; from < samples.length;) {
      while (this.#next >= this.#end) this.#open();
      const to = Math.min(samples.length, from + this.#end - this.#next);
      const piece = summarize(samples.subarray(from, to), this.#zeroLevel);
      const last = this.rows.length - 1;
      this.rows[last] = merge(this.rows[last] as SignalSummary, piece);
      run = merge(run, piece);
      this.#next += to - from;
      from = to;
    }
    return run;
  }

  #open(): void {
    this.rows.push(EMPTY);
    this.#end = boundOf(this.rows.length * this.#seconds, this.#rate);
  }
}
