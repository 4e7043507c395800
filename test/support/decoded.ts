/** The decoder events of small recordings, for tests of the later stages. */
import type { Annotation, DecodedRecording, DecoderEvent } from '../../src/formats/types.ts';

/** A recording of two channels, `I` and `II`. */
export interface Told extends Partial<DecodedRecording> {
  /** Of `I`; those of `II` are the same with the opposite sign. */
  samples: readonly number[];
  marks?: readonly Annotation[];
  /** The order of the channels. */
  names?: readonly string[];
}

/** The events of a file with these recordings. */
export async function* decoded(...recordings: readonly Told[]): AsyncGenerator<DecoderEvent> {
  for (const { samples, marks = [], names = ['I', 'II'], ...more } of recordings) {
    for (const [channel, name] of names.entries()) {
      yield { kind: 'samples', channel, samples: Int16Array.from(samples, (value) => (name === 'I' ? value : -value)) };
      yield { kind: 'channel-end', channel };
    }
    if (marks.length > 0) yield { kind: 'annotations', annotations: [...marks] };
    const channels = names.map((name) => ({ name, samplingRate: 500, unit: 'mV', gain: 1000, zeroLevel: 0 }));
    const nobody = { externalId: null, patient: null, study: null, subject: null };
    const nothing = { date: null, notes: null, part: null, warnings: [] };
    yield { kind: 'recording', recording: { ...nobody, ...nothing, channels, ...more } };
  }
}

/** Marks, one per microsecond: such recordings are short. @param channel its number, in the order of the channels */
export const marksOf = (count: number, code = 'N', channel: number | null = null): Annotation[] =>
  Array.from({ length: count }, (_, i) => ({ at: i / 1e6, duration: null, channel, code, text: null }));
