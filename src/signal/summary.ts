/**
 * The central idea of the product: a summary of any run of consecutive samples of one channel, which can be merged with
 * that of the next run. Streaming ingest, insights and time windows all use `merge`. Values are in stored units;
 * `insights` converts them to physical values.
 */

/** -1 below zero, 1 above, 0 unknown (no sign yet, or a missing sample between the sign and the edge). */
export type Sign = -1 | 0 | 1;

export interface SignalSummary {
  /** All samples, including missing ones. */
  samples: number;
  missing: number;
  /** Changes of sign between successive non-zero samples; nothing is counted across a missing one. */
  zeroCrossings: number;
  /** Sign of the first non-zero sample, if no missing sample precedes it. */
  firstSign: Sign;
  /** Sign of the last non-zero sample, if no missing sample follows it. */
  lastSign: Sign;
  /** Over the samples that are not missing; `Infinity` and `-Infinity` if there are none. */
  minimum: number;
  maximum: number;
  mean: number;
  /** Sum of squared deviations from the mean. */
  m2: number;
}

/** Summary of the empty run: the identity of `merge`. */
export const EMPTY: Readonly<SignalSummary> = {
  samples: 0,
  missing: 0,
  zeroCrossings: 0,
  firstSign: 0,
  lastSign: 0,
  minimum: Infinity,
  maximum: -Infinity,
  mean: 0,
  m2: 0,
};

/**
 * Summary of run `a` followed by run `b`. Associative: exactly for counts, edges and signs; mean and deviation (Chan,
 * Golub and LeVeque's pairwise update) within rounding.
 */
export function merge(a: Readonly<SignalSummary>, b: Readonly<SignalSummary>): SignalSummary {
  const present = a.samples - a.missing;
  const added = b.samples - b.missing;
  const total = present + added;
  const delta = b.mean - a.mean;
  const meets = a.lastSign !== 0 && b.firstSign !== 0 && a.lastSign !== b.firstSign;
  return {
    samples: a.samples + b.samples,
    missing: a.missing + b.missing,
    zeroCrossings: a.zeroCrossings + b.zeroCrossings + (meets ? 1 : 0),
    // A run without a sign and without a gap is all zeros, so the sign of its neighbour extends across it.
    firstSign: a.firstSign === 0 && a.missing === 0 ? b.firstSign : a.firstSign,
    lastSign: b.lastSign === 0 && b.missing === 0 ? a.lastSign : b.lastSign,
    minimum: Math.min(a.minimum, b.minimum),
    maximum: Math.max(a.maximum, b.maximum),
    mean: added === 0 ? a.mean : present === 0 ? b.mean : a.mean + delta * (added / total),
    m2: added === 0 ? a.m2 : present === 0 ? b.m2 : a.m2 + b.m2 + delta * delta * ((present * added) / total),
  };
}
