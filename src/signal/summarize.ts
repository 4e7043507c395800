/** From samples to their summary, in scalar form. Every type is staged through one scratch of doubles, so that one loop stays monomorphic. */
import { missingMarker, sampleType, type Samples } from './samples.ts';
import { EMPTY, merge, type Sign, type SignalSummary } from './summary.ts';

/** 128 KiB of doubles: the second pass finds them in the cache. */
const SCRATCH = 16384;
const scratch = new Float64Array(SCRATCH);

/**
 * Summary of a run about its zero level.
 * @param samples in stored units; missing ones carry the marker of their type
 * @param zeroLevel stored value of physical zero, may be fractional
 */
export function summarize(samples: Samples, zeroLevel: number): SignalSummary {
  const missing = missingMarker(sampleType(samples));
  let summary: SignalSummary = EMPTY;
  for (let from = 0; from < samples.length; from += SCRATCH) {
    const part = samples.subarray(from, from + SCRATCH);
    scratch.set(part);
    summary = merge(summary, summarizeScratch(part.length, missing, zeroLevel));
  }
  return summary;
}

function summarizeScratch(length: number, missing: number, zeroLevel: number): SignalSummary {
  const values = scratch;
  let gaps = 0;
  let crossings = 0;
  let first: Sign = 0;
  let state: Sign = 0;
  let minimum = Infinity;
  let maximum = -Infinity;
  let sum = 0;
  for (let i = 0; i < length; i++) {
    const value = values[i] as number;
    if (value === missing || value !== value) {
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
  const present = length - gaps;
  const mean = present === 0 ? 0 : sum / present;
  return { samples: length, missing: gaps, zeroCrossings: crossings, firstSign: first, lastSign: state, minimum, maximum, mean, m2: squaredDeviations(length, missing, mean) };
}

function squaredDeviations(length: number, missing: number, mean: number): number {
  const values = scratch;
  let m2 = 0;
  let rest = 0;
  let present = 0;
  for (let i = 0; i < length; i++) {
    const value = values[i] as number;
    if (value === missing || value !== value) continue;
    const deviation = value - mean;
    m2 += deviation * deviation;
    rest += deviation;
    present++;
  }
  // The mean is rounded: `rest` would be 0 with the exact one (Chan, Golub and LeVeque's corrected two-pass form).
  return present === 0 ? 0 : m2 - (rest * rest) / present;
}
