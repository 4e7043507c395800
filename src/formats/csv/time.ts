/** The time column: the meaning of its cells, and the sampling rate that follows from it. */
import { isoFault } from '../../calendar/moment.ts';
import { MAX_SAMPLING_RATE, MIN_SAMPLING_RATE } from '../common/bounds.ts';

/** Units of a time column by spelling, in seconds. */
const UNITS: Readonly<Record<string, number>> = {
  s: 1,
  sec: 1,
  secs: 1,
  second: 1,
  seconds: 1,
  ms: 1e-3,
  msec: 1e-3,
  millisecond: 1e-3,
  milliseconds: 1e-3,
  us: 1e-6,
  µs: 1e-6,
  μs: 1e-6,
  microsecond: 1e-6,
  microseconds: 1e-6,
  min: 60,
  minute: 60,
  minutes: 60,
};
/** Names of time columns whose unit is given elsewhere or not at all. */
const TIMES: ReadonlySet<string> = new Set([
  'time',
  't',
  'elapsed time',
  'elapsed',
  'timestamp',
  'date',
  'datetime',
  'time stamp',
]);
const INDICES: ReadonlySet<string> = new Set([
  '',
  'sample',
  'samples',
  'sample #',
  'sample number',
  'index',
  '#',
  'no',
  'nr',
]);

/** Characters in the name of a time column. */
const LONGEST_NAME = 40;
const WITH_UNIT = /^(.*?)[\s_]*(?:[([]([^)\]]*)[)\]]|[\s_]([a-zµμ]+))$/i;
const CLOCK = /^(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:[.,]\d+)?)$/;
const DATE_FIRST = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)\s?(Z|[+-]\d\d:\d\d)?$/;
const DATE_LAST = /^\[(\d\d:\d\d:\d\d(?:\.\d{1,9})?) (\d\d)\/(\d\d)\/(\d{4})\]$/;

const DAY = 86400;
/** Relative difference allowed between steps when the times are written in full. */
const JITTER = 1e-6;
/** Relative error allowed in a rate when the times are rounded; beyond it no rate is given. */
const MAX_DOUBT = 0.01;
/** The supported sampling rates, for messages. */
const BOUNDS = `${MIN_SAMPLING_RATE} to ${MAX_SAMPLING_RATE}`;
/** Relative error that arithmetic may cause. */
const SURE = 1e-9;

export type FirstColumn = { kind: 'time'; seconds: number | null } | { kind: 'index' };

/**
 * The meaning of the first column by its name; null for a channel. `seconds`: its unit in seconds, null if the name has
 * none.
 */
export function firstColumn(name: string): FirstColumn | null {
  const plain = name.trim().toLowerCase();
  if (INDICES.has(plain)) return { kind: 'index' };
  if (TIMES.has(plain)) return { kind: 'time', seconds: null };
  const seconds = secondsOf(plain);
  // `min` is not a time unit here: such a column usually comes with one named `max`.
  if (seconds !== null && plain !== 'min') return { kind: 'time', seconds };
  const [, base = '', bracketed, suffix] = (plain.length <= LONGEST_NAME && WITH_UNIT.exec(plain)) || [];
  const unit = secondsOf((bracketed ?? suffix ?? '').trim());
  return unit !== null && TIMES.has(base.trim()) ? { kind: 'time', seconds: unit } : null;
}

/** A unit of time in seconds; null if it is not one. */
export const secondsOf = (unit: string): number | null =>
  Object.hasOwn(UNITS, unit.toLowerCase()) ? (UNITS[unit.toLowerCase()] as number) : null;

/** A cell with a time of day, with or without a date. */
export interface Moment {
  /** Since midnight, or since 1970 if there is a date. */
  wholeSeconds: number;
  fraction: number;
  /** Resolution of the text, in seconds. */
  resolution: number;
  /** ISO 8601; null for a time of day. */
  date: string | null;
}

/** Parses a cell as a time; null if it is not one. */
export function momentOf(cell: string): Moment | null {
  const clock = CLOCK.exec(cell);
  if (clock) {
    const [, hours = '0', minutes, seconds = ''] = clock;
    return {
      wholeSeconds: Number(hours) * 3600 + Number(minutes) * 60 + Number.parseInt(seconds, 10),
      fraction: fractionOf(seconds),
      resolution: resolutionOf(seconds),
      date: null,
    };
  }
  const last = DATE_LAST.exec(cell);
  const first = DATE_FIRST.exec(last ? `${last[4]}-${last[3]}-${last[2]}T${last[1]}` : cell);
  if (!first) return null;
  const [, day, time = '', zone] = first;
  const date = `${day}T${time}${zone ?? ''}`;
  if (isoFault(date) !== null) return null;
  return {
    wholeSeconds: Date.parse(`${day}T${time.replace(/\..*/, '')}${zone ?? 'Z'}`) / 1000,
    fraction: fractionOf(time),
    resolution: resolutionOf(time),
    date,
  };
}

