/**
 * The runs between the gaps of a recording. In EDF+D, a gap is a time without records, so that all channels share it.
 */
import type { PresentRun } from '../../signal/present-runs.ts';
import { figure } from '../common/messages.ts';
import type { WritableChannel } from '../types.ts';
import { contentError } from './failure.ts';

/** Times that differ by less, in samples of a channel, are equal apart from rounding. */
const SAME_SAMPLE = 1e-6;

/**
 * The runs of each channel; one each if nothing is missing.
 * @throws FormatError `content` if the channels do not have the same gaps, or begin or end with one
 */
export function commonRuns(channels: readonly WritableChannel[], rates: readonly number[]): PresentRun[][] {
  const runs = channels.map(({ name, samples, missing, present }) => {
    if (missing === 0) return [{ first: 0, end: samples }];
    if (!present) throw contentError(null, `The gaps of "${name}" are too many to be written as EDF+D.`);
    return [...present];
  });
  const [first = [], ...others] = runs;
  const rate = rates[0] as number;
  others.forEach((own, at) => {
    const ratio = (rates[at + 1] as number) / rate;
    const isSame = (mine: number, one: number): boolean => Math.abs(mine - one * ratio) <= SAME_SAMPLE;
    if (
      own.length !== first.length ||
      !own.every((run, i) => isSame(run.first, first[i]?.first ?? -1) && isSame(run.end, first[i]?.end ?? -1))
    )
      throw contentError(
        null,
        `In EDF all channels have the same gaps, but "${channels[0]?.name}" and "${channels[at + 1]?.name}" do not. ` +
          'Export the channels one by one, a window without gaps, or as WFDB, CSV or JSON.',
      );
  });
  checkEnds(first, channels[0] as WritableChannel, rate);
  return runs;
}

/** A record has no missing samples, so that none can tell of them before the first or after the last present one. */
function checkEnds(runs: readonly PresentRun[], { name, samples }: WritableChannel, rate: number): void {
  const from = runs[0]?.first ?? 0;
  const to = runs.at(-1)?.end ?? samples;
  if (from === 0 && to === samples) return;
  const seconds = (count: number): number => Number((count / rate).toFixed(9));
  throw contentError(
    null,
    `EDF begins and ends with a sample, but the first ${figure(from)} and the last ${figure(samples - to)} samples ` +
      `of "${name}" are missing. Export the window from ${seconds(from)} s to ${seconds(to)} s of this one ` +
      `(from=${seconds(from)}&to=${seconds(to)} of a whole recording), or as WFDB, CSV or JSON.`,
  );
}
