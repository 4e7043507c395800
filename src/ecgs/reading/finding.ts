/** The result of a check: for which channels, and where. */
import type { Stretches } from '../../signal/stretches.ts';

export const FINDINGS = [
  'sampling-rate-missing',
  'unit-missing',
  'not-calibrated',
  'lead-unknown',
  'nothing-recorded',
  'mostly-missing',
  'samples-missing',
  'lead-off',
  'clipped',
  'limb-leads-inconsistent',
  'arms-swapped-suspected',
] as const;

export interface Finding {
  code: (typeof FINDINGS)[number];
  /** Names of the channels concerned. */
  channels: string[];
  message: string;
  /**
   * Seconds, half-open, in order: where it was found. Empty if it is about the description, or there are no times.
   */
  ranges: { from: number; to: number }[];
  /** Number of further ranges. */
  moreRanges: number;
}

/** Greatest number of ranges in one finding. */
export const MAX_RANGES = 100;

/** The stretches of a finding that concerns no samples. */
export const NOWHERE: Stretches = { kept: [], count: 0 };

/** A finding of these channels at these stretches of their samples, of which `MAX_RANGES` were kept. */
export function finding(
  code: Finding['code'],
  channels: string[],
  message: string,
  samplingRate: number | null,
  { kept, count }: Stretches,
): Finding {
  if (samplingRate === null) return { code, channels, message, ranges: [], moreRanges: 0 };
  const ranges = kept.map(({ first, end }) => ({ from: first / samplingRate, to: end / samplingRate }));
  return { code, channels, message, ranges, moreRanges: count - ranges.length };
}
