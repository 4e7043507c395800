/** Summarizes samples with the compiled kernel, part by part. */
import { addressOf, COUNTS, KERNELS, STATISTICS } from './kernel.ts';
import { BLOCK_SAMPLES, sampleType, type Samples } from './samples.ts';
import { EMPTY, merge, type SignalSummary } from './summary.ts';
import { thresholds } from './thresholds.ts';

/**
 * Summary of a run about its zero level.
 * @param samples in stored units; missing samples have the marker of their type
 * @param zeroLevel stored value of physical zero; finite, may be fractional
 */
export function summarize(samples: Samples, zeroLevel: number): SignalSummary {
  const type = sampleType(samples);
  const kernel = KERNELS[type];
  const { high, low } = thresholds(type, zeroLevel, zeroLevel);
  let summary: SignalSummary = EMPTY;
  for (let from = 0; from < samples.length; from += BLOCK_SAMPLES) {
    const part = samples.subarray(from, from + BLOCK_SAMPLES);
    kernel.summarize(addressOf(part), part.length, high, low);
    summary = merge(summary, readSummary(part.length));
  }
  return summary;
}

function readSummary(samples: number): SignalSummary {
  const [zeroCrossings, missing, firstSign, lastSign] = COUNTS;
  if (missing === samples) return { ...EMPTY, samples, missing };
  const [minimum, maximum, mean, m2] = STATISTICS;
  // Adding 0 turns -0 into 0, so that the result does not depend on which came first.
  return { samples, missing, zeroCrossings, firstSign, lastSign, minimum: minimum + 0, maximum: maximum + 0, mean, m2 };
}
