/** What a WFDB record does not reproduce exactly. */
import { figure, quoted } from '../common/messages.ts';
import type { WritableRecording } from '../types.ts';
import { annotationClock } from './encode.ts';

/** Channels that are named in one sentence at most. */
const MAX_NAMED = 3;
/** Seconds within which a time counts as exact: that of times as decimals. */
const SLACK = 1e-6;

/** In sentences, for a recording that can be written. */
export const wfdbLosses = (recording: WritableRecording): string[] => [
  ...ofZeroLevels(recording),
  ...ofTimes(recording),
  ...ofDurations(recording),
];

/** Annotations have a whole number of ticks. */
function ofTimes({ annotations, channels }: WritableRecording): string[] {
  if (annotations.length === 0) return [];
  const clock = annotationClock(channels.map(({ samplingRate }) => samplingRate as number));
  const errors = annotations.map(({ at }) => Math.abs(Math.round(at * clock) / clock - at));
  const count = errors.filter((error) => error > SLACK).length;
  if (count === 0) return [];
  const longest = errors.reduce((most, error) => Math.max(most, error), 0);
  return [
    `WFDB has annotations at samples only: ${figure(count)} of ${figure(annotations.length)} are moved to ` +
      `the nearest one, by at most ${short(longest * 1000)} ms.`,
  ];
}

function ofDurations({ annotations }: WritableRecording): string[] {
  const count = annotations.filter(({ duration }) => duration !== null && duration > 0).length;
  return count === 0
    ? []
    : [`WFDB annotations have no duration: that of ${figure(count)} of ${figure(annotations.length)} is left out.`];
}

/** Baselines are integers, so that a fractional zero level is rounded for all readers but our own. */
function ofZeroLevels({ channels }: WritableRecording): string[] {
  const rounded = channels.filter(({ zeroLevel }) => !Number.isInteger(zeroLevel));
  if (rounded.length === 0) return [];
  const errors = rounded.map(({ zeroLevel, gain, unit, calibrated }) => {
    const units = Math.abs(Math.round(zeroLevel) - zeroLevel);
    return { units, physical: calibrated && unit !== null ? `${short(units / Math.abs(gain))} ${unit}` : null };
  });
  const names = rounded.slice(0, MAX_NAMED).map(({ name }, i) => {
    const { units, physical } = errors[i] as (typeof errors)[number];
    return `${quoted(name)} by ${short(units)} stored units${physical === null ? '' : ` (${physical})`}`;
  });
  const more = rounded.length > MAX_NAMED ? ` and ${rounded.length - MAX_NAMED} more by at most half a unit` : '';
  return [
    'WFDB has whole baselines only, so that other programs read the physical values shifted: ' +
      `${names.join(', ')}${more}. The digits are unchanged, and comments of the header give the exact zero levels.`,
  ];
}

const short = (value: number): number => Number(value.toPrecision(3));
