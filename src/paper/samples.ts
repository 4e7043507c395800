/** The samples of channels, and those of a strip. */
import { boundOf } from '../signal/bounds.ts';
import type { StripSamples } from './types.ts';

/** Successive samples of one channel in its physical unit; NaN where missing. */
export interface ChannelSamples {
  /** Number of the first one in the channel, from 0. */
  first: number;
  values: Float64Array;
}

/** The samples of a channel in a time range, half-open. @param rate Hz */
export function samplesIn(
  { first, values }: ChannelSamples,
  rate: number,
  { from, to }: { from: number; to: number },
): StripSamples {
  const begin = Math.max(first, boundOf(from, rate));
  const end = Math.max(begin, boundOf(to, rate));
  return { values: values.subarray(begin - first, end - first), offset: begin / rate - from };
}
