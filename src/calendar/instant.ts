/**
 * Parses an ISO 8601 text to an instant. Used for all dates that clients send, in the directory and with recordings.
 * Pure.
 */
import type { ClinicZone } from './clinic-zone.ts';
import { readIso, UnreadableMoment } from './moment.ts';

/**
 * A text without a zone is read in the clinic's time zone; a date without a time is the beginning of that day.
 * @throws UnreadableMoment for text that `readIso` refuses, for a time that the clinic's clocks skipped or showed
 * twice, and if the year in UTC does not have four digits, since RFC 3339 has no `date-time` for it
 */
export function instant(text: string, zone: ClinicZone): Date {
  const { at } = zone.moment(readIso(text), 'start');
  if (at.getUTCFullYear() < 0 || at.getUTCFullYear() > 9999)
    throw new UnreadableMoment('is outside the years 0000 to 9999 (UTC)');
  return at;
}
