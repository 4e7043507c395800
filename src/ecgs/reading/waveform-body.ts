/** Writes waveforms as the body of an answer: as JSON, or in binary after a JSON header. */
import { listText, textBytes } from '../../formats/common/text-bytes.ts';
import { missingMarker, type Samples, sampleType } from '../../signal/samples.ts';
import type { StoredEcg } from '../store/model.ts';
import { aligned, described, headerLine } from './samples-body.ts';
import type { Waveform } from './waveform.ts';

/** The arrays of a channel, by name. */
const arraysOf = ({ content }: Waveform): [string, Samples][] => Object.entries(content) as [string, Samples][];

const head = (ecg: StoredEcg, { span }: Waveform): object => ({
  ...described(ecg, span),
  samplesPerBin: 2 ** span.level,
});

export const waveformsAsJson = (ecg: StoredEcg, waveforms: readonly Waveform[]): AsyncIterable<Uint8Array> =>
  textBytes(jsonPieces(ecg, waveforms));

async function* jsonPieces(ecg: StoredEcg, waveforms: readonly Waveform[]): AsyncGenerator<string, void, void> {
  yield `{"ecgId":"${ecg._id.toHexString()}","channels":[`;
  for (const [at, waveform] of waveforms.entries()) {
    yield `${at > 0 ? ',' : ''}${JSON.stringify(head(ecg, waveform)).slice(0, -1)}`;
    for (const [name, samples] of arraysOf(waveform)) {
      yield `,"${name}":[`;
      yield* listText(oneRun(samples), ',', 'null', String);
      yield ']';
    }
    yield '}';
  }
  yield ']}';
}

/** Samples as the only run. */
export async function* oneRun(samples: Samples): AsyncGenerator<Samples, void, void> {
  yield samples;
}

/** The bytes of the whole body. */
export function waveformsAsBinary(ecg: StoredEcg, waveforms: readonly Waveform[]): Buffer {
  let offset = 0;
  const arrays: { at: number; samples: Samples }[] = [];
  const channels = waveforms.map((waveform) => {
    const placed = arraysOf(waveform).map(([name, samples]) => {
      const type = sampleType(samples);
      const array = { type, offset, length: samples.length, missing: missingMarker(type) };
      arrays.push({ at: offset, samples });
      offset += aligned(samples.byteLength);
      // JSON has no NaN, so null is used.
      return [name, array];
    });
    return { ...head(ecg, waveform), ...(Object.fromEntries(placed) as object) };
  });
  const header = headerLine(ecg, channels);
  const body = Buffer.alloc(header.length + offset);
  header.copy(body);
  for (const { at, samples } of arrays)
    body.set(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength), header.length + at);
  return body;
}
