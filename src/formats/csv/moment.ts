/** The cells of a time column: numbers, times of day, and dates with a time. */
import { isoFault } from '../../calendar/moment.ts';

const CLOCK = /^(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:[.,]\d+)?)$/;
const DATE_FIRST = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?)\s?(Z|[+-]\d\d:?\d\d|[+-]\d\d)?$/;
const DATE_LAST = /^\[(\d\d:\d\d:\d\d(?:\.\d{1,9})?) (\d\d)\/(\d\d)\/(\d{4})\]$/;

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
  const [, day, time = '', written] = first;
  const zone = written?.replace(/^([+-]\d\d):?(\d\d)?$/, (_, hours: string, minutes = '00') => `${hours}:${minutes}`);
  const date = `${day}T${time.replace(',', '.')}${zone ?? ''}`;
  if (isoFault(date) !== null) return null;
  return {
    wholeSeconds: Date.parse(`${day}T${time.replace(/[.,].*/, '')}${zone ?? 'Z'}`) / 1000,
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
