/** When a recording was made: as an instant, and as a filter. */
import type { ClinicZone } from '../calendar/clinic-zone.ts';
import { instant, withMicroseconds } from '../calendar/instant.ts';
import { UnreadableMoment } from '../calendar/moment.ts';
import { Problem } from '../errors.ts';
import { queryProblem } from '../http/validate.ts';
import type { EcgFilter, StoredEcg } from './store/model.ts';

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

/** When a recording was made, in UTC; null if that is unknown. */
export const dateText = ({ date, dateMicroseconds = 0 }: Pick<StoredEcg, 'date' | 'dateMicroseconds'>): string | null =>
  date === null ? null : withMicroseconds(date.toISOString(), dateMicroseconds);

interface Dates {
  dateFrom?: string | undefined;
  dateTo?: string | undefined;
}

/** The filter for the recordings of a period; null if none is given. Errors: `invalid-query`. */
export function datesOf(query: Dates, zone: ClinicZone): EcgFilter | null {
  if (query.dateFrom === undefined && query.dateTo === undefined) return null;
  const [from, to] = [bound('dateFrom', query, zone), bound('dateTo', query, zone)];
  if (from && to && from > to) throw queryProblem([{ path: '/dateTo', message: 'must not be before dateFrom' }]);
  return { date: { $ne: null, ...(from && { $gte: from }), ...(to && { $lt: to }) } };
}

function bound(name: keyof Dates, query: Dates, zone: ClinicZone): Date | null {
  const text = query[name];
  return text === undefined ? null : instantOfQuery(name, text, zone);
}

/** The instant of a query parameter. Errors: `invalid-query`. */
export function instantOfQuery(name: string, text: string, zone: ClinicZone): Date {
  try {
    return instant(text, zone);
  } catch (error) {
    if (!(error instanceof UnreadableMoment)) throw error;
    throw queryProblem([{ path: `/${name}`, message: error.message }]);
  }
}
