/** What an EDF file does not reproduce exactly. */
import { figure, quoted } from '../common/messages.ts';
import type { WritableChannel, WritableRecording } from '../types.ts';
import { quotient, whole } from './decimal.ts';
import { limitsOf } from './encode.ts';
import { layoutOf } from './layout.ts';
import { scaleGiven } from './limits.ts';

/** Channels or rates that are named in one sentence at most. */
const MAX_NAMED = 3;
/** Errors of physical values up to this, in stored units, are those of the arithmetic. */
const SLACK = 1e-6;

/** In sentences, for a recording that can be written. */
export const edfLosses = (recording: WritableRecording): string[] => [...ofScales(recording), ...ofRates(recording)];

/** The limits of a channel have eight characters, which cannot express every scale. */
function ofScales({ channels }: WritableRecording): string[] {
  const errors = channels.map(errorOf);
  const inexact = channels.flatMap(({ name, gain, unit, calibrated }, at) => {
    const error = errors[at] as number;
    if (error <= SLACK) return [];
    const said =
      calibrated && unit !== null ? `${short(error / Math.abs(gain))} ${unit}` : `${short(error)} stored units`;
    return [`${quoted(name)} by at most ${said}`];
  });
  if (inexact.length === 0) return [];
  const others = inexact.length - MAX_NAMED;
  const more = others > 0 ? ` and ${figure(others)} more by at most ${short(Math.max(...errors))} stored units` : '';
  return [
    'EDF has eight characters for the limits of a scale, so that physical values are shifted: ' +
      `${inexact.slice(0, MAX_NAMED).join(', ')}${more}. The digits are unchanged.`,
  ];
}

/** The largest error of a physical value, in stored units: that of the lowest or the highest sample. */
function errorOf(channel: WritableChannel): number {
  const { gain, zeroLevel, lowest, highest } = channel;
  const given = scaleGiven(limitsOf(channel));
  if (given === null) return 0;
  const errors = [lowest, highest].map((digit) =>
    Math.abs((((digit ?? 0) - given.zeroLevel) / given.gain) * gain - ((digit ?? 0) - zeroLevel)),
  );
  return Math.max(...errors);
}

/** Other programs divide the samples of a record by its rounded duration. */
function ofRates({ channels }: WritableRecording): string[] {
  const { samples, duration, durationText } = layoutOf(channels);
  const rates = new Map(
    channels.map(({ samplingRate }, at) => [samplingRate, quotient(whole(samples[at] as number), duration)]),
  );
  const rounded = [...rates].filter(([rate, read]) => rate !== read);
  if (rounded.length === 0) return [];
  const said = rounded.map(([rate, read]) => `${rate} Hz as ${Number(read.toPrecision(8))} Hz`);
  return [
    `The duration of a record had to be rounded to ${durationText} s, so that other programs may read ` +
      `${said.slice(0, MAX_NAMED).join(', ')}.`,
  ];
}

const short = (value: number): number => Number(value.toPrecision(3));
