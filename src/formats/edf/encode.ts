/** Encoder for EDF+C and EDF+D: writes the digits unchanged, record by record, holding only a few at a time. */
import { presentIn } from '../../signal/present-runs.ts';
import { MISSING_INT16, MISSING_INT32, type Samples } from '../../signal/samples.ts';
import { baseName } from '../common/file-names.ts';
import { asciiText } from '../common/ascii.ts';
import type { ReadFrames } from '../common/frames.ts';
import { figure } from '../common/messages.ts';
import type { Encoder, WritableChannel, WritableRecording } from '../types.ts';
import { type Decimal, decimalOf, whole } from './decimal.ts';
import { contentError } from './failure.ts';
import { FIXED_FIELDS, HEADER_BLOCK, SIGNAL_FIELDS } from './header.ts';
import { patientField, recordingField } from './identification.ts';
import { ANNOTATIONS, labelsOf } from './labels.ts';
import { layoutOf, type Layout } from './layout.ts';
import { type Limits, limitsFor } from './limits.ts';
import { FIRST_YEAR, HIDDEN_DATE, LAST_YEAR } from './start.ts';
import { type AnnotationSignal, annotationSignal } from './tal.ts';

/** Samples of a channel read at once, and bytes of records written at once, unless a single record has more. */
const BATCH_SAMPLES = 65536;
const BATCH_BYTES = 4 << 20;
/** The most that four characters can express, minus the annotation signal. */
const MAX_CHANNELS = 9998;
const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,7}))?)?)?/;

/**
 * Writes one file: EDF+C, or EDF+D if samples are missing. Digits are unchanged; the limits reproduce gain and zero
 * level (`limits.ts`). Names have 16 (`labels.ts`) and units 8 ASCII characters. Code and text of an annotation are
 * combined. A channel that is not calibrated has no unit, as EDF demands. Date and time are written as given, in their
 * zone.
 * @throws FormatError `content` for samples that are not 16-bit integers, gaps that channels do not share, an unknown
 * rate, channels of different length, a start that two digits of a year cannot express
 */
export const encodeEdf: Encoder = (recording, read) => {
  const { channels, annotations } = recording;
  if (channels.length === 0 || channels.length > MAX_CHANNELS)
    throw contentError(
      null,
      `EDF can have 1 to ${figure(MAX_CHANNELS)} channels, but there are ${figure(channels.length)}.`,
    );
  const limits = channels.map(limitsOf);
  const layout = layoutOf(channels);
  const labels = labelsOf(channels);
  const start = startOf(recording.date);
  const notes = annotationSignal(annotations, labels, layout, start.fraction);
  const head = header(recording, labels, limits, layout, notes, start);
  return [{ name: `${baseName(recording)}.edf`, bytes: fileBytes(head, channels, layout, notes, read) }];
};

/** @throws FormatError `content` */
export function limitsOf({ name, sampleType, lowest, highest, gain, zeroLevel }: WritableChannel): Limits {
  if (sampleType === 'float32' || sampleType === 'float64')
    throw contentError(null, `EDF stores whole numbers only, but "${name}" has others. Export it as CSV or JSON.`);
  if (lowest === null || highest === null)
    throw contentError(null, `"${name}" has no sample in this window: choose another one, or other channels.`);
  if (lowest < -32768 || highest > 32767) {
    throw contentError(
      null,
      `EDF stores 16 bits (-32,768 to 32,767), but "${name}" ranges from ${figure(lowest)} to ` +
        `${figure(highest)}. Export it as WFDB, CSV or JSON.`,
    );
  }
  const limits = scaleLimits({ gain, zeroLevel, lowest, highest });
  if (limits === null)
    throw contentError(
      null,
      `The physical limits of "${name}" (gain ${gain}, zero at ${zeroLevel}) cannot be written in the eight ` +
        'characters of EDF. Export it as WFDB, CSV or JSON.',
    );
  return limits;
}

/** The limits that give the scale of a channel whose samples fit; null without samples, or if no limits do. */
export const scaleLimits = ({
  gain,
  zeroLevel,
  lowest,
  highest,
}: Pick<WritableChannel, 'gain' | 'zeroLevel' | 'lowest' | 'highest'>): Limits | null =>
  lowest === null || highest === null ? null : limitsFor({ gain, zeroLevel }, lowest, highest);

/**
 * The parts of the date as the header fields need them. Without a date: the values that EDF+ prescribes for a hidden
 * date.
 * @throws FormatError `content` for a year that its two digits cannot express
 */
function startOf(date: string | null): { date: string; time: string; fraction: Decimal } {
  const parts = ISO.exec(date ?? '');
  if (parts === null) return { date: HIDDEN_DATE, time: '00.00.00', fraction: whole(0) };
  const [, year = '', month = '', day = '', hour = '00', minute = '00', second = '00', fraction = ''] = parts;
  if (Number(year) < FIRST_YEAR || Number(year) > LAST_YEAR)
    throw contentError(
      null,
      `The recording began in ${year}, but EDF can express years from ${FIRST_YEAR} to ${LAST_YEAR} only. Correct ` +
        'its date, export it with deidentify=true, which leaves out the date, or as WFDB, CSV or JSON.',
    );
  return {
    date: `${day}.${month}.${year.slice(2)}`,
    time: `${hour}.${minute}.${second}`,
    fraction: decimalOf(`0.${fraction}`) ?? whole(0),
  };
}

