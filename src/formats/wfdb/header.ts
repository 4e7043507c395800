/** Parses WFDB headers (`.hea`), line by line (header(5) of the WFDB Applications Guide). */
import {
  MAX_GAIN,
  MAX_SAMPLING_RATE,
  MAX_UNIT_LENGTH,
  MAX_ZERO_LEVEL,
  MIN_GAIN,
  MIN_SAMPLING_RATE,
} from '../common/bounds.ts';
import { figure } from '../common/messages.ts';
import { utf8OrLatin1 } from '../common/utf8-or-latin1.ts';
import type { Converter } from '../types.ts';
import { contentError, syntaxError } from './failure.ts';

export interface SignalLine {
  /** The signal file, without folder; `~` for a signal without a file. */
  file: string;
  /** Number of the sample format. */
  format: number;
  samplesPerFrame: number;
  /** In frames. */
  skew: number;
  /** Bytes before the first sample. */
  byteOffset: number;
  /** Null if not given, or 0. */
  gain: number | null;
  baseline: number;
  unit: string;
  /** Null if its resolution is not given. */
  converter: Converter | null;
  /** Null if not given. */
  initial: number | null;
  checksum: number | null;
  /** Empty if not given. */
  description: string;
}

export interface SegmentLine {
  /** Record of the segment; `~` if nothing was recorded. */
  record: string;
  frames: number;
}

export interface Header {
  record: string;
  /** Null if the record has a single segment. */
  segments: SegmentLine[] | null;
  signalCount: number;
  /** Hz */
  frameRate: number;
  /** Null if not given. */
  frames: number | null;
  time: string | null;
  date: string | null;
  signals: SignalLine[];
  /** Trimmed, without the #. */
  comments: string[];
}

const DEFAULT_FRAME_RATE = 250;
export const DEFAULT_UNIT = 'mV';
/** Bits of a converter. */
const MAX_RESOLUTION = 64;
/** Samples of all signals in one frame; a complete frame is held in memory. */
const MAX_FRAME_SAMPLES = 1_000_000;

const NUMBER = String.raw`[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?`;
const RECORD_LINE = new RegExp(
  String.raw`^([-\w.]+)(?:/(\d+))?\s+(\d+)` +
    String.raw`(?:\s+(${NUMBER}|[-+]?(?:NaN|Inf(?:inity)?))(?:/${NUMBER}(?:\(${NUMBER}\))?)?` +
    String.raw`(?:\s+(\d+)(?:\s+(\S+)(?:\s+(\S+))?)?)?)?\s*$`,
  'i',
);
const SIGNAL_LINE = new RegExp(
  String.raw`^(\S+)\s+(\d+)(?:x(\d+))?(?::(\d+))?(?:\+(\d+))?` +
    String.raw`(?:\s+(${NUMBER})(?:\((${NUMBER})\))?(?:/(\S+))?` +
    String.raw`(?:\s+([-+]?\d+)(?:\s+([-+]?\d+)(?:\s+([-+]?\d+)(?:\s+([-+]?\d+)(?:\s+([-+]?\d+)` +
    String.raw`(?:\s+(.*?))?)?)?)?)?)?)?\s*$`,
);
const SEGMENT_LINE = /^(?:\S*[/\\])?([-\w.~]+)\s+(\d+)\s*$/;

/** The record line of a header that begins with these bytes; null if they are not the beginning of a header. */
export function recordLine(head: Uint8Array): { record: string; isMultiSegment: boolean } | null {
  const lines = linesOf(utf8OrLatin1(head)).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const [, record, segments, signals, frameRate] = RECORD_LINE.exec(lines[0] ?? '') ?? [];
  if (record === undefined) return null;
  const next = lines[1];
  const isHeader =
    next === undefined
      ? signals === '0' || frameRate !== undefined
      : segments === undefined
        ? /^\S*[^\s\d]\S*\s+\d+(?=[x:+\s]|$)/.test(next)
        : SEGMENT_LINE.test(next);
  return isHeader ? { record, isMultiSegment: segments !== undefined } : null;
}

/**
 * Reads a whole header.
 * @param maxSignals greatest number of signals in a record
 * @throws FormatError with the faulty line
 */
export function parseHeader(bytes: Uint8Array, maxSignals: number): Header {
  const comments: string[] = [];
  const lines: { line: string; number: number }[] = [];
  linesOf(utf8OrLatin1(bytes)).forEach((line, index) => {
    if (line.startsWith('#')) comments.push(line.slice(1).trim());
    else if (line.trim() !== '') lines.push({ line, number: index + 1 });
  });
  const [first, ...others] = lines;
  const [, record, segmentCount, signalCount, frameRate, frames, time, date] =
    (first && RECORD_LINE.exec(first.line)) ?? [];
  if (record === undefined)
    throw syntaxError(0, `Line ${first?.number ?? 1} of the header is not a record line such as "100 2 360 650000".`);
  const header: Header = {
    record,
    segments: null,
    signalCount: count(signalCount as string, 'the number of signals'),
    frameRate: rate(frameRate),
    frames: frames === undefined ? null : count(frames, 'the number of samples') || null,
    time: time ?? null,
    date: date ?? null,
    signals: [],
    comments,
  };
  checkSignalCount(header, maxSignals);
  const wanted = segmentCount === undefined ? header.signalCount : count(segmentCount, 'the number of segments');
  if (others.length !== wanted) {
    throw contentError(
      null,
      `The header of ${record} declares ${figure(wanted)} ` +
        `${segmentCount === undefined ? 'signals' : 'segments'}, but has ${figure(others.length)} lines for them.`,
    );
  }
  if (segmentCount !== undefined) header.segments = others.map(segmentLine);
  else header.signals = others.map(signalLine);
  checkFrame(header);
  return header;
}

