/**
 * Writes a recording as a WFDB record: signal file, header, annotations. The header follows the samples, since it
 * contains their checksums.
 */
import { markerOf, type Samples, sampleType } from '../../signal/samples.ts';
import { asciiText } from '../common/ascii.ts';
import { MAX_SAMPLING_RATE, MAX_UNIT_LENGTH } from '../common/bounds.ts';
import { baseName } from '../common/file-names.ts';
import { quoted } from '../common/messages.ts';
import { uniqueNames } from '../common/names.ts';
import type { ReadFrames } from '../common/frames.ts';
import type { EncodedFile, Encoder, WritableChannel, WritableRecording } from '../types.ts';
import { asciiName, commentsOf, nameComment, sexComment, zeroLevelComment } from './comments.ts';
import { contentError } from './failure.ts';
import { DEFAULT_GAIN } from './plan.ts';
import { type Unpacked } from './sample-formats.ts';
import { writeAnnotations } from './write-annotations.ts';

/** Samples of all channels written at once. */
const PIECE = 65_536;
/** Greatest number of samples per channel in a frame shared by channels of different rates. */
const MAX_SAMPLES_PER_FRAME = 10_000;
/** Relative difference within which rates are equal. */
const RATE_SLACK = 1e-9;

interface Layout {
  format: 16 | 32;
  /** Hz */
  frameRate: number;
  frames: number;
  /** Samples per frame, by channel. */
  perFrame: number[];
}

/** Values known only after the samples have been written. */
interface Totals {
  checksums: number[];
  initials: number[];
}

/**
 * Format 16, or 32 if a value needs it. A channel that ends before the others is padded with missing samples.
 * @throws FormatError if samples are not 32-bit integers, a rate is unknown, or the rates have no common frame
 */
export const encodeWfdb: Encoder = (recording, read) => {
  const layout = layoutOf(recording.channels);
  const totals: Totals = { checksums: [], initials: [] };
  const files: EncodedFile[] = [
    { name: `${recordName(recording)}.dat`, isDense: true, bytes: signalBytes(layout, read, totals) },
    { name: `${recordName(recording)}.hea`, bytes: headerBytes(recording, layout, totals) },
  ];
  if (recording.annotations.length > 0)
    files.push({
      name: `${recordName(recording)}.atr`,
      bytes: writeAnnotations(recording.annotations, layout.frameRate, ticksPerFrame(layout)),
    });
  return files;
};

/** Names of records have letters, digits, dashes and underscores only. */
const recordName = (recording: WritableRecording): string => baseName(recording).replaceAll(/[^A-Za-z\d_-]+/g, '_');

function layoutOf(channels: readonly WritableChannel[]): Layout {
  if (channels.length === 0)
    throw contentError(null, 'A WFDB record needs at least one signal: choose other channels.');
  for (const { name, sampleType: type, lowest, highest } of channels) {
    if (type.startsWith('float'))
      throw contentError(
        null,
        `${quoted(name)} has samples that are not 32-bit integers, which WFDB cannot store. Export it as ` +
          `CSV, JSON or FHIR.`,
      );
    if (lowest !== null && highest !== null && (lowest <= -2147483648 || highest > 2147483647))
      throw contentError(null, `${quoted(name)} has samples of more than 32 bits. Export it as CSV, JSON or FHIR.`);
  }
  const rates = channels.map(({ name, samplingRate }) => {
    if (samplingRate === null)
      throw contentError(null, `WFDB needs a sampling rate, but that of ${quoted(name)} is unknown. Set it first.`);
    return samplingRate;
  });
  const { frameRate, perFrame } = commonFrame(rates);
  const fits16 = channels.every(
    ({ lowest, highest }) => lowest === null || highest === null || (lowest > -32768 && highest <= 32767),
  );
  const frames = channels.reduce(
    (most, { samples }, i) => Math.max(most, Math.ceil(samples / (perFrame[i] as number))),
    0,
  );
  if (frames === 0) throw contentError(null, 'There is no sample to write: choose another window.');
  return { format: fits16 ? 16 : 32, frameRate, frames, perFrame };
}

/** The slowest frame rate is tried first; each channel must have a whole number of samples in a frame. */
function commonFrame(rates: readonly number[]): { frameRate: number; perFrame: number[] } {
  const slowest = Math.min(...rates);
  const highest = Math.floor(MAX_SAMPLES_PER_FRAME / (Math.max(...rates) / slowest));
  for (let parts = 1; parts <= highest; parts++) {
    const perFrame = rates.map((rate) => Math.round((rate / slowest) * parts));
    if (rates.every((rate, i) => Math.abs((perFrame[i] as number) * (slowest / parts) - rate) <= rate * RATE_SLACK))
      return { frameRate: slowest / parts, perFrame };
  }
  throw contentError(
    null,
    `The sampling rates ${[...new Set(rates)].join(', ')} Hz have no common frame: export the channels of each ` +
      'rate separately.',
  );
}

/**
 * The clock of the annotations, in Hz. @param rates those of the channels @throws FormatError without a common frame
 */
export function annotationClock(rates: readonly number[]): number {
  const frame = commonFrame(rates);
  return frame.frameRate * ticksPerFrame(frame);
}

/**
 * Ticks per frame of the annotation clock: every sample of every channel is on a tick, or at least those of the
 * fastest.
 */
function ticksPerFrame({ frameRate, perFrame }: Pick<Layout, 'frameRate' | 'perFrame'>): number {
  const common = perFrame.reduce((product, each) => (product / divisor(product, each)) * each, 1);
  return common * frameRate <= MAX_SAMPLING_RATE ? common : Math.max(...perFrame);
}

