/** Writes annotations: each as its own time-stamped list, distributed over the records. */
import { plainDecimalText } from '../common/numbers.ts';
import type { Annotation } from '../types.ts';
import { CHANNEL_MARK, DURATION_MARK, TEXT_END } from './annotations.ts';
import { type Decimal, decimalText, toNumber } from './decimal.ts';
import type { Layout, RecordRun } from './layout.ts';

/** Decimal places of a second: readers count in units of 100 ns. */
const TIME_DIGITS = 7;
/** Decimal places of the times of records between gaps. */
const GAPPED_DIGITS = 9;
const FORBIDDEN = /[^\P{Cc}\t\n\r]+/gu;
const TRAILING_ZEROS = /0+$/;
/** Follows the time of a record: an empty text. */
const KEEPING = `${String.fromCharCode(TEXT_END)}${String.fromCharCode(TEXT_END)}\0`;
/** Bytes besides the digits of the time: sign, point and the empty text. */
const MARKS = 2 + KEEPING.length;
const encoder = new TextEncoder();

export interface AnnotationSignal {
  /** Bytes per record; even. */
  bytes: number;
  /** Writes the annotations of a record, in order, into zeroed memory. */
  write(record: number, target: Uint8Array, at: number): void;
}

/**
 * @param labels of the channels, as the file gives them
 * @param start time of the first sample, in seconds from the start that the header gives
 */
export function annotationSignal(
  annotations: readonly Annotation[],
  labels: readonly string[],
  layout: Layout,
  start: Decimal,
): AnnotationSignal {
  const lists = annotations
    .toSorted((a, b) => a.at - b.at)
    .flatMap((annotation) => listOf(annotation, labels, toNumber(start)));
  const sizes = lists.map(({ bytes }) => bytes.length);
  const room =
    sizes.reduce((longest, size) => Math.max(longest, size), 0) +
    Math.ceil(sizes.reduce((sum, size) => sum + size, 0) / layout.records);
  const records = placed(lists, sizes, room, layout);
  const times =
    layout.runs === null ? new RecordTimes(layout.duration, start) : new GappedTimes(layout, layout.runs, start);
  const needed = times.longest(layout.records) + MARKS + room;
  let next = 0;
  return {
    bytes: needed + (needed % 2),
    write(record, target, at) {
      const time = `+${times.text(record)}${KEEPING}`;
      for (let letter = 0; letter < time.length; letter++) target[at + letter] = time.charCodeAt(letter);
      let place = at + time.length;
      for (; next < lists.length && records[next] === record; next++)
        place += put((lists[next] as TimedList).bytes, target, place);
    },
  };
}

/** Text of the times of records, in seconds from the start in the header. */
interface Times {
  /** Length of the longest text among this many records. */
  longest(records: number): number;
  /** To be called with every record in turn. */
  text(record: number): string;
}

interface TimedList {
  /** In seconds from the first sample. */
  at: number;
  bytes: Uint8Array;
}

function listOf(
  { at, duration, channel, code, text }: Annotation,
  labels: readonly string[],
  start: number,
): TimedList[] {
  const words = [code, text]
    .filter((part) => part !== null && part !== '')
    .join(' ')
    .replace(FORBIDDEN, ' ')
    .trim();
  if (words === '') return [];
  const onset = Number((start + at).toFixed(TIME_DIGITS));
  const lasting =
    duration === null
      ? ''
      : String.fromCharCode(DURATION_MARK) + plainDecimalText(Number(duration.toFixed(TIME_DIGITS)));
  const link = channel === null ? '' : CHANNEL_MARK + (labels[channel] ?? '');
  const end = String.fromCharCode(TEXT_END);
  return [
    {
      at,
      bytes: encoder.encode(`${onset < 0 ? '' : '+'}${plainDecimalText(onset)}${lasting}${end}${words}${link}${end}\0`),
    },
  ];
}

/**
 * Assigns a record to each list: the record at its time if it has room, otherwise a later one; at the end of the file,
 * an earlier one.
 */
