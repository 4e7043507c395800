/**
 * The header of an EDF or BDF file: its fields as a table, and the checks made before memory for samples is allocated.
 */
import { figure } from '../common/messages.ts';
import type { DecoderLimits } from '../types.ts';
import { type Decimal, decimalOf, isZero, minus, whole } from './decimal.ts';
import { contentError, syntaxError } from './failure.ts';
import { fieldText } from './text.ts';

/** Bytes of the fixed part, and of each signal's part. */
export const HEADER_BLOCK = 256;

/** Names and lengths of the fixed part's fields (edfplus.info, EDF specification). */
export const FIXED_FIELDS = [
  ['version', 8],
  ['patient', 80],
  ['recording', 80],
  ['startDate', 8],
  ['startTime', 8],
  ['headerBytes', 8],
  ['reserved', 44],
  ['records', 8],
  ['duration', 8],
  ['signals', 4],
] as const;
/** The same for the signals; each field is stored for all signals before the next field. */
export const SIGNAL_FIELDS = [
  ['label', 16],
  ['transducer', 80],
  ['unit', 8],
  ['physicalMinimum', 8],
  ['physicalMaximum', 8],
  ['digitalMinimum', 8],
  ['digitalMaximum', 8],
  ['prefilter', 80],
  ['samples', 8],
  ['reserved', 32],
] as const;

type FixedField = (typeof FIXED_FIELDS)[number][0];
type SignalField = (typeof SIGNAL_FIELDS)[number][0];

const VERSION = {
  edf: Uint8Array.from([0x30, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20]),
  bdf: Uint8Array.from([0xff, 0x42, 0x49, 0x4f, 0x53, 0x45, 0x4d, 0x49]),
} as const;
/** A whole number in its field. */
const COUNT = /^ *\d+[ \0]*$/;
const ANNOTATIONS = { edf: 'EDF Annotations', bdf: 'BDF Annotations' } as const;
const SAMPLE_BYTES = { edf: 2, bdf: 3 } as const;

export interface EdfSignal {
  label: string;
  unit: string | null;
  physicalMinimum: Decimal;
  physicalMaximum: Decimal;
  digitalMinimum: Decimal;
  digitalMaximum: Decimal;
  samplesPerRecord: number;
  isAnnotations: boolean;
  /** Whether its digital limits are equal, so that its samples have no meaning, while other signals have one. */
  isLeftOut: boolean;
  /** File offset of its number fields, for messages. */
  offset: number;
}

export interface EdfHeader {
  sampleBytes: 2 | 3;
  plus: boolean;
  /** There may be gaps between its records (EDF+D, BDF+D). */
  discontinuous: boolean;
  patient: string;
  recording: string;
  startDate: string;
  startTime: string;
  bytes: number;
  /** Null if unknown (-1). */
  records: number | null;
  /** Seconds per record. */
  duration: Decimal;
  /** The field as written in the file. */
  durationText: string;
  signals: EdfSignal[];
}

/** Distinguishes EDF from BDF by the first eight bytes. */
export function variantOf(head: Uint8Array): 'edf' | 'bdf' | null {
  if (VERSION.edf.every((byte, at) => head[at] === byte)) return 'edf';
  return VERSION.bdf.every((byte, at) => head[at] === byte) ? 'bdf' : null;
}

/**
 * Whether a file may have begun as EDF or BDF: its header gives its own length and the number of signals. If the
 * version is another one, both must agree, since nothing else shows the format.
 */
export function looksLikeEdf(head: Uint8Array): boolean {
  if (head.length < HEADER_BLOCK) return false;
  const [bytes, signals] = [head.subarray(184, 192), head.subarray(252, 256)].map((field) =>
    String.fromCharCode(...field),
  ) as [string, string];
  if (!COUNT.test(bytes) || !COUNT.test(signals)) return false;
  return (
    variantOf(head) !== null ||
    Number(bytes.replaceAll('\0', '')) === HEADER_BLOCK * (Number(signals.replaceAll('\0', '')) + 1)
  );
}

/** Bytes of the whole header, from its first `HEADER_BLOCK` bytes. */
export function headerLength(fixed: Uint8Array, limits: DecoderLimits): number {
  if (variantOf(fixed) === null)
    throw syntaxError(
      0,
      `The file looks like EDF, but its version field (bytes 0 to 7) is ` +
        `${JSON.stringify(fixedField(fixed, 'version'))}, ` +
        'not "0" (EDF) or byte 255 and "BIOSEMI" (BDF). If it is EDF, write "0" and seven blanks there.',
    );
  const signals = count(fixedField(fixed, 'signals'), 'the number of signals', 252);
  if (signals === 0) throw contentError(252, 'The header declares no signals.');
  const bytes = HEADER_BLOCK * (signals + 1);
  if (bytes > limits.maxMetadataBytes)
    throw contentError(
      252,
      `The header declares ${figure(signals)} signals, but a header may have at most ` +
        `${figure(limits.maxMetadataBytes)} bytes.`,
    );
  const declared = count(fixedField(fixed, 'headerBytes'), 'the number of header bytes', 184);
  if (declared !== bytes)
    throw contentError(
      184,
      `The header declares ${figure(declared)} bytes of header, but ${figure(signals)} signals need ${figure(bytes)}.`,
    );
  return bytes;
}

