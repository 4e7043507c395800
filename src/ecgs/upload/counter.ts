/** Counts a channel of an upload, block by block and, if its sampling rate is known, minute by minute. */
import type { Samples } from '../../signal/samples.ts';
import { summarize } from '../../signal/summarize.ts';
import type { SignalSummary } from '../../signal/summary.ts';
import { WindowGrid } from '../../signal/window-grid.ts';
import { type ChannelMinutes, MIN_MINUTES_RATE, MINUTE } from '../store/minutes.ts';

/** How many minutes an upload may still hold; shared by its channels. */
export interface MinuteBudget {
  left: number;
}

export class ChannelCounter {
  readonly zeroLevel: number;
  readonly #samplingRate: number | null;
  readonly #budget: MinuteBudget;
  readonly blocks: SignalSummary[] = [];
  #grid: WindowGrid | null;

  /** @param zeroLevel see `summarize`; @param samplingRate Hz; null while unknown */
  constructor(zeroLevel: number, samplingRate: number | null, budget: MinuteBudget) {
    this.zeroLevel = zeroLevel;
    this.#samplingRate = samplingRate;
    this.#budget = budget;
    const isFast = samplingRate !== null && samplingRate >= MIN_MINUTES_RATE;
    this.#grid = isFast ? new WindowGrid(samplingRate, MINUTE, zeroLevel) : null;
  }

  /** Adds the next block. */
  push(samples: Samples): void {
    if (this.#grid === null) {
      this.blocks.push(summarize(samples, this.zeroLevel));
      return;
    }
    const before = this.#grid.rows.length;
    this.blocks.push(this.#grid.push(samples));
    this.#budget.left -= this.#grid.rows.length - before;
    if (this.#budget.left < 0) this.forgetMinutes();
  }

  /** The minutes, if they were counted at this rate; otherwise null. */
  minutesAt(samplingRate: number | null): ChannelMinutes | null {
    if (this.#grid === null || samplingRate === null || samplingRate !== this.#samplingRate) return null;
    return { samplingRate, zeroLevel: this.zeroLevel, rows: this.#grid.rows };
  }

  /** Gives up the minutes, and counts no further ones. */
  forgetMinutes(): void {
    this.#budget.left += this.#grid?.rows.length ?? 0;
    this.#grid = null;
  }
}