function placed(lists: readonly TimedList[], sizes: readonly number[], room: number, layout: Layout): Int32Array {
  const last = layout.records - 1;
  const records = new Int32Array(lists.length);
  let record = 0;
  let used = 0;
  for (const [number, { at }] of lists.entries()) {
    const own = Math.min(last, Math.max(0, recordAt(layout, at)));
    if (own > record) [record, used] = [own, 0];
    if (used + (sizes[number] as number) > room) [record, used] = [record + 1, 0];
    used += sizes[number] as number;
    records[number] = record;
  }
  [record, used] = [last, 0];
  for (let number = lists.length - 1; number >= 0; number--) {
    if ((records[number] as number) < record) [record, used] = [records[number] as number, 0];
    if (used + (sizes[number] as number) > room) [record, used] = [record - 1, 0];
    used += sizes[number] as number;
    records[number] = record;
  }
  return records;
}

/** The record at a time, or the last one before it. */
function recordAt({ runs, duration, seconds }: Layout, at: number): number {
  if (runs === null) return Math.floor(at / toNumber(duration));
  let [low, high] = [0, runs.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((runs[middle] as RecordRun).at <= at) low = middle;
    else high = middle - 1;
  }
  const run = runs[low] as RecordRun;
  const end = runs[low + 1]?.record ?? Infinity;
  return Math.min(end - 1, run.record + Math.floor((at - run.at) / seconds));
}

/** Times of records with gaps between them, to a nanosecond. */
class GappedTimes implements Times {
  readonly #seconds: number;
  readonly #runs: readonly RecordRun[];
  readonly #start: number;
  #run = 0;

  constructor({ seconds }: Layout, runs: readonly RecordRun[], start: Decimal) {
    this.#seconds = seconds;
    this.#runs = runs;
    this.#start = toNumber(start);
  }

  longest(records: number): number {
    const last = this.#runs.at(-1) as RecordRun;
    return Math.ceil(this.#at(last, records) + 1).toString().length + 1 + GAPPED_DIGITS;
  }

  text(record: number): string {
    while ((this.#runs[this.#run + 1]?.record ?? Infinity) <= record) this.#run++;
    const time = this.#at(this.#runs[this.#run] as RecordRun, record).toFixed(GAPPED_DIGITS);
    return time.replace(TRAILING_ZEROS, '').replace(/\.$/, '');
  }

  #at(run: RecordRun, record: number): number {
    return this.#start + run.at + (record - run.record) * this.#seconds;
  }
}

/**
 * Text of a record's time, in seconds from the start in the header, as a reader would add it up. It must be fast, since
 * there may be many short records.
 */
class RecordTimes implements Times {
  readonly #exponent: number;
  readonly #start: number;
  readonly #step: number;

  constructor(duration: Decimal, start: Decimal) {
    this.#exponent = Math.min(duration.exponent, start.exponent, 0);
    this.#start = Number(start.digits) * 10 ** (start.exponent - this.#exponent);
    this.#step = Number(duration.digits) * 10 ** (duration.exponent - this.#exponent);
  }

  longest(records: number): number {
    return Math.floor((this.#start + records * this.#step) * 10 ** this.#exponent).toString().length - this.#exponent;
  }

  text(record: number): string {
    const units = this.#start + record * this.#step;
    if (!Number.isSafeInteger(units))
      return decimalText({
        digits: BigInt(this.#start) + BigInt(record) * BigInt(this.#step),
        exponent: this.#exponent,
      });
    const second = 10 ** -this.#exponent;
    const fraction = units % second;
    return fraction === 0
      ? String(units / second)
      : `${(units - fraction) / second}.${String(second + fraction)
          .slice(1)
          .replace(TRAILING_ZEROS, '')}`;
  }
}

function put(bytes: Uint8Array, target: Uint8Array, at: number): number {
  target.set(bytes, at);
  return bytes.length;
}
