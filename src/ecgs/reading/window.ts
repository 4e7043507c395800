/** Time windows, and the samples in them. */
import { Problem } from '../../errors.ts';
import { boundOf } from '../../signal/bounds.ts';
import type { StoredChannel } from '../store/model.ts';

/** Seconds from the start of the recording; half-open. */
export interface TimeWindow {
  from?: number | undefined;
  to?: number | undefined;
}

/** Half-open range of sample numbers. */
export interface SampleRange {
  first: number;
  end: number;
}

/** The range of a channel that is not asked for. */
export const NOTHING: SampleRange = { first: 0, end: 0 };

/** The samples of a channel inside a window. Errors: `sampling-rate-unknown` if there is a window and no rate. */
export function sampleRange(
  channel: Pick<StoredChannel, 'name' | 'samplingRate' | 'summary'>,
  { from, to }: TimeWindow,
): SampleRange {
  const total = channel.summary.samples;
  if (from === undefined && to === undefined) return { first: 0, end: total };
  const rate = channel.samplingRate;
  if (rate === null) {
    throw new Problem(
      'sampling-rate-unknown',
      `Channel "${channel.name}" has no sampling rate, so it has no times. Set samplingRate with PATCH, or ` +
        'leave out from and to.',
    );
  }
  const bound = (seconds: number): number => Math.min(total, boundOf(seconds, rate));
  const first = bound(from ?? 0);
  return { first, end: to === undefined ? total : Math.max(first, bound(to)) };
}

/** Duration of the longest of these channels in seconds; channels without a sampling rate do not count. */
export const durationOf = (channels: readonly Pick<StoredChannel, 'samplingRate' | 'summary'>[]): number =>
  channels.reduce(
    (longest, { samplingRate, summary }) =>
      samplingRate === null ? longest : Math.max(longest, summary.samples / samplingRate),
    0,
  );

/** A window may extend beyond the end. Errors: `window-outside` if it begins at or after the end. */
export function assertInside(
  channels: readonly Pick<StoredChannel, 'samplingRate' | 'summary'>[],
  { from = 0 }: TimeWindow,
): void {
  const duration = durationOf(channels);
  if (from <= 0 || from < duration) return;
  const what = channels.length === 1 ? 'channel' : 'recording';
  throw new Problem(
    'window-outside',
    `The window begins at ${from} s, but the ${what} lasts only ${duration} s. Choose an earlier start.`,
  );
}