/** Greatest common divisor. */
const divisor = (a: number, b: number): number => (b > 0 ? divisor(b, a % b) : a);

async function* signalBytes(
  { format, perFrame }: Layout,
  read: ReadFrames,
  totals: Totals,
): AsyncGenerator<Uint8Array, void, void> {
  const width = perFrame.reduce((sum, samples) => sum + samples, 0);
  const marker = format === 16 ? -32768 : -2147483648;
  const lanes = perFrame.map((each, channel) => ({ channel, perFrame: each }));
  totals.checksums = perFrame.map(() => 0);
  for await (const { count, runs } of read(lanes, Math.max(1, Math.floor(PIECE / width)))) {
    const piece: Unpacked = format === 16 ? new Int16Array(count * width) : new Int32Array(count * width);
    piece.fill(marker);
    let first = 0;
    for (const [number, each] of perFrame.entries()) {
      let at = 0;
      for (const run of runs[number] ?? []) {
        const place = { at, first, each, width };
        if (each === 1 && sampleType(run) === sampleType(piece)) spread(run, piece, place);
        else scatter(run, piece, place, marker);
        at += run.length;
      }
      totals.checksums[number] = ((totals.checksums[number] as number) + sumOf(piece, first, each, width)) | 0;
      totals.initials[number] ??= piece[first] as number;
      first += each;
    }
    yield new Uint8Array(piece.buffer);
  }
}

/** Where a run goes: its first sample is number `at` of the channel, whose first place in a frame is `first`. */
interface Place {
  at: number;
  first: number;
  /** Samples of the channel in a frame. */
  each: number;
  /** Samples of all channels in a frame. */
  width: number;
}

/** A run of the type of the piece, with the same marker, one sample a frame. */
function spread(run: Samples, piece: Unpacked, { at, first, width }: Place): void {
  for (let i = 0, to = at * width + first; i < run.length; i++, to += width) piece[to] = run[i] as number;
}

/** Any other run. */
function scatter(run: Samples, piece: Unpacked, { at, first, each, width }: Place, marker: number): void {
  const missing = markerOf(run);
  for (let i = 0; i < run.length; i++) {
    const value = run[i] as number;
    if (value === missing || value !== value) continue;
    if (value <= marker || value > -1 - marker || value % 1 !== 0)
      throw contentError(null, `The sample ${value} does not fit.`);
    const place = at + i;
    piece[Math.floor(place / each) * width + first + (place % each)] = value;
  }
}

function sumOf(piece: Unpacked, first: number, each: number, width: number): number {
  let sum = 0;
  for (let frame = first; frame < piece.length; frame += width)
    for (let i = 0; i < each; i++) sum = (sum + (piece[frame + i] as number)) | 0;
  return sum;
}

async function* headerBytes(
  recording: WritableRecording,
  { format, frameRate, frames, perFrame }: Layout,
  totals: Totals,
): AsyncGenerator<Uint8Array, void, void> {
  const { channels, date, notes } = recording;
  const record = recordName(recording);
  const start = /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d:\d\d(?:\.\d{1,9})?)/.exec(date ?? '');
  const begun = start ? ` ${start[4]} ${start[3]}/${start[2]}/${start[1]}` : '';
  const names = channels.map(({ name }) => oneLine(name));
  const descriptions = descriptionsOf(names);
  const lines = [`${record} ${channels.length} ${frameRate} ${frames}${begun}`];
  channels.forEach(({ unit, gain, zeroLevel, calibrated, converter }, i) => {
    const perFrameText = perFrame[i] === 1 ? '' : `x${perFrame[i]}`;
    // A gain of 0 means uncalibrated, 200 units per mV; any other gain is written without a unit.
    const isDefault = !calibrated && gain === DEFAULT_GAIN;
    const writtenUnit = unitText((calibrated || isDefault ? unit : null) ?? '');
    const scale = `${isDefault ? '0' : gain}(${Math.round(zeroLevel)})/${writtenUnit}`;
    const checksum = ((totals.checksums[i] as number) << 16) >> 16;
    const file = `${record}.dat ${format}${perFrameText}`;
    const { resolution, zero } = converter ?? { resolution: format, zero: 0 };
    lines.push(`${file} ${scale} ${resolution} ${zero} ${totals.initials[i]} ${checksum} 0 ${descriptions[i]}`);
  });
  channels.forEach(({ zeroLevel }, i) => {
    if (!Number.isInteger(zeroLevel)) lines.push(`#${zeroLevelComment(i, zeroLevel)}`);
    if (descriptions[i] !== names[i]) lines.push(`#${nameComment(i, names[i] as string)}`);
  });
  if (recording.subject?.sex != null) lines.push(`#${sexComment(recording.subject.sex)}`);
  if (notes !== null) lines.push(...commentsOf(notes).map((line) => `#${line}`));
  yield new TextEncoder().encode(`${lines.join('\n')}\n`);
}

/** Distinct names in ASCII; names that are in ASCII already stay as they are. */
function descriptionsOf(names: readonly string[]): string[] {
  const isChanged = (at: number): number => Number(asciiName(names[at] as string) !== names[at]);
  const order = [...names.keys()].toSorted((a, b) => isChanged(a) - isChanged(b));
  const unique = uniqueNames(order.map((at) => asciiName(names[at] as string)));
  return names.map((_, at) => unique[order.indexOf(at)] as string);
}

const oneLine = (name: string): string => name.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();

/** Readers end a unit at the first character that is not one of these. NU: no unit. */
const unitText = (unit: string): string => asciiText(unit, MAX_UNIT_LENGTH).replaceAll(/[^\w^%?/-]+/g, '_') || 'NU';
