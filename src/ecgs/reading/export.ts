/** Exports a recording or a window of it: prepares the stored data for the encoders of `formats`. */
import { randomBytes } from 'node:crypto';
import { DateTime } from 'luxon';
import type { Connection } from 'mongoose';
import type { ClinicZone } from '../../calendar/clinic-zone.ts';
import { microsecondsIn, withMicroseconds } from '../../calendar/instant.ts';
import { Problem } from '../../errors.ts';
import { formatById } from '../../formats/registry.ts';
import {
  type Annotation,
  type EncodedFile,
  FormatError,
  type FormatId,
  type Subject,
  type WritableChannel,
  type WritableRecording,
} from '../../formats/types.ts';
import { type PresentRun, PresentRuns } from '../../signal/present-runs.ts';
import type { SignalSummary } from '../../signal/summary.ts';
import { exportedAnnotations } from '../annotations/exported.ts';
import type { StoredChannel, StoredEcg } from '../store/model.ts';
import { instantOfQuery } from '../date.ts';
import { downloadName } from '../download-name.ts';
import { chosenChannels } from './chosen-channels.ts';
import { RecordingReader } from './recording-reader.ts';
import { type Span, spanOf } from './span-cursor.ts';
import { inWholeDigits } from './whole-digits.ts';
import { assertInside, NOTHING, sampleRange, type SampleRange, type TimeWindow } from './window.ts';
import { WindowSummaries } from './window-summaries.ts';

export interface ExportOptions extends TimeWindow {
  format: FormatId;
  /** Names or leads, or comma-separated lists of them, in the order in which they are written; all if omitted. */
  channels?: string[] | undefined;
  /** Removes or replaces everything that identifies a person. */
  deidentify: boolean;
  /** When a recording without a date began. */
  date?: string | undefined;
}

/** For a recording whose file names no patient; null would mean that nothing may be disclosed. */
const NOBODY_SAID: Subject = { patientId: null, patientName: null, birthDate: null, sex: null, studyId: null };

/** Annotations of one export, all in memory at once. A day has about 100,000 beats. */
export const MAX_EXPORTED_ANNOTATIONS = 1_000_000;

export interface Exported {
  files: EncodedFile[];
  warnings: string[];
}

/**
 * The files of a recording in another format; their bytes are read from the database while they are sent. For a window,
 * the recording must have been read with its block tables.
 * @returns with the files, in sentences, what they do not reproduce exactly
 * @param signal aborts the reading with its reason
 * Errors: `sampling-rate-unknown`, `window-outside`, `invalid-query` (channels, date), `date-missing`, `format-unfit`,
 * `answer-too-large`.
 */
export async function exported(
  ecg: StoredEcg,
  options: ExportOptions,
  zone: ClinicZone,
  database: Connection,
  signal?: AbortSignal,
): Promise<Exported> {
  const format = formatById(options.format);
  const { encode, title, needsDate } = format;
  if (!encode)
    throw new Problem(
      'format-unfit',
      `${title} can be read but not written. GET /formats shows which formats can be written.`,
    );
  const start = startOf(ecg, options.date, zone);
  const numbers = chosenChannels(ecg, options.channels);
  const ranges = ecg.channels.map((channel, number) =>
    numbers.includes(number) ? sampleRange(channel, options) : NOTHING,
  );
  assertInside(
    numbers.map((number) => ecg.channels[number] as StoredChannel),
    options,
  );
  if (needsDate && start === null && !options.deidentify)
    throw new Problem(
      'date-missing',
      `${title} needs the date of the recording. Give it for this export (?date=2026-01-15T09:30:00Z) or for good ` +
        '(PATCH the recording), or export without identities (deidentify).',
    );
  const windowed = options.from !== undefined || options.to !== undefined;
  const spans = numbers.map((number) => spanOf(ecg, number, ranges[number] as SampleRange));
  const reader = new RecordingReader(database, ecg._id, spans, signal);
  let summaries = ecg.channels.map((channel) => channel.summary);
  if (windowed) {
    const windows = new WindowSummaries(ecg, ranges);
    for await (const part of new RecordingReader(database, ecg._id, windows.spans, signal).inTurn()) {
      windows.push(part);
      reader.keep(part);
    }
    ({ summaries } = windows);
  }
  const present = format.needsGaps
    ? await presentRuns(ecg, spans, summaries, database, signal)
    : new Map<number, PresentRun[]>();
  const begin = windowed ? firstTime(ecg, ranges, numbers) : 0;
  const whole: WritableRecording = {
    // A part of a recording is not the recording with that id.
    id: ecg._id.toHexString(),
    name: downloadName(ecg),
    externalId: windowed || options.channels ? null : ecg.externalId,
    date: start === null ? null : later(start, begin, zone),
    notes: ecg.notes,
    subject: ecg.subject ?? NOBODY_SAID,
    channels: numbers.map((number) =>
      writable(ecg.channels[number] as StoredChannel, summaries[number] as SignalSummary, present.get(number)),
    ),
    annotations: await annotationsOf(ecg, options, begin, numbers, database),
  };
  const { channels, read, losses } =
    format.integers === undefined
      ? { channels: whole.channels, read: reader.read, losses: [] }
      : await inWholeDigits(whole.channels, spans, reader, format.integers, { database, ecg: ecg._id, signal });
  try {
    const written = { ...(options.deidentify ? deidentified(whole) : whole), channels };
    return { files: encode(written, read), warnings: [...losses, ...(format.losses?.(written) ?? [])] };
  } catch (error) {
    if (error instanceof FormatError) throw new Problem('format-unfit', error.message, { cause: error });
    throw error;
  }
}

