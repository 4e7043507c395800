/**
 * Reads the annotations of a file that is attached to a recording, and checks that they fit it: a WFDB annotation file,
 * or a file of another format that contains annotations, whose samples are ignored.
 */
import { aecg } from '../../formats/aecg/index.ts';
import { atc } from '../../formats/atc/index.ts';
import { dicom } from '../../formats/dicom/index.ts';
import { linked } from '../../formats/edf/annotations.ts';
import { edf } from '../../formats/edf/index.ts';
import { ishne } from '../../formats/ishne/index.ts';
import {
  type Annotation,
  type DecodedChannel,
  type DecodedRecording,
  type DecoderLimits,
  type Format,
  FormatError,
  type FormatId,
  HEAD_BYTES,
} from '../../formats/types.ts';
import { readAnnotations } from '../../formats/wfdb/read-annotations.ts';
import { Problem } from '../../errors.ts';
import { canonicalLead } from '../../signal/leads.ts';
import { durationOf } from '../reading/window.ts';
import type { StoredEcg } from '../store/model.ts';
import { alone } from '../upload/source.ts';

/** Annotations of all attached files of a recording together. A day has about 100,000 beats. */
export const MAX_ATTACHED_ANNOTATIONS = 200_000;

/** What is found in a file. */
export interface FoundAnnotations {
  format: FormatId;
  /** In order of time. */
  annotations: Annotation[];
  /** What was assumed, in words. */
  warnings: string[];
}

export interface AnnotationFile {
  bytes: Uint8Array;
  name: string | null;
  /** Of the times in a WFDB file, in Hz; undefined: that of the recording. */
  samplingRate?: number | undefined;
}

/** Formats with annotations that are recognised by their beginning; a WFDB annotation file cannot be recognised. */
const RECOGNISED: readonly Format[] = [ishne, atc, edf, dicom, aecg];

/**
 * Annotations of a file, with the channels of the recording.
 * Errors: `annotations-invalid`, `sampling-rate-unknown`, `too-many-annotations`.
 */
export async function annotationsOf(
  ecg: StoredEcg,
  file: AnnotationFile,
  limits: DecoderLimits,
): Promise<FoundAnnotations> {
  if (ecg.channels.every(({ samplingRate }) => samplingRate === null))
    throw new Problem(
      'sampling-rate-unknown',
      'The recording has no sampling rate, so it has no times. Set samplingRate with PATCH on it first.',
    );
  const head = file.bytes.subarray(0, HEAD_BYTES);
  const format = RECOGNISED.find((one) => one.recognises(head));
  try {
    const found = format ? await fromRecording(ecg, format, file.bytes, limits) : fromWfdb(ecg, file);
    assertFits(ecg, found.annotations);
    return found;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const readAs = format ? '' : ' It was read as a WFDB annotation file, since no other format was recognised.';
    throw invalid(`${error.message}${readAs}`, error);
  }
}

function fromWfdb(ecg: StoredEcg, { bytes, name, samplingRate }: AnnotationFile): FoundAnnotations {
  const rates = new Set(ecg.channels.map((channel) => channel.samplingRate).filter((rate) => rate !== null));
  const rate = samplingRate ?? Math.min(...rates);
  const warnings =
    samplingRate === undefined && rates.size > 1
      ? [
          `the times of the file were taken as counted at ${rate} Hz, the lowest rate; if that is wrong, delete ` +
            'it and give samplingRate',
        ]
      : [];
  const annotations: Annotation[] = [];
  for (const run of readAnnotations(bytes, name ?? 'The file', rate, ecg.channels.length)) {
    annotations.push(...run);
    assertFew(annotations.length);
  }
  return { format: 'wfdb', annotations, warnings };
}

