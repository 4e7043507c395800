/** The cells of a time column: numbers, times of day, and dates with a time. */
import { isoFault } from '../../calendar/moment.ts';
import { dayOf } from './dates.ts';

const CLOCK = /^(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:[.,]\d+)?)$/;
const DATE_FIRST = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?)\s?(Z|[+-]\d\d:?\d\d|[+-]\d\d)?$/;
const DATE_LAST = /^\[(\d\d:\d\d:\d\d(?:\.\d{1,9})?) (\d\d)\/(\d\d)\/(\d{4})\]$/;
/** Hours from 1 to 12 with their half of the day, and milliseconds behind a colon. */
const HALF_DAY = /^(\d{1,2})(:\d{1,2}:\d{1,2}(?:[.,]\d+)?)\s?([ap])\.?m\.?$/i;
const COLON_MS = /^(\d{1,2}:\d\d:\d\d):(\d{3})$/;
/** Dates in other orders and with other signs: `05.03.2024 08:15:30`, `2024/03/05 08:15:30`, `3/15/2024 8:15:30 AM`. */
const OTHER_DATE = /^(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}),?[T ]\s*(\d{1,2}:.*)$/;

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
export const momentOf = (cell: string): Moment | null =>
  clockMoment(cell) ?? isoMoment(cell) ?? clockMoment(plainClock(cell)) ?? otherMoment(cell);

/** The day in a cell with a time of day, if it may be one of two, so that the moment has no date; otherwise null. */
export function doubtfulDay(cell: string): string | null {
  const [, day] = OTHER_DATE.exec(cell) ?? [];
  return day === undefined || dayOf(day) !== null ? null : day;
}

/** A time of day with hours to 23 and a decimal sign before the milliseconds. */
function plainClock(text: string): string {
  const [, hour, rest, half] = HALF_DAY.exec(text) ?? [];
  if (hour === undefined) return text.replace(COLON_MS, '$1.$2');
  // Noon and midnight are 12.
  return `${(Number(hour) % 12) + (half?.toLowerCase() === 'p' ? 12 : 0)}${rest}`;
}

function clockMoment(text: string): Moment | null {
  const [, hours = '0', minutes, seconds = ''] = CLOCK.exec(text) ?? [];
  if (minutes === undefined) return null;
  return {
    wholeSeconds: Number(hours) * 3600 + Number(minutes) * 60 + Number.parseInt(seconds, 10),
    fraction: fractionOf(seconds),
    resolution: resolutionOf(seconds),
    date: null,
  };
}

function isoMoment(cell: string): Moment | null {
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

function otherMoment(cell: string): Moment | null {
  const [, written, rest] = OTHER_DATE.exec(cell) ?? [];
  if (written === undefined || rest === undefined) return null;
  const clock = plainClock(rest).replace(/^\d:/, '0$&');
  const day = dayOf(written);
  return day === null ? clockMoment(clock) : isoMoment(`${day}T${clock}`);
}

const fractionOf = (text: string): number => Number(`0${/[.,]\d*$/.exec(text)?.[0].replace(',', '.') ?? ''}`);

/** Value of the last decimal place as written: 0.001 for `1.250`. */
export function resolutionOf(text: string): number {
  const point = text.search(/[.,]/);
  return point === -1 ? 1 : 10 ** (point + 1 - text.length);
}