const fractionOf = (text: string): number => Number(`0${/[.,]\d*$/.exec(text)?.[0].replace(',', '.') ?? ''}`);

/** Value of the last decimal place as written: 0.001 for `1.250`. */
export function resolutionOf(text: string): number {
  const point = text.search(/[.,]/);
  return point === -1 ? 1 : 10 ** (point + 1 - text.length);
}

/** Tracks the times of consecutive rows. */
export class TimeColumn {
  /** The largest rounding of the times, in their own unit: the last place of the finest time. */
  #resolution: number;
  #first = 0;
  #last = 0;
  #rows = 0;
  #origin = 0;
  #shortest = { step: Infinity, line: 0 };
  #longest = { step: -Infinity, line: 0 };
  #seconds: number | null;

  /**
   * @param seconds the unit of plain numbers, in seconds; null if unknown
   * @param mayBeRounded false for sample numbers, which are exact
   */
  constructor(seconds: number | null, mayBeRounded = true) {
    this.#seconds = seconds;
    this.#resolution = mayBeRounded ? Infinity : 0;
  }

  /** Adds the time of the next row, in the column's unit, and its line number. */
  add(time: number, resolution: number, line: number): void {
    if (resolution < this.#resolution) this.#resolution = resolution;
    if (this.#rows++ === 0) this.#first = time;
    else {
      const step = time - this.#last;
      if (step < this.#shortest.step) this.#shortest = { step, line };
      if (step > this.#longest.step) this.#longest = { step, line };
    }
    this.#last = time;
  }

  /** The same for a time with hours. A time of day starts again at midnight. */
  addMoment({ wholeSeconds, fraction, resolution, date }: Moment, line: number): void {
    this.#seconds = 1;
    if (this.#rows === 0) this.#origin = wholeSeconds;
    // Added to the seconds since 1970, a fraction would lose digits.
    const time = wholeSeconds - this.#origin + fraction;
    if (date === null && this.#rows > 0 && time < this.#last - DAY / 2) this.#origin -= DAY;
    this.add(wholeSeconds - this.#origin + fraction, resolution, line);
  }

  /**
   * The rate that all rows agree on. Null, with a warning, if they do not determine it.
   * @returns `reason`: a sentence, if the times are not evenly spaced
   */
  rate(): { rate: number | null; warning: string | null } | { reason: string } {
    const steps = this.#rows - 1;
    if (steps < 1) return { rate: null, warning: 'The sampling rate cannot be calculated from one row.' };
    const mean = (this.#last - this.#first) / steps;
    if (!(this.#shortest.step > 0))
      return {
        reason: `The times do not increase from line ${this.#shortest.line - 1} to line ${this.#shortest.line}.`,
      };
    const noise = JITTER * mean + 4 * Number.EPSILON * Math.max(Math.abs(this.#first), Math.abs(this.#last));
    const [shortest, longest] = [mean - this.#shortest.step, this.#longest.step - mean];
    const isExact = shortest <= noise && longest <= noise;
    if (!isExact && Math.max(shortest, longest) > this.#resolution + noise) {
      const odd = shortest > longest ? this.#shortest : this.#longest;
      return {
        reason:
          `The times are not evenly spaced: the step to line ${odd.line} is ${Number(odd.step.toPrecision(6))}, ` +
          `the mean ${Number(mean.toPrecision(6))}. Upload a recording with gaps in parts, or with rows of empty ` +
          'cells.',
      };
    }
    if (this.#seconds === null && mean >= 1)
      return {
        rate: null,
        warning:
          'The time column has no unit, such as time (s) or time (ms), and its steps are not fractions, so the ' +
          'sampling rate is unknown.',
      };
    const seconds = (this.#seconds ?? 1) * mean;
    const doubt = (isExact ? noise : this.#resolution) / (mean * steps);
    if (doubt > MAX_DOUBT)
      return { rate: null, warning: 'The times are rounded too much to calculate a sampling rate from so few rows.' };
    const rate = simplest(1 / seconds, Math.max(doubt, SURE));
    return rate >= MIN_SAMPLING_RATE && rate <= MAX_SAMPLING_RATE
      ? { rate, warning: null }
      : {
          reason: `The times give ${rate} samples a second; ${BOUNDS} are supported.`,
        };
  }
}

/**
 * The number with the fewest digits within a relative distance of `share` from `value`: rounded times cannot
 * distinguish 360.008 from 360.
 */
function simplest(value: number, share: number): number {
  for (let digits = 1; digits < 15; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.abs(rounded - value) <= share * value) return rounded;
  }
  return value;
}
