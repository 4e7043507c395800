/**
 * The header of ISHNE files (Badilini 1998): ten bytes before it, 512 of fixed fields, and a block of variable length.
 * Recordings and annotation files have the same header. All numbers are little-endian.
 */
import type { ByteReader } from '../common/byte-reader.ts';
import { crc16 } from '../common/crc16.ts';
import { fixedLines, fixedText } from '../common/fixed-text.ts';
import { figure } from '../common/messages.ts';
import { mayBeText } from '../common/plain-head.ts';
import type { DecoderLimits } from '../types.ts';
import { contentError, syntaxError } from './failure.ts';

export const RECORDING_SIGN = 'ISHNE1.0';
export const ANNOTATION_SIGN = 'ANN  1.0';
const SIGN_BYTES = 8;

/** The variable block follows these bytes. */
const FIXED_BYTES = 522;
/** The checksum covers the header from here to its end. */
const CHECKED_FROM = 10;
/** The number for a field without a value. */
const ABSENT = -9;
/** Leads for which the header has room. */
const MAX_LEADS = 12;

/** Offsets in the file, in bytes; of texts also their length. */
const AT = {
  checksum: 8,
  blockSize: 10,
  samples: 14,
  samplesOffset: 22,
  version: 26,
  firstName: [28, 40],
  lastName: [68, 40],
  id: [108, 20],
  sex: 128,
  birthDate: 132,
  recordingDate: 138,
  startTime: 150,
  leads: 156,
  leadCodes: 158,
  qualities: 182,
  resolutions: 206,
  pacemaker: 230,
  recorder: [232, 40],
  samplingRate: 272,
  owner: [274, 80],
  copyright: [354, 80],
} as const;

/** A lead as the header describes it; the numbers are those of the file. */
export interface Lead {
  code: number;
  quality: number;
  /** Nanovolts per digit; not positive if unknown. */
  resolution: number;
}

/** Three numbers: day, month and year, or hour, minute and second. */
export type Triple = readonly [number, number, number];

export interface Header {
  isAnnotations: boolean;
  /** Bytes before the samples or annotations. */
  length: number;
  /** Samples of each lead, or of all leads together, modulo 2^32; null if absent. */
  samples: number | null;
  firstName: string;
  lastName: string;
  id: string;
  sex: number;
  /** Null if absent. */
  birthDate: Triple | null;
  recordingDate: Triple | null;
  startTime: Triple | null;
  leads: Lead[];
  pacemaker: number;
  recorder: string;
  /** Hz; null if absent. */
  samplingRate: number | null;
  owner: string;
  copyright: string;
  /** The text of the variable block. */
  comments: string;
  /** About the header itself. */
  warnings: string[];
}

/** The first bytes of a file as ASCII. */
export const signOf = (head: Uint8Array): string => String.fromCharCode(...head.subarray(0, SIGN_BYTES));

/**
 * Reads a header.
 * @throws FormatError `syntax` if the file ends before the end of its header, `content` if that is too long or has no
 * leads
 */
export async function readHeader(bytes: ByteReader, limits: DecoderLimits): Promise<Header> {
  if (!(await bytes.has(FIXED_BYTES))) throw cutOff(bytes);
  const block = Buffer.from(bytes.peek(FIXED_BYTES)).readInt32LE(AT.blockSize);
  if (block < 0 && block !== ABSENT)
    throw contentError(AT.blockSize, `The variable block has ${figure(block)} bytes according to the header.`);
  if (block > limits.maxMetadataBytes) {
    throw contentError(
      AT.blockSize,
      `The variable block has ${figure(block)} bytes, more than ${figure(limits.maxMetadataBytes)} (setting ` +
        'MAX_METADATA_BYTES).',
    );
  }
  const length = FIXED_BYTES + Math.max(0, block);
  if (!(await bytes.has(length))) throw cutOff(bytes);
  return parseHeader(Buffer.from(bytes.take(length)), limits);
}

const cutOff = (bytes: ByteReader): Error => syntaxError(bytes.offset(), 'The file ends inside its header.');

