/**
 * The kernel in scalar form: the definition in code, and the oracle of the compiled kernel. The state is unknown, above
 * or below. A missing sample makes it unknown. A sample above or below becomes the new state, and counts if the state
 * was the opposite one. Any other sample changes nothing.
 */
import type { CrossingRule } from '../../src/signal/crossings.ts';
import { missingMarker, sampleType, type Samples } from '../../src/signal/samples.ts';
import { EMPTY, type Sign, type SignalSummary } from '../../src/signal/summary.ts';

/** The same as `CrossingCounter`. */
export class ScalarCrossingCounter {
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
      if (value === missing || Number.isNaN(value)) {
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

/** The same as `summarize`, in one pass for any length. */
export function scalarSummary(samples: Samples, zeroLevel: number): SignalSummary {
  const missing = missingMarker(sampleType(samples));
  let gaps = 0;
  let crossings = 0;
  let first: Sign = 0;
  let state: Sign = 0;
  let minimum = Infinity;
  let maximum = -Infinity;
  let sum = 0;
  for (let i = 0; i < samples.length; i++) {
    const value = samples[i] as number;
    if (value === missing || Number.isNaN(value)) {
      gaps++;
      state = 0;
      continue;
    }
    sum += value;
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
    const sign: Sign = value > zeroLevel ? 1 : value < zeroLevel ? -1 : 0;
    if (sign === 0) continue;
    if (state === 0) {
      if (first === 0 && gaps === 0) first = sign;
    } else if (state !== sign) crossings++;
    state = sign;
  }
  const present = samples.length - gaps;
  if (present === 0) return { ...EMPTY, samples: samples.length, missing: gaps };
  const mean = sum / present;
  return {
    samples: samples.length,
    missing: gaps,
    zeroCrossings: crossings,
    firstSign: first,
    lastSign: state,
    minimum: minimum + 0,
    maximum: maximum + 0,
    mean,
    m2: squaredDeviations(samples, missing, mean, present),
  };
}

function squaredDeviations(samples: Samples, missing: number, mean: number, present: number): number {
  let m2 = 0;
  let rest = 0;
  for (let i = 0; i < samples.length; i++) {
    const value = samples[i] as number;
    if (value === missing || Number.isNaN(value)) continue;
    const deviation = value - mean;
    m2 += deviation * deviation;
    rest += deviation;
  }
  // The mean is rounded: `rest` would be 0 with the exact one (Chan, Golub and LeVeque's corrected two-pass form).
  return Math.max(0, m2 - (rest * rest) / present);
}
