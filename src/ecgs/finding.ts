/** What a check says: of which channels, and where. */
import type { Stretch } from '../signal/stretches.ts';

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
  /** Names of the channels that it is about. */
  channels: string[];
  message: string;
  /**
   * Seconds, half-open, in order: where it was found. Empty where it is about the description, or there are no times.
   */
  ranges: { from: number; to: number }[];
  /** How many there are beyond those. */
  moreRanges: number;
}

/** Ranges that one finding names. */
export const MAX_RANGES = 100;

/** A finding of these channels at these stretches of their samples. */
export function finding(
  code: Finding['code'],
  channels: string[],
  message: string,
  samplingRate: number | null,
  stretches: readonly Stretch[],
): Finding {
  const ranges =
    samplingRate === null
      ? []
      : stretches
          .slice(0, MAX_RANGES)
          .map(({ first, end }) => ({ from: first / samplingRate, to: end / samplingRate }));
  return { code, channels, message, ranges, moreRanges: samplingRate === null ? 0 : stretches.length - ranges.length };
}
