/** Decoder for ISHNE Holter recordings, in constant memory: the header, the samples as they arrive, then the beats. */
import { ByteReader } from '../common/byte-reader.ts';
import { figure } from '../common/messages.ts';
import { type Decoder, type DecoderEvent, type DecoderLimits, FormatError, type UploadFiles } from '../types.ts';
import { type Beats, NO_BEATS, readBeats } from './annotations.ts';
import { channelsOf, describe } from './describe.ts';
import { contentError, syntaxError } from './failure.ts';
import { Frames } from './frames.ts';
import { type Header, readHeader } from './header.ts';

/** The number of samples in the header has 32 bits. */
const COUNT_RANGE = 2 ** 32;

/** What the samples of a file were found to be. */
interface Counted {
  /** Samples of each lead. */
  frames: number;
  /** Bytes after the last whole frame. */
  left: number;
}

/**
 * Yields the sampling rates, then the samples of all leads in turn (int16; -32768 is a lead fault, which is a missing
 * sample), then the beats of the annotation file of the same name, and the recording.
 * @throws FormatError `syntax` if the file ends inside its header, `content` if it has no samples or its annotation
 * file belongs to another recording
 */
export const decodeIshne: Decoder = async function* (files, limits) {
  const bytes = new ByteReader(files.main.bytes);
  const header = await readHeader(bytes, limits);
  if (header.isAnnotations) {
    yield* annotationsAlone(bytes, header, limits);
    return;
  }
  const channels = channelsOf(header);
  for (const [channel, { samplingRate }] of channels.entries())
    if (samplingRate !== null) yield { kind: 'sampling-rate', channel, samplingRate };
  const counted = yield* samplesOf(bytes, header);
  if (counted.frames === 0) throw contentError(bytes.offset(), 'The file has no samples.');
  const beats = await beatsBeside(files, header, counted.frames, limits);
  for (const annotations of beats.runs) yield { kind: 'annotations', annotations };
  yield {
    kind: 'recording',
    recording: describe(header, channels, [...aboutCount(header, counted), ...beats.warnings]),
  };
};

async function* samplesOf(bytes: ByteReader, { leads }: Header): AsyncGenerator<DecoderEvent, Counted, void> {
  const frames = new Frames(leads.length);
  let count = 0;
  for await (const piece of bytes.rest()) {
    for (let taken = 0; taken < piece.length;) {
      taken += frames.add(taken === 0 ? piece : piece.subarray(taken));
      if (!frames.isFull) continue;
      const runs = frames.take();
      count += runs[0]?.length ?? 0;
      for (const [channel, samples] of runs.entries()) yield { kind: 'samples', channel, samples };
    }
  }
  const runs = frames.take();
  count += runs[0]?.length ?? 0;
  for (const [channel, samples] of runs.entries()) if (samples.length > 0) yield { kind: 'samples', channel, samples };
  return { frames: count, left: frames.left };
}

/** Some writers count the samples of each lead, others those of all leads, others write a fixed number. */
function aboutCount({ samples, leads }: Header, { frames, left }: Counted): string[] {
  const all = frames * leads.length;
  const found = [frames, all, all + Math.floor(left / 2)];
  const isOther = samples !== null && !found.some((count) => count % COUNT_RANGE === samples);
  return [
    ...(isOther
      ? [
          `The header declares ${figure(samples)} samples, but the file has ${figure(frames)} of each lead ` +
            `(${figure(all)} in all): it may have been cut off.`,
        ]
      : []),
    ...(left > 0 ? [`The file ends in the middle of a frame: its last ${left} bytes were not kept.`] : []),
  ];
}

/** The beats of the annotation file that belongs to a recording, if it was sent. */
async function beatsBeside(
  files: UploadFiles,
  { samplingRate }: Header,
  frames: number,
  limits: DecoderLimits,
): Promise<Beats> {
  const main = files.main.name;
  const name = main === null ? null : `${main.replace(/\.[^.]*$/, '')}.ann`;
  if (name === null || name.toLowerCase() === main?.toLowerCase()) return NO_BEATS;
  const opened = await files.open(name);
  if (opened === null) return NO_BEATS;
  const bytes = new ByteReader(opened);
  const header = await headerBeside(bytes, name, limits);
  const rate = samplingRate ?? header.samplingRate;
  if (rate === null) return { ...NO_BEATS, warnings: [`${name} was not kept: the recording has no sampling rate.`] };
  if (header.samplingRate !== null && header.samplingRate !== rate) {
    throw contentError(
      null,
      `${name} has ${header.samplingRate} Hz, but the recording has ${rate} Hz: it belongs to another one. Send the ` +
        'recording without it.',
    );
  }
  const beats = await readBeats(bytes, name, rate);
  if (beats.last >= frames) {
    throw contentError(
      null,
      `${name} has a beat at sample ${figure(beats.last)}, but the recording has only ${figure(frames)} samples: it ` +
        'belongs to another one. Send the recording without it.',
    );
  }
  return { ...beats, warnings: [...header.warnings.map((warning) => `${name}: ${warning}`), ...beats.warnings] };
}

/** The header of the annotation file; its errors name the file, since they are not those of the recording. */
async function headerBeside(bytes: ByteReader, name: string, limits: DecoderLimits): Promise<Header> {
  const header = await readHeader(bytes, limits).catch((error: unknown) => {
    if (!(error instanceof FormatError)) throw error;
    throw new FormatError(error.format, error.kind, error.offset, `${name}: ${error.message}`);
  });
  if (!header.isAnnotations) throw syntaxError(0, `${name} is not an annotation file of the ISHNE format.`);
  return header;
}

/** An annotation file without its recording: accepted only if it is attached to one. */
async function* annotationsAlone(
  bytes: ByteReader,
  header: Header,
  { annotationsSuffice }: DecoderLimits,
): AsyncGenerator<DecoderEvent, void, void> {
  if (annotationsSuffice !== true) {
    throw contentError(
      null,
      'This is an annotation file: send it together with its recording, which has the same name and ends with .ecg.',
    );
  }
  if (header.samplingRate === null) throw contentError(null, 'The annotation file has no sampling rate.');
  const { runs, warnings } = await readBeats(bytes, 'The file', header.samplingRate);
  for (const annotations of runs) yield { kind: 'annotations', annotations };
  yield { kind: 'recording', recording: describe({ ...header, leads: [] }, [], warnings) };
}
