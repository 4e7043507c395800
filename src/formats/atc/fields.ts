/** The blocks of an ATC file that describe the recording: `fmt `, `info` and `ann `. */
import { isoFault } from '../../calendar/moment.ts';
import { fixedText } from '../common/fixed-text.ts';
import { figure, quoted } from '../common/messages.ts';
import type { Annotation } from '../types.ts';
import type { Block } from './blocks.ts';
import { contentError } from './failure.ts';

/** Nanovolts per millivolt. */
const NV_PER_MV = 1e6;

const FORMAT_BYTES = 8;
/** The only sample format: signed integers of 16 bits. */
const INT16 = 1;
/** Bits of the flags. */
const POLARITY = 1;
const MAINS_60_HZ = 2;
const FILTERS: readonly [number, string][] = [
  [4, 'mains filter'],
  [8, 'low-pass filter'],
  [16, 'baseline filter of 0.1 Hz'],
  [32, 'mains notch filter'],
  [64, 'enhanced filter'],
];

/** How the samples were recorded. */
export interface SampleFormat {
  /** Hz; null if unknown. */
  samplingRate: number | null;
  /** Digits per millivolt; null if unknown. */
  gain: number | null;
  /** The mains frequency and the filters, for the notes. */
  filters: string;
  warnings: string[];
}

export function formatOf({ data, offset }: Block): SampleFormat {
  if (data.length < FORMAT_BYTES)
    throw contentError(offset, `The block "fmt " has ${data.length} bytes, but must have ${FORMAT_BYTES}.`);
  if (data[0] !== INT16)
    throw contentError(offset, `The samples are in format ${data[0]}; only 1 (16-bit integers) is known.`);
  const [rate, resolution, flags] = [data.readUInt16LE(1), data.readUInt16LE(3), data.readUInt8(5)];
  const used = FILTERS.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
  const warnings: string[] = [];
  if (rate === 0) warnings.push('The file has no sampling rate.');
  if (resolution === 0) warnings.push('The file has no resolution: its values are stored without a calibration.');
  if ((flags & POLARITY) !== 0)
    warnings.push('The flag for the polarity is set, whose meaning is not known: check the polarity of the leads.');
  return {
    samplingRate: rate === 0 ? null : rate,
    gain: resolution === 0 ? null : NV_PER_MV / resolution,
    filters: [`mains of ${(flags & MAINS_60_HZ) === 0 ? 50 : 60} Hz`, ...used].join(', '),
    warnings,
  };
}

/** Text fields of `info`: offset and length. The phone's id (at 72) and the device's data (at 212) are never read. */
const INFO = { date: [0, 32], id: [32, 40], phone: [116, 32], software: [148, 32], hardware: [180, 32] } as const;
const DATE = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9})\d*)?(Z|[+-]\d\d:?\d\d)?$/;

export interface Info {
  /** ISO 8601; null if unknown. */
  date: string | null;
  id: string | null;
  /** The devices, one per line. */
  devices: string[];
  warnings: string[];
}

/** Of a file without the block. */
export const NO_INFO: Info = { date: null, id: null, devices: [], warnings: [] };

export function infoOf({ data }: Pick<Block, 'data'>): Info {
  const text = ([at, length]: readonly [number, number]): string => fixedText(data.subarray(at, at + length));
  const written = text(INFO.date);
  const date = isoDate(written);
  const named = [
    ['Recorder', text(INFO.hardware)],
    ['Software', text(INFO.software)],
    ['Phone', text(INFO.phone)],
  ] as const;
  return {
    date,
    id: text(INFO.id) || null,
    devices: named.filter(([, value]) => value !== '').map(([name, value]) => `${name}: ${value}`),
    warnings:
      written !== '' && date === null ? [`The date ${quoted(written)} is not a valid date and was not kept.`] : [],
  };
}

/** Writers give the zone as `-04:00` or as `-0400`. */
function isoDate(text: string): string | null {
  const [, day, clock, fraction, zone] = DATE.exec(text) ?? [];
  if (day === undefined) return null;
  const offset =
    zone === undefined || zone === 'Z' || zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  const iso = `${day}T${clock}${fraction === undefined ? '' : `.${fraction}`}${offset ?? ''}`;
  return isoFault(iso) === null ? iso : null;
}

const TICK_BYTES = 4;
const MARK_BYTES = 6;
/** Beat types → mnemonics of WFDB, which the other formats use as well. */
const BEATS: readonly string[] = ['Q', 'N', 'V', 'A', 'F', 'J', '/'];

/** The marks of a block `ann `, in order of time. */
export function annotationsOf({ data, offset }: Block): Annotation[] {
  if (data.length < TICK_BYTES || (data.length - TICK_BYTES) % MARK_BYTES !== 0)
    throw contentError(offset, `The block "ann " has ${figure(data.length)} bytes, which is no number of marks.`);
  const ticks = data.readUInt32LE(0);
  const marks: Annotation[] = [];
  for (let at = TICK_BYTES; at < data.length; at += MARK_BYTES) {
    if (ticks === 0) throw contentError(offset, 'The block "ann " has 0 ticks per second.');
    const type = data.readUInt16LE(at + 4);
    const code = BEATS[type] ?? null;
    marks.push({
      at: data.readUInt32LE(at) / ticks,
      duration: null,
      channel: null,
      code,
      text: code === null ? `beat type ${type}` : null,
    });
  }
  return marks.toSorted((one, other) => one.at - other.at);
}
