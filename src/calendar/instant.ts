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

const FRACTION = /\.\d{3}(\d{1,3})/;

/** The microseconds in a written time beyond its milliseconds, 0 to 999: a `Date` has none. */
export const microsecondsIn = (text: string): number => Number((FRACTION.exec(text)?.[1] ?? '').padEnd(3, '0'));

/** ISO 8601, with milliseconds, or with six decimals if there are microseconds. @param iso with three decimals */
export const withMicroseconds = (iso: string, microseconds: number): string =>
  microseconds === 0 ? iso : iso.replace(/\.\d{3}/, (fraction) => fraction + String(microseconds).padStart(3, '0'));
