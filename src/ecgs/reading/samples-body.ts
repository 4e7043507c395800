/**
 * Writes samples as the body of an answer. Those of several channels are streamed while they are read: as JSON, or in
 * binary after a JSON header.
 */
import { readFrom, type ReadFrames, runsOf } from '../../formats/common/frames.ts';
import { listText, textBytes } from '../../formats/common/text-bytes.ts';
import { inType, missingMarker, SAMPLE_ARRAYS, type Samples } from '../../signal/samples.ts';
import type { StoredChannel, StoredEcg } from '../store/model.ts';
import { isCalculated } from './calculated.ts';
import type { Span } from './span-cursor.ts';

/** In the binary form, arrays begin at multiples of this many bytes, after the header as well as in the whole body. */
const ALIGNMENT = 8;

export const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/** The samples of one channel, which are in memory. @param head the members before them */
export const channelAsJson = (head: object, samples: Samples): AsyncIterable<Uint8Array> =>
  textBytes(withSamples(head, readFrom([samples]), 0));

/** @param read reads the spans; @param spans in the order of the answer */
export const samplesAsJson = (ecg: StoredEcg, spans: readonly Span[], read: ReadFrames): AsyncIterable<Uint8Array> =>
  textBytes(jsonPieces(ecg, spans, read));

async function* jsonPieces(
  ecg: StoredEcg,
  spans: readonly Span[],
  read: ReadFrames,
): AsyncGenerator<string, void, void> {
  yield `{"ecgId":"${ecg._id.toHexString()}","channels":[`;
  for (const [at, span] of spans.entries()) {
    if (at > 0) yield ',';
    yield* withSamples(described(ecg, span), read, at);
  }
  yield ']}';
}

/** The text of an object whose last member is the samples of a channel; null for missing ones. */
async function* withSamples(head: object, read: ReadFrames, channel: number): AsyncGenerator<string, void, void> {
  yield `${JSON.stringify(head).slice(0, -1)},"samples":[`;
  yield* listText(runsOf(read, channel), ',', 'null', String);
  yield ']}';
}

/** @returns also the length of the whole body in bytes */
export function samplesAsBinary(
  ecg: StoredEcg,
  spans: readonly Span[],
  read: ReadFrames,
): { bytes: AsyncIterable<Uint8Array>; length: number } {
  let offset = 0;
  const channels = spans.map((span) => {
    const length = span.end - span.first;
    const placed = { type: span.type, offset, length, missing: missingMarker(span.type) };
    offset += aligned(length * SAMPLE_ARRAYS[span.type].BYTES_PER_ELEMENT);
    // JSON has no NaN, so null is used.
    return { ...described(ecg, span), ...placed };
  });
  const header = headerLine(ecg, channels);
  return { bytes: binaryPieces(header, spans, read), length: header.length + offset };
}

/** The JSON line before binary data. */
export function headerLine(ecg: StoredEcg, channels: readonly object[]): Buffer {
  const text = Buffer.from(JSON.stringify({ ecgId: ecg._id.toHexString(), channels }));
  const header = Buffer.alloc(aligned(text.length + 1), ' ');
  text.copy(header);
  header.write('\n', header.length - 1);
  return header;
}

async function* binaryPieces(
  header: Uint8Array,
  spans: readonly Span[],
  read: ReadFrames,
): AsyncGenerator<Uint8Array, void, void> {
  // It is sent with the first samples: until then, a failure can still be reported.
  let before = header;
  for (const [at, { type }] of spans.entries()) {
    let length = 0;
    for await (const run of runsOf(read, at)) {
      if (before.length > 0) yield before;
      before = new Uint8Array(0);
      const { buffer } = inType(run, type);
      length += buffer.byteLength;
      yield new Uint8Array(buffer);
    }
    if (length < aligned(length)) yield new Uint8Array(aligned(length) - length);
  }
  if (before.length > 0) yield before;
}

/** The description of a channel in both forms. */
export function described(ecg: StoredEcg, { channel, first }: Pick<Span, 'channel' | 'first'>): object {
  const said = ecg.channels[channel] as StoredChannel;
  const { name, lead, samplingRate, unit, gain, zeroLevel, calibrated } = said;
  const marked = isCalculated(said) ? { calculated: true } : {};
  return { name, lead, samplingRate, unit, gain, zeroLevel, calibrated, ...marked, first };
}
