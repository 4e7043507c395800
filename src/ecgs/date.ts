/** When a recording was made, as an instant. */
import type { ClinicZone } from '../calendar/clinic-zone.ts';
import { instant } from '../calendar/instant.ts';
import { UnreadableMoment } from '../calendar/moment.ts';
import { Problem } from '../errors.ts';

/** The instant of an upload's date, or of its file's. Errors: `recording-invalid`, with what settles it. */
export function toInstant(text: string, zone: ClinicZone): Date {
  try {
    return instant(text, zone);
  } catch (error) {
    if (!(error instanceof UnreadableMoment)) throw error;
    throw new Problem(
      'recording-invalid',
      `date: "${text}" ${error.message}. Give the correct date in the field date, with its offset from UTC. ` +
        'With a file, date is a form field or query parameter and replaces the date of the file.',
      { cause: error },
    );
  }
}