/** @param bytes the whole header, of `headerLength` bytes */
export function parseHeader(bytes: Uint8Array, limits: DecoderLimits): EdfHeader {
  const variant = variantOf(bytes) ?? 'edf';
  const signals = withoutMeaningless(
    Array.from({ length: bytes.length / HEADER_BLOCK - 1 }, (_, index) => signal(bytes, index, ANNOTATIONS[variant])),
  );
  const reserved = fixedField(bytes, 'reserved');
  const records = count(fixedField(bytes, 'records'), 'the number of records', 236, -1);
  const durationText = fixedField(bytes, 'duration');
  const duration = number(durationText, 'the duration of a record', 244);
  const channels = signals.filter(isChannel).length;
  if (channels === 0 && !limits.annotationsSuffice)
    throw contentError(252, 'The file contains annotations only, no signals.');
  if (channels > limits.maxChannels)
    throw contentError(
      252,
      `The file has ${figure(channels)} signals; at most ${figure(limits.maxChannels)} are supported.`,
    );
  if (duration.digits < 0n || (channels > 0 && isZero(duration)))
    throw contentError(
      244,
      'A record with signals must last more than 0 seconds, because their sampling rates follow from it.',
    );
  if (records === 0) throw contentError(236, 'The header declares no records, so there are no samples.');
  return {
    sampleBytes: SAMPLE_BYTES[variant],
    plus: /^[EB]DF\+/.test(reserved),
    discontinuous: /^[EB]DF\+D/.test(reserved),
    patient: fixedField(bytes, 'patient'),
    recording: fixedField(bytes, 'recording'),
    startDate: fixedField(bytes, 'startDate'),
    startTime: fixedField(bytes, 'startTime'),
    bytes: bytes.length,
    records: records === -1 ? null : records,
    duration,
    durationText,
    signals,
  };
}

/** Whether a signal becomes a channel. */
export const isChannel = ({ isAnnotations, isLeftOut }: EdfSignal): boolean => !isAnnotations && !isLeftOut;

/** Leaves out signals with equal digital limits, unless there is no other. */
function withoutMeaningless(signals: EdfSignal[]): EdfSignal[] {
  const isMeaningless = ({ digitalMinimum, digitalMaximum, isAnnotations }: EdfSignal): boolean =>
    !isAnnotations && isZero(minus(digitalMaximum, digitalMinimum));
  if (signals.every((each) => each.isAnnotations || isMeaningless(each))) return signals;
  return signals.map((each) => ({ ...each, isLeftOut: isMeaningless(each) }));
}

function signal(bytes: Uint8Array, index: number, annotations: string): EdfSignal {
  const label = signalField(bytes, index, 'label').text;
  const isAnnotations = label === annotations;
  const read = (name: SignalField, meaning: string): Decimal => {
    const { text, offset } = signalField(bytes, index, name);
    return isAnnotations ? whole(0) : number(text, `the ${meaning} of signal ${index + 1}`, offset);
  };
  const samples = signalField(bytes, index, 'samples');
  const samplesPerRecord = count(samples.text, `the samples a record of signal ${index + 1}`, samples.offset);
  if (samplesPerRecord === 0 && !isAnnotations)
    throw contentError(samples.offset, `Signal ${index + 1} has no samples in a record: its sampling rate would be 0.`);
  return {
    label: label === '' ? `Signal ${index + 1}` : label,
    isAnnotations,
    isLeftOut: false,
    samplesPerRecord,
    unit: signalField(bytes, index, 'unit').text || null,
    physicalMinimum: read('physicalMinimum', 'physical minimum'),
    physicalMaximum: read('physicalMaximum', 'physical maximum'),
    digitalMinimum: read('digitalMinimum', 'digital minimum'),
    digitalMaximum: read('digitalMaximum', 'digital maximum'),
    offset: signalField(bytes, index, 'digitalMinimum').offset,
  };
}

function fixedField(bytes: Uint8Array, name: FixedField): string {
  let offset = 0;
  for (const [field, length] of FIXED_FIELDS) {
    if (field === name) return fieldText(bytes.subarray(offset, offset + length));
    offset += length;
  }
  return '';
}

function signalField(bytes: Uint8Array, index: number, name: SignalField): { text: string; offset: number } {
  const signals = bytes.length / HEADER_BLOCK - 1;
  let offset = HEADER_BLOCK;
  for (const [field, length] of SIGNAL_FIELDS) {
    if (field === name) {
      offset += index * length;
      return { text: fieldText(bytes.subarray(offset, offset + length)), offset };
    }
    offset += length * signals;
  }
  return { text: '', offset };
}

function number(text: string, meaning: string, offset: number): Decimal {
  const value = decimalOf(text);
  if (value === null)
    throw syntaxError(offset, `The header must give ${meaning} as a number, but has ${JSON.stringify(text)}.`);
  return value;
}

function count(text: string, meaning: string, offset: number, lowest = 0): number {
  if (!/^[+-]?\d+$/.test(text) || Number(text) < lowest)
    throw syntaxError(
      offset,
      `The header must give ${meaning} as a whole number from ${lowest}, but has ${JSON.stringify(text)}.`,
    );
  return Number(text);
}
