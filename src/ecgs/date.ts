/** When a recording was made, as an instant. */
import { DateTime } from 'luxon';
import { Problem } from '../errors.ts';

/**
 * The instant of an ISO 8601 date or date-time; one without a zone is read in the clinic's.
 * @returns null for a date that does not exist, and where the year in UTC has not four digits: no `date-time` of RFC 3339 could say it
 */
export function instantOf(text: string, clinicTimezone: string): Date | null {
  const instant = DateTime.fromISO(text, { zone: clinicTimezone }).toUTC();
  return instant.isValid && instant.year >= 0 && instant.year <= 9999 ? instant.toJSDate() : null;
}

/** The instant of an upload's date. Errors: `recording-invalid`. */
export function toInstant(text: string, clinicTimezone: string): Date {
  const instant = instantOf(text, clinicTimezone);
  if (instant === null) throw new Problem('recording-invalid', `date: "${text}" is no ISO 8601 date or date-time that exists, in the years 0000 to 9999 of UTC.`);
  return instant;
}
