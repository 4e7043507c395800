/** Streams a recording, lead by lead, as a JSON upload that gives the same recording again. */
import { isPhysical } from '../../signal/units.ts';
import { baseName } from '../common/file-names.ts';
import { type ReadFrames, runsOf } from '../common/frames.ts';
import { decimalText } from '../common/numbers.ts';
import { listText, textBytes } from '../common/text-bytes.ts';
import type { Encoder, WritableChannel, WritableRecording } from '../types.ts';
import { contentError } from './failure.ts';

/**
 * Writes stored samples with the scale of each lead. Annotations are left out, since the format has no place for them.
 */
export const encodeJson: Encoder = (recording, read) => {
  if (recording.channels.length === 0 || recording.channels.some((channel) => channel.samples === 0)) {
    throw contentError(
      null,
      'A JSON recording needs at least one lead, and each lead at least one sample: choose another window or ' +
        'other channels.',
    );
  }
  return [{ name: `${baseName(recording)}.json`, bytes: textBytes(pieces(recording, read)) }];
};

async function* pieces(recording: WritableRecording, read: ReadFrames): AsyncGenerator<string, void, void> {
  const { externalId, date, notes } = recording;
  // `patient` and `study` are ids in the directory of the receiving server, which a file cannot know.
  const head = members({ id: externalId, date, notes });
  yield `{${head}${head === '' ? '' : ','}"leads":[`;
  for (const [number, channel] of recording.channels.entries()) {
    const { name, samplingRate, zeroLevel, samples } = channel;
    const lead = members({ name, samplingRate, ...scaleOf(channel), zeroLevel, number_of_samples: samples });
    yield `${number === 0 ? '' : ','}{${lead},"signal":[`;
    yield* listText(runsOf(read, number), ',', 'null', decimalText);
    yield ']}';
  }
  yield ']}\n';
}

/**
 * A unit with a gain means that the channel is calibrated. For other channels one of the two is left out: a gain of 1,
 * since it is the default, otherwise the unit.
 */
function scaleOf({ unit, gain, calibrated }: WritableChannel): { unit: string | null; gain: number | null } {
  if (calibrated || !isPhysical(unit)) return { unit, gain };
  return gain === 1 ? { unit, gain: null } : { unit: null, gain };
}

/** Members of an object, except those that are null. */
function members(values: Record<string, string | number | null>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== null)
    .map(
      ([key, value]) =>
        `${JSON.stringify(key)}:${typeof value === 'number' ? decimalText(value) : JSON.stringify(value)}`,
    )
    .join(',');
}
