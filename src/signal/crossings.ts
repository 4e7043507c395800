/**
 * The zero-crossing kernel, in its scalar form: the definition in code, and the oracle of every faster form.
 *
 * A crossing is a change of sign between successive samples that are not zero, about the channel's own zero level. A touch is not a
 * crossing; zeros neither add nor hide one; a missing sample breaks the run.
 */
import { missingMarker, sampleType, type Samples } from './samples.ts';
import type { Sign } from './summary.ts';

/** Name and version of the definition, given with every count. */
export const DEFINITION = { name: 'sign-change-of-nonzero-samples', version: 1 } as const;

/** What counts as above, below and connected. The default rule is a dead band of 0 and gaps that break. */
export interface CrossingRule {
  /** Stored value of physical zero; may be fractional. */
  zeroLevel: number;
  /** Half width of a Schmitt trigger in stored units: the state changes only above zeroLevel + band or below zeroLevel - band. */
  band: number;
  /** Whether the state survives a missing sample. */
  gaps: 'break' | 'bridge';
}

/**
 * Counts over successive runs of one channel: `push` each run in order, then read `count`. The runs of one channel may differ in type.
 * Source of the definition: the public ECG challenge ("how often does the signal cross zero"), made precise for zeros and gaps.
 */
export class CrossingCounter {
  count = 0;
  private state: Sign = 0;
  private readonly rule: CrossingRule;

  constructor(rule: CrossingRule) {
    this.rule = rule;
  }

  push(samples: Samples): void {
    const missing = missingMarker(sampleType(samples));
    const high = this.rule.zeroLevel + this.rule.band;
    const low = this.rule.zeroLevel - this.rule.band;
    const broken = this.rule.gaps === 'break';
    let { count, state } = this;
    for (let i = 0; i < samples.length; i++) {
      const value = samples[i] as number;
      if (value === missing || value !== value) {
        if (broken) state = 0;
      } else if (value > high) {
        if (state < 0) count++;
        state = 1;
      } else if (value < low) {
        if (state > 0) count++;
        state = -1;
      }
    }
    this.count = count;
    this.state = state;
  }
}