/** Runs between the gaps of one channel, all in memory at once. */
const MAX_RUNS = 1_000_000;

/** Where samples are present in the channels that have gaps, by channel; without those that have too many gaps. */
async function presentRuns(
  ecg: StoredEcg,
  spans: readonly Span[],
  summaries: readonly SignalSummary[],
  database: Connection,
  signal?: AbortSignal,
): Promise<Map<number, PresentRun[]>> {
  const gapped = spans.filter(({ channel }) => (summaries[channel]?.missing ?? 0) > 0);
  const found = new Map(gapped.map(({ channel }) => [channel, new PresentRuns()]));
  if (gapped.length > 0)
    for await (const { channel, samples } of new RecordingReader(database, ecg._id, gapped, signal).inTurn()) {
      const runs = found.get(channel);
      runs?.push(samples);
      if (runs && runs.runs.length > MAX_RUNS) found.delete(channel);
    }
  return new Map([...found].map(([channel, { runs }]) => [channel, runs]));
}

/**
 * Seconds to the first sample written: a window may begin between two samples, or after the end of a channel. 0 if
 * there is none.
 */
function firstTime(ecg: StoredEcg, ranges: readonly SampleRange[], numbers: readonly number[]): number {
  const times = numbers.flatMap((number) => {
    const { first, end } = ranges[number] as SampleRange;
    return first === end ? [] : [first / (ecg.channels[number]?.samplingRate as number)];
  });
  return times.length === 0 ? 0 : Math.min(...times);
}

/** When the recording began, in microseconds since 1970. Errors: `invalid-query` */
function startOf(
  { date, dateMicroseconds = 0 }: StoredEcg,
  given: string | undefined,
  zone: ClinicZone,
): number | null {
  if (date !== null) return 1000 * date.getTime() + dateMicroseconds;
  return given === undefined ? null : 1000 * instantOfQuery('date', given, zone).getTime() + microsecondsIn(given);
}

/** Seconds later, in the clinic's zone: formats without zones keep the local time. */
function later(start: number, seconds: number, { name }: ClinicZone): string | null {
  const instant = start + Math.round(seconds * 1e6);
  const milliseconds = Math.floor(instant / 1000);
  const iso = DateTime.fromMillis(milliseconds, { zone: name }).toISO();
  return iso === null ? null : withMicroseconds(iso, instant - 1000 * milliseconds);
}

function writable(
  { name, lead, samplingRate, unit, gain, zeroLevel, converter, calibrated, sampleType }: StoredChannel,
  summary: SignalSummary,
  present: readonly PresentRun[] | undefined,
): WritableChannel {
  const { samples, missing, minimum, maximum } = summary;
  const isEmpty = samples === missing;
  return {
    name,
    lead,
    samplingRate,
    unit,
    gain,
    zeroLevel,
    ...(converter && { converter }),
    calibrated,
    sampleType,
    samples,
    missing,
    ...(present && { present }),
    lowest: isEmpty ? null : minimum,
    highest: isEmpty ? null : maximum,
  };
}

/**
 * Annotations of the window and the exported channels, with times from its start. Without `from`, those before the
 * first sample are included, with negative times.
 */
async function annotationsOf(
  ecg: StoredEcg,
  { from, to, deidentify }: ExportOptions,
  begin: number,
  numbers: readonly number[],
  database: Connection,
): Promise<Annotation[]> {
  const most = MAX_EXPORTED_ANNOTATIONS;
  const items = await exportedAnnotations(database, ecg, { from, to }, deidentify, most + 1);
  if (items.length > most)
    throw new Problem(
      'answer-too-large',
      `An export may have at most ${most} annotations. Narrow it with from and to.`,
    );
  return items.flatMap((annotation) => {
    const channel = annotation.channel === null ? null : numbers.indexOf(annotation.channel);
    // The first sample of a window may be slightly after its beginning.
    const at = from === undefined ? annotation.at - begin : Math.max(0, annotation.at - begin);
    return channel === -1 ? [] : [{ ...annotation, at, channel }];
  });
}

/**
 * Free text is removed, except the names of channels; marks keep their codes. Without a name, the files are named by
 * the new id: the name of the uploaded file may be that of a person.
 */
function deidentified({ channels, annotations }: WritableRecording): WritableRecording {
  return {
    id: randomBytes(12).toString('hex'),
    externalId: null,
    date: null,
    notes: null,
    subject: null,
    channels,
    annotations: annotations.flatMap((annotation) => (annotation.code === null ? [] : [{ ...annotation, text: null }])),
  };
}
