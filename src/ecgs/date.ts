/** When a recording was made, as an instant. */
import { DateTime } from 'luxon';
import { Problem } from '../errors.ts';

/**
 * The instant of an ISO 8601 date or date-time; one without a zone is read in the clinic's.
 * Errors: `recording-invalid` for a date that does not exist.
 */
export function toInstant(text: string, clinicTimezone: string): Date {
  const instant = DateTime.fromISO(text, { zone: clinicTimezone });
  if (!instant.isValid) throw new Problem('recording-invalid', `date: "${text}" is no ISO 8601 date or date-time that exists.`);
  return instant.toJSDate();
}