/**
 * Refuses a header with too many signals by its beginning alone, since it may be too long to be read.
 * @throws FormatError if it has too many
 */
export function checkBeginning(begin: Uint8Array, maxSignals: number): void {
  const first = linesOf(utf8OrLatin1(begin)).find((line) => line.trim() !== '' && !line.startsWith('#'));
  const [, record, , signals] = RECORD_LINE.exec(first ?? '') ?? [];
  if (record !== undefined && signals !== undefined)
    checkSignalCount({ record, signalCount: count(signals, 'the number of signals') }, maxSignals);
}

function checkSignalCount({ record, signalCount }: Pick<Header, 'record' | 'signalCount'>, most: number): void {
  if (signalCount <= most) return;
  throw contentError(
    null,
    `The header of ${record} names ${figure(signalCount)} signals; at most ${figure(most)} are allowed (setting ` +
      'MAX_CHANNELS).',
  );
}

function segmentLine({ line, number }: { line: string; number: number }): SegmentLine {
  const [, record, frames] = SEGMENT_LINE.exec(line) ?? [];
  if (record === undefined || frames === undefined)
    throw syntaxError(null, `Line ${number} of the header is not a segment line such as "100s_1 21600".`);
  return { record, frames: count(frames, `line ${number}, the number of samples`) };
}

function signalLine({ line, number }: { line: string; number: number }): SignalLine {
  const [
    ,
    path,
    format,
    perFrame,
    skew,
    offset,
    gain,
    baseline,
    unit,
    resolution,
    adcZero,
    initial,
    checksum,
    ,
    description,
  ] = SIGNAL_LINE.exec(line) ?? [];
  if (path === undefined || format === undefined)
    throw syntaxError(
      null,
      `Line ${number} of the header is not a signal line such as "100.dat 212 200 11 1024 995 -22131 0 MLII".`,
    );
  const given = gain === undefined || Number(gain) === 0 ? null : Number(gain);
  if (given !== null && !(Math.abs(given) >= MIN_GAIN && Math.abs(given) <= MAX_GAIN))
    throw contentError(
      null,
      `Line ${number} of the header: the gain must have a magnitude of ${MIN_GAIN} to ${MAX_GAIN}.`,
    );
  const zero = Number(baseline ?? adcZero ?? 0) + 0;
  if (!(Math.abs(zero) <= MAX_ZERO_LEVEL))
    throw contentError(
      null,
      `Line ${number} of the header: the baseline must have a magnitude of at most ${MAX_ZERO_LEVEL}.`,
    );
  const samplesPerFrame = perFrame === undefined ? 1 : count(perFrame, `line ${number}, samples per frame`);
  if (samplesPerFrame === 0)
    throw contentError(null, `Line ${number} of the header: there must be at least one sample per frame.`);
  if (unit !== undefined && unit.length > MAX_UNIT_LENGTH)
    throw contentError(null, `Line ${number} of the header: a unit may have at most ${MAX_UNIT_LENGTH} characters.`);
  return {
    file: path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1),
    format: Number(format),
    samplesPerFrame,
    skew: count(skew ?? '0', `line ${number}, skew`),
    byteOffset: count(offset ?? '0', `line ${number}, byte offset`),
    gain: given,
    baseline: zero,
    unit: unit ?? DEFAULT_UNIT,
    converter:
      resolution === undefined || !(Math.abs(Number(resolution)) <= MAX_RESOLUTION)
        ? null
        : { resolution: Number(resolution), zero: Number(adcZero ?? 0) + 0 },
    initial: initial === undefined ? null : Number(initial),
    checksum: checksum === undefined ? null : Number(checksum),
    description: description ?? '',
  };
}

function count(digits: string, what: string): number {
  const value = Number(digits);
  if (!Number.isSafeInteger(value))
    throw contentError(null, `${what} in the header is too large: ${digits.slice(0, 40)}.`);
  return value;
}

function rate(given: string | undefined): number {
  const value = given === undefined ? DEFAULT_FRAME_RATE : Number(given);
  if (value >= MIN_SAMPLING_RATE && value <= MAX_SAMPLING_RATE) return value;
  throw contentError(
    null,
    `The sampling rate in the header is ${given}; it must be ${MIN_SAMPLING_RATE} to ${figure(MAX_SAMPLING_RATE)} Hz.`,
  );
}

function checkFrame({ record, signals, frameRate }: Header): void {
  const samples = signals.reduce((sum, signal) => sum + signal.samplesPerFrame, 0);
  if (samples > MAX_FRAME_SAMPLES)
    throw contentError(
      null,
      `The header of ${record} puts ${figure(samples)} samples into a frame; at most ` +
        `${figure(MAX_FRAME_SAMPLES)} are allowed.`,
    );
  const fastest = signals.reduce((most, signal) => Math.max(most, signal.samplesPerFrame), 0) * frameRate;
  if (fastest > MAX_SAMPLING_RATE)
    throw contentError(
      null,
      `The header of ${record} has a signal of ${fastest} samples a second; at most ` +
        `${figure(MAX_SAMPLING_RATE)} are supported.`,
    );
}

const linesOf = (all: string): string[] => all.split(/\r\n|\n|\r/);