function parseHeader(bytes: Buffer, limits: DecoderLimits): Header {
  const sign = signOf(bytes);
  if (sign !== RECORDING_SIGN && sign !== ANNOTATION_SIGN)
    throw syntaxError(0, `An ISHNE file begins with "${RECORDING_SIGN}" or "${ANNOTATION_SIGN}".`);
  const number = (at: number): number => bytes.readInt16LE(at);
  const text = ([at, length]: readonly [number, number]): string => fixedText(bytes.subarray(at, at + length));
  const samples = bytes.readInt32LE(AT.samples);
  const rate = number(AT.samplingRate);
  const block = bytes.subarray(FIXED_BYTES);
  const warnings = [...checked(bytes), ...placed(bytes, sign)];
  const isText = mayBeText(block.subarray(0, block.includes(0) ? block.indexOf(0) : block.length));
  if (!isText) warnings.push(`The variable block (${figure(block.length)} bytes) is not text and was not kept.`);
  return {
    isAnnotations: sign === ANNOTATION_SIGN,
    length: bytes.length,
    samples: samples === ABSENT || samples === 0 ? null : samples >>> 0,
    firstName: text(AT.firstName),
    lastName: text(AT.lastName),
    id: text(AT.id),
    sex: number(AT.sex),
    birthDate: triple(bytes, AT.birthDate),
    recordingDate: triple(bytes, AT.recordingDate),
    startTime: triple(bytes, AT.startTime),
    leads: leadsOf(bytes, limits),
    pacemaker: number(AT.pacemaker),
    recorder: text(AT.recorder),
    samplingRate: rate > 0 ? rate : null,
    owner: text(AT.owner),
    copyright: text(AT.copyright),
    comments: isText ? fixedLines(block) : '',
    warnings,
  };
}

function leadsOf(bytes: Buffer, { maxChannels }: DecoderLimits): Lead[] {
  const count = bytes.readInt16LE(AT.leads);
  if (!(count >= 1 && count <= MAX_LEADS))
    throw contentError(AT.leads, `The header declares ${count} leads; 1 to ${MAX_LEADS} are possible.`);
  if (count > maxChannels)
    throw contentError(AT.leads, `The file has ${count} leads, more than ${maxChannels} (setting MAX_CHANNELS).`);
  return Array.from({ length: count }, (_, lead) => ({
    code: bytes.readInt16LE(AT.leadCodes + 2 * lead),
    quality: bytes.readInt16LE(AT.qualities + 2 * lead),
    resolution: bytes.readInt16LE(AT.resolutions + 2 * lead),
  }));
}

/** Null if every number is -9 or 0, or if one of them is -9. */
function triple(bytes: Buffer, at: number): Triple | null {
  const numbers: Triple = [bytes.readInt16LE(at), bytes.readInt16LE(at + 2), bytes.readInt16LE(at + 4)];
  // 00:00:00 is a time, but 0.0.0 is no date.
  const isZero = at !== AT.startTime && numbers.every((number) => number === 0);
  return isZero || numbers.includes(ABSENT) ? null : numbers;
}

/** Checks the checksum. Its byte order is not fixed, and editors that remove names do not always renew it. */
function checked(bytes: Buffer): string[] {
  const crc = crc16(bytes.subarray(CHECKED_FROM));
  if (crc === bytes.readUInt16LE(AT.checksum) || crc === bytes.readUInt16BE(AT.checksum)) return [];
  if (bytes.readUInt16LE(AT.checksum) === 0)
    return ['The checksum of the header is not filled in: it was not checked.'];
  return [
    `The checksum of the header is ${hex(bytes.readUInt16LE(AT.checksum))}, but its bytes give ${hex(crc)}: ` +
      'the header was damaged, or edited without a new checksum. Check the leads, the sampling rate and the gain.',
  ];
}

const hex = (value: number): string => value.toString(16).toUpperCase().padStart(4, '0');

/** Compares the version and the place of the samples with those of the standard. */
function placed(bytes: Buffer, sign: string): string[] {
  const warnings: string[] = [];
  const version = bytes.readInt16LE(AT.version);
  if (version !== 1 && version !== 0 && version !== ABSENT)
    warnings.push(`The header has version ${version}; it was read as version 1.`);
  const offset = bytes.readInt32LE(AT.samplesOffset);
  // In annotation files these fields are often those of the recording.
  if (sign === RECORDING_SIGN && offset !== bytes.length && offset !== ABSENT && offset !== 0) {
    warnings.push(
      `According to the header the samples begin at byte ${figure(offset)}; they were read from byte ` +
        `${figure(bytes.length)}, the end of the variable block.`,
    );
  }
  return warnings;
}
