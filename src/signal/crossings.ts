/**
 * Zero crossings of one channel, counted by the compiled kernel. The definition in plain code is in
 * test/support/scalar-kernel.ts.
 *
 * A crossing is a change of sign between successive samples that are not zero, about the channel's own zero level. A
 * touch is not a crossing; zeros neither add nor hide one; a missing sample breaks the run.
 */
import { addressOf, COUNTS, KERNELS } from './kernel.ts';
import { BLOCK_SAMPLES, sampleType, type Samples } from './samples.ts';
import type { Sign } from './summary.ts';
import { thresholds } from './thresholds.ts';

/** Name and version of the definition, reported with every count. */
export const DEFINITION = { name: 'sign-change-of-nonzero-samples', version: 1 } as const;

/** The rule for above, below and connected. The default is a dead band of 0, and gaps that break the run. */
export interface CrossingRule {
  /** Stored value of physical zero; may be fractional. */
  zeroLevel: number;
  /**
   * Half width of a Schmitt trigger in stored units: the state changes only above zeroLevel + band or below zeroLevel -
   * band.
   */
  band: number;
  /** Whether the state survives a missing sample. */
  gaps: 'break' | 'bridge';
}

/**
 * Counts crossings over successive runs of one channel: `push` each run in order, then read `count`. The runs may
 * differ in type. Source of the definition: the public ECG challenge ("how often does the signal cross zero"), made
 * precise for zeros and gaps.
 */
export class CrossingCounter {
  count = 0;
  #state: Sign = 0;
  readonly #rule: CrossingRule;

  constructor(rule: CrossingRule) {
    this.#rule = rule;
  }

  push(samples: Samples): void {
    const { zeroLevel, band, gaps } = this.#rule;
    const type = sampleType(samples);
    const kernel = KERNELS[type];
    const { high, low } = thresholds(type, zeroLevel + band, zeroLevel - band);
    for (let from = 0; from < samples.length; from += BLOCK_SAMPLES) {
      const part = samples.subarray(from, from + BLOCK_SAMPLES);
      kernel.count(addressOf(part), part.length, high, low, this.#state, gaps === 'bridge');
      const [crossings, , , last] = COUNTS;
      this.count += crossings;
      this.#state = last;
    }
  }
}
