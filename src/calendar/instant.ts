/**
 * The instant that an ISO 8601 text means: the one reading of dates that are sent, in the directory and of recordings.
 * Pure.
 */
import { DateTime } from 'luxon';
import { clinicZone } from './clinic-zone.ts';
import { UnreadableMoment } from './moment.ts';

/**
 * One without a zone is read in the clinic's; a date alone is the beginning of that day.
 * @throws UnreadableMoment for a time that the clinic's clocks skipped or showed twice, and where the year in UTC has
 * not four digits: no `date-time` of RFC 3339 could say it
 */
export function instant(text: string, clinicTimezone: string): Date {
  const written = DateTime.fromISO(text, { zone: 'UTC' });
  if (!written.isValid) throw new UnreadableMoment('is no ISO 8601 date or date-time that exists');
  const isAlone = !text.includes('T');
  const hasOffset = /T.*(?:Z|[+-]\d{2}:?\d{2})$/.test(text);
  const time = isAlone ? null : written.diff(written.startOf('day')).toMillis();
  const at = hasOffset
    ? written.toJSDate()
    : clinicZone(clinicTimezone).moment({ date: text.slice(0, 10), time, offset: null }, 'start').at;
  if (at.getUTCFullYear() < 0 || at.getUTCFullYear() > 9999)
    throw new UnreadableMoment('lies outside the years 0000 to 9999 of UTC');
  return at;
}
