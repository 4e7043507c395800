/** Days and instants: today in the clinic, the age of a person, and the instants in fields. */
import { DateTime } from 'luxon';
import type { ClinicZone } from '../calendar/clinic-zone.ts';
import { instant } from '../calendar/instant.ts';
import { UnreadableMoment } from '../calendar/moment.ts';
import type { FieldError } from '../errors.ts';
import { fieldProblem } from '../http/validate.ts';

/** The earliest accepted date of birth; an earlier one is a typing error. */
export const EARLIEST_BIRTH = '1800-01-01';

/** The current day in the clinic's time zone, `2026-11-21`. */
export const today = ({ name }: ClinicZone, now = new Date()): string =>
  DateTime.fromJSDate(now, { zone: name }).toFormat('yyyy-MM-dd');

/** Completed years between two days. */
export function yearsBetween(from: string, to: string): number {
  const years = Number(to.slice(0, 4)) - Number(from.slice(0, 4));
  return to.slice(5) < from.slice(5) ? years - 1 : years;
}

/** Fields as instants, only those that are present, and the errors in their texts. */
export function instants<Field extends string>(
  said: Record<Field, string | null | undefined>,
  zone: ClinicZone,
): { read: Partial<Record<Field, Date | null>>; faults: FieldError[] } {
  const read: Partial<Record<Field, Date | null>> = {};
  const faults: FieldError[] = [];
  for (const [field, text] of Object.entries(said) as [Field, string | null | undefined][]) {
    try {
      if (text !== undefined) read[field] = text === null ? null : instant(text, zone);
    } catch (error) {
      if (!(error instanceof UnreadableMoment)) throw error;
      faults.push({ path: `/${field}`, message: error.message });
    }
  }
  return { read, faults };
}

/** Contradictions between the days of birth and death. */
export function lifeFaults(
  { birthDate, deathDate }: { birthDate: string | null; deathDate: string | null },
  now: string,
): FieldError[] {
  const faults: FieldError[] = [];
  if (birthDate !== null && birthDate > now) faults.push({ path: '/birthDate', message: 'is in the future' });
  if (birthDate !== null && birthDate < EARLIEST_BIRTH)
    faults.push({ path: '/birthDate', message: `is before ${EARLIEST_BIRTH}` });
  if (deathDate !== null && deathDate > now) faults.push({ path: '/deathDate', message: 'is in the future' });
  if (deathDate !== null && birthDate !== null && deathDate < birthDate)
    faults.push({ path: '/deathDate', message: 'is before birthDate' });
  return faults;
}

/** Contradictions between a beginning and an end, for days and for instants. */
export const orderFaults = <Time extends string | Date>(start: Time | null, stop: Time | null): FieldError[] =>
  start !== null && stop !== null && stop < start ? [{ path: '/stop', message: 'is before start' }] : [];

/** Errors: `validation-failed` if there are faults. */
export function assertNone(faults: readonly FieldError[]): void {
  if (faults.length > 0) throw fieldProblem(faults);
}
