/** Writes a recording as a JSON upload that gives the same recording again: one lead after the other, never whole. */
import { isPhysical } from '../../signal/units.ts';
import { type ReadFrames, runsOf } from '../common/frames.ts';
import { decimalText } from '../common/numbers.ts';
import { listText, textBytes } from '../common/text-bytes.ts';
import type { Encoder, WritableChannel, WritableRecording } from '../types.ts';
import { FormatError } from '../types.ts';

/** Stored samples with the scale of each lead; annotations are left out, since the form has no place for them. */
export const encodeJson: Encoder = (recording, read) => {
  if (recording.channels.length === 0 || recording.channels.some((channel) => channel.samples === 0)) {
    throw new FormatError(
      'json',
      'content',
      null,
      'A JSON recording has at least one lead, and each at least one sample: choose another window or other channels.',
    );
  }
  return [{ name: `${recording.id}.json`, bytes: textBytes(pieces(recording, read)) }];
};

async function* pieces(recording: WritableRecording, read: ReadFrames): AsyncGenerator<string, void, void> {
  const { externalId, date, notes } = recording;
  // `patient` and `study` are ids of the directory that takes the recording in, and no file knows those.
  const head = members({ id: externalId, date, notes });
  yield `{${head}${head === '' ? '' : ','}"leads":[`;
  for (const [number, channel] of recording.channels.entries()) {
    const { name, samplingRate, zeroLevel, samples } = channel;
    yield `${number === 0 ? '' : ','}{${members({ name, samplingRate, ...scaleOf(channel), zeroLevel, number_of_samples: samples })},"signal":[`;
    yield* listText(runsOf(read, number), ',', 'null', decimalText);
    yield ']}';
  }
  yield ']}\n';
}

/** A unit with a gain says that the channel is calibrated. Where it is not, a gain of 1 is left out, since that is what is taken then; beside another gain the unit is. */
function scaleOf({ unit, gain, calibrated }: WritableChannel): { unit: string | null; gain: number | null } {
  if (calibrated || !isPhysical(unit)) return { unit, gain };
  return gain === 1 ? { unit, gain: null } : { unit: null, gain };
}

/** Members of an object, without those that are null. */
function members(values: Record<string, string | number | null>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== null)
    .map(
      ([key, value]) =>
        `${JSON.stringify(key)}:${typeof value === 'number' ? decimalText(value) : JSON.stringify(value)}`,
    )
    .join(',');
}
