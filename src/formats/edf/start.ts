/**
 * When the first sample was taken: date and time of the header, and the fraction of a second that EDF+ stores in the
 * annotations.
 */
import { existing } from './identification.ts';

/** Two-digit years from here on belong to the 20th century (EDF specification). */
const CENTURY_BREAK = 85;
/** The years that two digits can express. */
export const FIRST_YEAR = 1900 + CENTURY_BREAK;
export const LAST_YEAR = 1999 + CENTURY_BREAK;
/** Date in the header of EDF+ files that hide the day. */
export const HIDDEN_DATE = '01.01.85';
const TRIPLE = /^(\d\d)[.:/-](\d\d)[.:/-](\d\d)$/;
/** Decimal places of a second that are kept. */
const FRACTION = 9;

/**
 * Start as ISO 8601 without a zone; null if date or time are invalid.
 * @param dateText `dd.mm.yy`
 * @param timeText `hh.mm.ss`
 * @param fullDate the date with a four-digit year, if the file has it; it takes precedence
 * @param offset seconds from there to the first sample
 */
export function startOf(dateText: string, timeText: string, fullDate: string | null, offset: number): string | null {
  const [day = NaN, month = NaN, year = NaN] = triple(dateText);
  const date = fullDate ?? existing(year + (year >= CENTURY_BREAK ? 1900 : 2000), month, day);
  const [hour = NaN, minute = NaN, second = NaN] = triple(timeText);
  if (date === null || !(hour < 24 && minute < 60 && second < 60)) return null;
  const rounded = Number(offset.toFixed(FRACTION));
  const seconds = Math.floor(rounded);
  const start = new Date(Date.parse(`${date}T00:00:00Z`) + 1000 * (hour * 3600 + minute * 60 + second + seconds));
  if (!(start.getUTCFullYear() >= 0 && start.getUTCFullYear() <= 9999)) return null;
  const fraction = (rounded - seconds)
    .toFixed(FRACTION)
    .replace(/\.?0+$/, '')
    .slice(1);
  return `${start.toISOString().slice(0, 19)}${fraction}`;
}

/** Whether the header names another day than the full date; years have two digits there. */
export function contradicts(dateText: string, fullDate: string): boolean {
  const [day, month, year] = triple(dateText);
  const [fullYear = NaN, fullMonth, fullDay] = fullDate.split('-').map(Number);
  return year !== undefined && (day !== fullDay || month !== fullMonth || year !== fullYear % 100);
}

const triple = (text: string): number[] => (TRIPLE.exec(text) ?? []).slice(1).map(Number);
