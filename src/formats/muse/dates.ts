/** Dates and times of GE MUSE: the month comes first, and there is no zone. */
import { isoFault } from '../../calendar/moment.ts';

const MONTH_FIRST = /^(\d{1,2})[-/](\d{1,2})[-/](\d{4})$/;
const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/;

/** ISO 8601 of `MM-DD-YYYY`; null for a date that does not exist: day and month are never exchanged. */
export function isoDay(text: string): string | null {
  const [, month = '', day = '', year = ''] = MONTH_FIRST.exec(text) ?? [];
  const iso = year === '' ? text : `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return iso.length === 10 && isoFault(iso) === null ? iso : null;
}

/** ISO 8601 of a date and a time, which may be missing; null if one of them does not exist. */
export function isoDateTime(date: string, time: string): string | null {
  const day = isoDay(date);
  if (day === null || time === '') return day;
  const [, hour = '', minute = '', second = '00'] = CLOCK.exec(time) ?? [];
  const moment = `${day}T${hour.padStart(2, '0')}:${minute}:${second}`;
  return isoFault(moment) === null ? moment : null;
}
