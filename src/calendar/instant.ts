/**
 * The instant that an ISO 8601 text means: the one reading of dates that are sent, in the directory and of recordings.
 * Pure.
 */
import type { ClinicZone } from './clinic-zone.ts';
import { readIso, UnreadableMoment } from './moment.ts';

/**
 * One without a zone is read in the clinic's; a date alone is the beginning of that day.
 * @throws UnreadableMoment for what `readIso` does not read, a time that the clinic's clocks skipped or showed twice, and
 * where the year in UTC has not four digits: no `date-time` of RFC 3339 could say it
 */
export function instant(text: string, zone: ClinicZone): Date {
  const { at } = zone.moment(readIso(text), 'start');
  if (at.getUTCFullYear() < 0 || at.getUTCFullYear() > 9999)
    throw new UnreadableMoment('is outside the years 0000 to 9999 (UTC)');
  return at;
}
