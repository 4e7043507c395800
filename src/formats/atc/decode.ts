/** Decoder for AliveCor's ATC files: the leads, the average beats and the median beats, each as a recording. */
import { figure } from '../common/messages.ts';
import { wholeFile } from '../common/whole-file.ts';
import { type DecodedRecording, type Decoder, type DecoderEvent, MAX_ANNOTATIONS_A_RUN } from '../types.ts';
import { type Contents, contentsOf, type Lead } from './contents.ts';
import { contentError } from './failure.ts';

/** Bytes of a file, which is held in memory since its blocks come in any order: 77 minutes of 12 leads at 300 Hz. */
export const MAX_FILE_BYTES = 32 << 20;
/** Samples of one event. */
const RUN = 65_536;

/**
 * Yields, for the leads and then for average and median beats, their sampling rates, their samples (int16; int32 if a
 * value equals the marker of int16), the marks of the leads, and the description. The external id is the recording's
 * UUID, followed by `#2` and `#3` for the beats.
 * @throws FormatError `syntax` if the file ends inside a block, `content` if a checksum is wrong or a block is missing
 */
export const decodeAtc: Decoder = async function* (files, limits) {
  const file = await wholeFile(files.main.bytes, MAX_FILE_BYTES, () =>
    contentError(MAX_FILE_BYTES, `The file is longer than ${figure(MAX_FILE_BYTES)} bytes.`),
  );
  const contents = contentsOf(Buffer.from(file.buffer), limits);
  for (const [number, { leads }] of contents.parts.entries()) {
    yield* samplesOf(leads, contents);
    if (number === 0) yield* annotationsOf(contents);
    yield { kind: 'recording', recording: describe(contents, number) };
  }
};

function* samplesOf(leads: readonly Lead[], { format }: Contents): Generator<DecoderEvent, void, void> {
  const { samplingRate } = format;
  for (const channel of leads.keys()) if (samplingRate !== null) yield { kind: 'sampling-rate', channel, samplingRate };
  for (const [channel, { samples }] of leads.entries()) {
    for (let from = 0; from < samples.length; from += RUN)
      yield { kind: 'samples', channel, samples: samples.subarray(from, from + RUN) };
    yield { kind: 'channel-end', channel };
  }
}

function* annotationsOf({ annotations }: Contents): Generator<DecoderEvent, void, void> {
  for (let from = 0; from < annotations.length; from += MAX_ANNOTATIONS_A_RUN)
    yield { kind: 'annotations', annotations: annotations.slice(from, from + MAX_ANNOTATIONS_A_RUN) };
}

/** @param number of the part */
function describe({ parts, format, info, warnings }: Contents, number: number): DecodedRecording {
  const { name, leads } = parts[number] as Contents['parts'][number];
  return {
    externalId: info.id === null || number === 0 ? info.id : `${info.id}#${number + 1}`,
    date: info.date,
    channels: leads.map((lead) => ({
      name: lead.name,
      samplingRate: format.samplingRate,
      unit: format.gain === null ? null : 'mV',
      gain: format.gain,
      zeroLevel: 0,
    })),
    patient: null,
    study: null,
    notes: [...info.devices, `Filters: ${format.filters}`].join('\n'),
    subject: null,
    part: parts.length === 1 ? null : name,
    warnings: number === 0 ? [...warnings, ...format.warnings, ...info.warnings] : [],
  };
}
