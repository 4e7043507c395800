/** Dates as devices write them above a table. Those that can mean two days are not read. */
import { isoFault } from '../../calendar/moment.ts';
import { bareEnd } from './cells.ts';
import { monthOf, plainWord } from './words.ts';

const CLOCK =
  /(?:^|[T\s])(?:at |um |a las |a |as )?(\d{1,2})[:h](\d{1,2})(?::(\d{1,2}(?:[.,]\d{1,9})?))?(?:\s*([ap])\.?m\.?)?/i;
const ZONE = /(?:\s|\d|^)(?:utc|gmt)?\s?(Z|[+-]\d{1,2}(?::?\d\d)?)$/i;
const YEAR_FIRST = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$/;
const YEAR_LAST = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})$/;
const WITH_MONTH = [
  // 5 March 2024, 5. März 2024, 5 de marzo de 2024, 05-Mar-2024
  /^(?<day>\d{1,2})(?:\.|º|er)?[\s-]+(?:de\s+)?(?<month>\p{L}{3,})\.?[\s-]+(?:de\s+)?(?<year>\d{4})$/u,
  // March 5, 2024
  /^(?<month>\p{L}{3,})\.?\s+(?<day>\d{1,2}),?\s+(?<year>\d{4})$/u,
];

/** The order of the parts of a date: which of day and month comes first. */
export type DayOrder = 'day-first' | 'month-first' | null;

/** The order in a pattern such as `M/d/yyyy`; null if it has none. */
export function dayOrderOf(pattern: string): DayOrder {
  const month = pattern.search(/m/i);
  const day = pattern.search(/[dtj]/i);
  if (month === -1 || day === -1) return null;
  return day < month ? 'day-first' : 'month-first';
}

/** A day as `2024-03-05`; null if the text is none, or may be one of two. */
export function dayOf(text: string, order: DayOrder = null): string | null {
  const plain = text.trim();
  const first = YEAR_FIRST.exec(plain);
  if (first) return existing(first[1], first[3], first[4]);
  const last = YEAR_LAST.exec(plain);
  if (last) return dayBeforeYear(last, order);
  for (const form of WITH_MONTH) {
    const { day, month, year } = form.exec(plain)?.groups ?? {};
    const number = month === undefined ? null : monthOf(month);
    if (number !== null) return existing(year, String(number), day);
  }
  return null;
}

/** Day and month before the year: dots and a number above 12 tell them apart. */
function dayBeforeYear([, a, sign, b, year]: RegExpExecArray, order: DayOrder): string | null {
  if (Number(a) > 12 || sign === '.') return existing(year, b, a);
  if (Number(b) > 12) return existing(year, a, b);
  if (a === b) return existing(year, a, b);
  if (order === null) return null;
  return order === 'day-first' ? existing(year, b, a) : existing(year, a, b);
}

function existing(year = '', month = '', day = ''): string | null {
  const text = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isoFault(text) === null ? text : null;
}

/** A time of day as `08:15:30.5`; null if the text is none. */
export function clockOf(text: string): string | null {
  const [, hour = '', minute = '', second = '0', half] = CLOCK.exec(text.trim()) ?? [];
  if (hour === '') return null;
  const of12 = half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  const [whole = '', fraction = ''] = second.split(/[.,]/);
  const digits = fraction.replace(/0+$/, '');
  const clock = `${String(of12).padStart(2, '0')}:${minute.padStart(2, '0')}:${whole.padStart(2, '0')}`;
  const full = digits === '' ? clock : `${clock}.${digits}`;
  return isoFault(`2000-01-01T${full}`) === null ? full : null;
}

/** A zone as `+01:00` or `Z`; null if the text has none. */
export function zoneOf(text: string): string | null {
  const zone = ZONE.exec(text.trim())?.[1];
  if (zone === undefined) return /^(?:utc|gmt)$/.test(plainWord(text)) ? 'Z' : null;
  if (zone.toUpperCase() === 'Z') return 'Z';
  const [, sign = '', hours = '', minutes = '00'] = /^([+-])(\d{1,2}?):?(\d\d)?$/.exec(zone) ?? [];
  const found = `${sign}${hours.padStart(2, '0')}:${minutes}`;
  return isoFault(`2000-01-01T00:00:00${found}`) === null ? found : null;
}

/** What a text says of a moment. */
export interface Written {
  day: string | null;
  clock: string | null;
  zone: string | null;
}

/** A date with a time, and perhaps a zone; null if it has no readable day. */
export function writtenMoment(text: string, order: DayOrder = null): Written | null {
  const plain = text.trim();
  const at = CLOCK.exec(plain);
  const day = dayOf(bareEnd(at === null ? plain : plain.slice(0, at.index)), order);
  if (day === null) return null;
  if (at === null) return { day, clock: null, zone: null };
  const clock = clockOf(at[0]);
  const rest = plain.slice(at.index + at[0].length).trim();
  return clock === null || (rest !== '' && zoneOf(rest) === null) ? null : { day, clock, zone: zoneOf(rest) };
}

const DAY_MS = 86_400_000;
/** Day 0 of spreadsheets. */
const DAY_ZERO = Date.UTC(1899, 11, 30);
/** The first day after their wrong leap day of 1900, and the last day with a year of four digits. */
const [FIRST_SERIAL, LAST_SERIAL] = [61, 2_958_465];

/** The moment of a spreadsheet's day number, to the millisecond; null if it is none. */
export function serialMoment(text: string): Written | null {
  const serial = /^\d+(?:\.\d+)?(?:e\+?\d{1,3})?$/i.test(text) ? Number(text) : NaN;
  if (!(serial >= FIRST_SERIAL && serial < LAST_SERIAL)) return null;
  const [day = '', clock = ''] = new Date(DAY_ZERO + Math.round(serial * DAY_MS)).toISOString().slice(0, -1).split('T');
  return { day, clock: clock.replace('.000', ''), zone: null };
}

/** Whether a cell is a date in digits, without a time. */
export const isDay = (cell: string): boolean => YEAR_FIRST.test(cell) || YEAR_LAST.test(cell);