async function fromRecording(
  ecg: StoredEcg,
  format: Format,
  bytes: Uint8Array,
  limits: DecoderLimits,
): Promise<FoundAnnotations> {
  if (!format.decode) throw new Error(`${format.id} has no decoder`);
  let held: Annotation[] = [];
  const found: { annotations: Annotation[]; recording: DecodedRecording }[] = [];
  for await (const event of format.decode(alone(onePiece(bytes)), { ...limits, annotationsSuffice: true })) {
    if (event.kind === 'annotations') {
      held.push(...event.annotations);
      assertFew(held.length);
    } else if (event.kind === 'recording') {
      if (held.length > 0) found.push({ annotations: held, recording: event.recording });
      held = [];
    }
  }
  const [first, ...others] = found;
  if (others.length > 0)
    throw invalid('The file has several recordings with annotations. Send a file with the annotations of one.');
  const { annotations = [], recording } = first ?? {};
  const names = ecg.channels.map(({ name }) => name);
  const numbers = recording ? numbersOf(ecg, recording.channels) : [];
  return {
    format: format.id,
    annotations: annotations.map((annotation) => ({
      ...annotation,
      channel: annotation.channel === null ? null : numberOf(numbers, annotation.channel, recording?.channels ?? []),
      // A file without channels cannot tell that a text names one.
      ...(recording?.channels.length === 0 && linked(annotation.text ?? '', names)),
    })),
    warnings: recording ? aboutDate(ecg, recording) : [],
  };
}

async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  yield bytes;
}

/** The channels of the recording that are those of the file, by number; -1 for others. */
function numbersOf(ecg: StoredEcg, channels: readonly DecodedChannel[]): number[] {
  return channels.map(({ name, samplingRate }) => {
    const named = ecg.channels.findIndex((channel) => channel.name === name);
    const lead = canonicalLead(name);
    const number = named === -1 && lead !== null ? ecg.channels.findIndex((channel) => channel.lead === lead) : named;
    const own = ecg.channels[number]?.samplingRate ?? null;
    if (own !== null && samplingRate !== null && Math.abs(own - samplingRate) > 1e-6 * own)
      throw invalid(
        `${name} has ${samplingRate} Hz in the file, and ${own} Hz in the recording: the file belongs to another one.`,
      );
    return number;
  });
}

function numberOf(numbers: readonly number[], channel: number, channels: readonly DecodedChannel[]): number {
  const number = numbers[channel] ?? -1;
  if (number === -1)
    throw invalid(`It has annotations of a channel ${channels[channel]?.name ?? channel} that the recording has not.`);
  return number;
}

/** Times count from the first sample, so the file should begin when the recording does. */
function aboutDate(ecg: StoredEcg, { date }: DecodedRecording): string[] {
  const begin = date === null ? NaN : Date.parse(/(?:[zZ]|[+-]\d\d:?\d\d)$/.test(date) ? date : `${date}Z`);
  // Without a zone, the file may name the time of another one: only minutes and seconds can be compared.
  const apart = ecg.date === null ? NaN : Math.abs(begin - ecg.date.getTime()) % 900_000;
  const isOther = Math.min(apart, 900_000 - apart) > 1_000;
  return isOther
    ? [`the file begins at ${date}, the recording at another time; its annotations count from its own beginning`]
    : [];
}

/** Errors: `annotations-invalid` if there are none, or if they are later than the end of the recording. */
function assertFits({ channels }: StoredEcg, annotations: readonly Annotation[]): void {
  const last = annotations.at(-1);
  if (!last) throw invalid('It contains no annotations.');
  const duration = durationOf(channels);
  // Some programs put a mark behind the last sample.
  if (last.at <= duration + 1) return;
  throw invalid(
    `Its last annotation is at ${Number(last.at.toFixed(3))} s, but the recording lasts only ${duration} s. Is ` +
      'it the file of another recording, or counted at another rate? Then give that as samplingRate.',
  );
}

function assertFew(annotations: number): void {
  if (annotations > MAX_ATTACHED_ANNOTATIONS)
    throw new Problem(
      'too-many-annotations',
      `The attached files of a recording may have at most ${MAX_ATTACHED_ANNOTATIONS} annotations together.`,
    );
}

const invalid = (detail: string, cause?: unknown): Problem => new Problem('annotations-invalid', detail, { cause });
