/** Finds the faulty stretches of one channel; blocks whose summary is sufficient need not be read. */
import { BLOCK_SAMPLES } from '../../signal/samples.ts';
import type { Samples } from '../../signal/samples.ts';
import { type Stretches, StretchFinder } from '../../signal/stretches.ts';
import { tableRow } from '../store/block-table.ts';
import { isElectrical } from '../store/evident.ts';
import type { StoredChannel } from '../store/model.ts';
import { MAX_RANGES } from './finding.ts';
import type { SampleRange } from './window.ts';

/** Seconds without any change, or without any sample: no real signal is quiet for so long. */
export const LASTING_SECONDS = 2;
/** Equal samples also required for a flat line: below 10 Hz, a slow signal may be equal for two seconds. */
const LEAST_FLAT_SAMPLES = 20;

export class ChannelStretches {
  readonly #channel: StoredChannel;
  readonly #finder: StretchFinder;
  /** Signals other than an ECG may be constant: for these only missing samples are reported. */
  readonly #isLookedAt: boolean;
  /** Number of samples so far. */
  #at = 0;

  /** @param channel with its block table */
  constructor(channel: StoredChannel) {
    const { samplingRate, summary } = channel;
    const electrical = isElectrical(channel);
    const lasting = samplingRate === null ? Infinity : Math.floor(LASTING_SECONDS * samplingRate) + 1;
    this.#channel = channel;
    this.#isLookedAt = electrical || summary.missing > 0;
    this.#finder = new StretchFinder({
      most: MAX_RANGES,
      flatFrom: electrical ? Math.max(lasting, LEAST_FLAT_SAMPLES) : Infinity,
      missingFrom: lasting,
      limits: electrical ? { lowest: summary.minimum, highest: summary.maximum } : null,
    });
  }

  get flat(): Stretches {
    return this.#finder.flat;
  }

  get missing(): Stretches {
    return this.#finder.missing;
  }

  get clipped(): Stretches {
    return this.#finder.clipped;
  }

  /** The samples that must be pushed, in whole blocks. */
  get needed(): SampleRange[] {
    const { samples } = this.#channel.summary;
    if (!this.#isLookedAt) return [];
    const ranges: SampleRange[] = [];
    for (let first = 0; first < samples; first += BLOCK_SAMPLES) {
      if (this.#uniformValue(first) !== null) continue;
      const end = Math.min(samples, first + BLOCK_SAMPLES);
      const last = ranges.at(-1);
      if (last?.end === first) last.end = end;
      else ranges.push({ first, end });
    }
    return ranges;
  }

  /** Adds the next needed block, or one that is not needed; `first` is the number of its first sample. */
  push(first: number, samples: Samples): void {
    this.#passUniform(first);
    this.#finder.push(samples);
    this.#at = first + samples.length;
  }

  /** Ends the last stretch. */
  finish(): void {
    if (this.#isLookedAt) this.#passUniform(this.#channel.summary.samples);
    this.#finder.finish();
  }

  #passUniform(end: number): void {
    while (this.#at < end) {
      const count = Math.min(end - this.#at, BLOCK_SAMPLES);
      this.#finder.pushUniform(this.#uniformValue(this.#at) as number, count);
      this.#at += count;
    }
  }

  /**
   * The one value of the block that begins with this sample, NaN if every sample is missing; null if it has to be read.
   */
  #uniformValue(first: number): number | null {
    const { samples, missing, minimum, maximum } = tableRow(this.#channel.blockTable, first / BLOCK_SAMPLES);
    if (missing === samples) return NaN;
    return missing === 0 && minimum === maximum ? minimum : null;
  }
}
