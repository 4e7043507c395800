/**
 * When the first sample was taken: date and time of the header, and the fraction of a second that EDF+ stores in the
 * annotations.
 */
import { isoFault } from '../../calendar/moment.ts';
import { later } from '../common/moments.ts';
import { existing } from './identification.ts';

/** Two-digit years from here on belong to the 20th century (EDF specification). */
const CENTURY_BREAK = 85;
/** The years that two digits can express. */
export const FIRST_YEAR = 1900 + CENTURY_BREAK;
export const LAST_YEAR = 1999 + CENTURY_BREAK;
/** Date in the header of EDF+ files that hide the day. */
export const HIDDEN_DATE = '01.01.85';
const TRIPLE = /^(\d\d)[.:/-](\d\d)[.:/-](\d\d)$/;

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
  const start = `${date}T${(TRIPLE.exec(timeText) ?? []).slice(1).join(':')}`;
  return isoFault(start) === null ? later(start, offset) : null;
}

/** Whether the header names another day than the full date; years have two digits there. */
export function contradicts(dateText: string, fullDate: string): boolean {
  const [day, month, year] = triple(dateText);
  const [fullYear = NaN, fullMonth, fullDay] = fullDate.split('-').map(Number);
  return year !== undefined && (day !== fullDay || month !== fullMonth || year !== fullYear % 100);
}

const triple = (text: string): number[] => (TRIPLE.exec(text) ?? []).slice(1).map(Number);