function header(
  recording: WritableRecording,
  labels: readonly string[],
  limits: readonly Limits[],
  layout: Layout,
  notes: AnnotationSignal,
  start: { date: string; time: string },
): Uint8Array {
  const { channels, date, subject } = recording;
  const signals = channels.map(({ unit, calibrated }, at) => ({
    ...(limits[at] as Limits),
    label: labels[at] as string,
    transducer: '',
    unit: asciiText((calibrated ? unit : null) ?? '', 8),
    prefilter: '',
    samples: layout.samples[at] as number,
    reserved: '',
  }));
  signals.push({
    label: ANNOTATIONS,
    transducer: '',
    unit: '',
    physicalMinimum: '-1',
    physicalMaximum: '1',
    digitalMinimum: -32768,
    digitalMaximum: 32767,
    prefilter: '',
    samples: notes.bytes / 2,
    reserved: '',
  });
  const fixed = {
    version: '0',
    patient: patientField(subject),
    recording: recordingField(date, subject),
    startDate: start.date,
    startTime: start.time,
    headerBytes: HEADER_BLOCK * (signals.length + 1),
    reserved: layout.runs === null ? 'EDF+C' : 'EDF+D',
    records: layout.records,
    duration: layout.durationText,
    signals: signals.length,
  };
  const text =
    FIXED_FIELDS.map(([name, length]) => String(fixed[name]).padEnd(length)).join('') +
    SIGNAL_FIELDS.map(([name, length]) => signals.map((signal) => String(signal[name]).padEnd(length)).join('')).join(
      '',
    );
  return new TextEncoder().encode(text);
}

async function* fileBytes(
  head: Uint8Array,
  channels: readonly WritableChannel[],
  layout: Layout,
  notes: AnnotationSignal,
  read: ReadFrames,
): AsyncGenerator<Uint8Array, void, void> {
  yield head;
  const signalBytes = layout.samples.reduce((sum, samples) => sum + 2 * samples, 0);
  const recordBytes = signalBytes + notes.bytes;
  const batch = Math.max(
    1,
    Math.min(Math.floor(BATCH_SAMPLES / Math.max(...layout.samples)), Math.floor(BATCH_BYTES / recordBytes)),
  );
  const lanes = layout.samples.map((perFrame, channel) => ({ channel, perFrame }));
  let written = 0;
  // Behind a gap, the frames that are read are not those of records: the last record may be incomplete for now.
  let begun: Begun = { bytes: new Uint8Array(recordBytes), samples: layout.samples.map(() => 0) };
  for await (const { count, runs } of read(lanes, batch)) {
    const bytes = new Uint8Array((count + 1) * recordBytes);
    bytes.set(begun.bytes);
    const filled = fill(bytes, layout, recordBytes, begun.samples, runs);
    const records = Math.min(...filled.map((samples, channel) => Math.floor(samples / (layout.samples[channel] ?? 1))));
    for (let record = 0; record < records; record++) notes.write(written++, bytes, record * recordBytes + signalBytes);
    begun = {
      bytes: bytes.slice(records * recordBytes, (records + 1) * recordBytes),
      samples: filled.map((samples, channel) => samples - records * (layout.samples[channel] as number)),
    };
    if (records > 0) yield bytes.subarray(0, records * recordBytes);
  }
  const late = begun.samples.findIndex((samples) => samples > 0);
  if (written !== layout.records || late >= 0)
    throw contentError(null, `"${channels[Math.max(late, 0)]?.name}" has another number of samples than it should.`);
}

/** A record of which some samples have been written. */
interface Begun {
  bytes: Uint8Array;
  /** Samples of each channel. */
  samples: number[];
}

/** Writes what is present of these runs. @returns the samples of each channel from the first record on */
function fill(
  bytes: Uint8Array,
  layout: Layout,
  recordBytes: number,
  begun: readonly number[],
  runs: readonly Samples[][],
): number[] {
  const view = new DataView(bytes.buffer);
  let place = 0;
  return layout.samples.map((samples, channel) => {
    const slots = new Slots(view, place, samples, recordBytes);
    slots.written = begun[channel] as number;
    for (const run of runs[channel] ?? []) {
      if (layout.runs === null) slots.write(run);
      else for (const { first, end } of presentIn(run)) slots.write(run.subarray(first, end));
    }
    place += 2 * samples;
    return slots.written;
  });
}

/** Positions of one channel in a batch of records. */
class Slots {
  written = 0;
  readonly #view: DataView;
  readonly #first: number;
  readonly #samples: number;
  readonly #stride: number;

  constructor(view: DataView, first: number, samples: number, stride: number) {
    this.#view = view;
    this.#first = first;
    this.#samples = samples;
    this.#stride = stride;
  }

  write(run: Samples): void {
    const marker = run instanceof Int16Array ? MISSING_INT16 : MISSING_INT32;
    for (let at = 0; at < run.length;) {
      const inRecord = this.written % this.#samples;
      const count = Math.min(run.length - at, this.#samples - inRecord);
      let place = this.#first + ((this.written - inRecord) / this.#samples) * this.#stride + 2 * inRecord;
      for (const end = at + count; at < end; at++, place += 2) {
        const value = run[at] as number;
        if (value === marker || (value << 16) >> 16 !== value)
          throw contentError(
            null,
            `Unexpected sample that EDF cannot store: ${value === marker ? 'a missing one' : value}.`,
          );
        this.#view.setInt16(place, value, true);
      }
      this.written += count;
    }
  }
}
