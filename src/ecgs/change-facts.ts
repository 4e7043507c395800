/** Changes of date and id by `PATCH /ecgs/{id}`: only what the file left open. */
import type { ClinicZone } from '../calendar/clinic-zone.ts';
import { instant, microsecondsIn } from '../calendar/instant.ts';
import { UnreadableMoment } from '../calendar/moment.ts';
import { isDuplicateKey } from '../database/duplicate-key.ts';
import { Problem } from '../errors.ts';
import { fieldProblem } from '../http/validate.ts';
import { dateText } from './date.ts';
import type { EcgPatch } from './schema.ts';
import type { OpenFact, StoredEcg } from './store/model.ts';
import { apartWith, openFacts } from './store/open-facts.ts';

type Facts = Partial<Pick<StoredEcg, 'date' | 'dateMicroseconds' | 'externalId' | 'apart'>>;

/**
 * The fields to store. The digest stays that of the file, so that the same file is recognised again.
 * Errors: `already-known`; `validation-failed` for a time that the clinic's clocks skipped or showed twice
 */
export function changedFacts(ecg: StoredEcg, { date, externalId }: EcgPatch, zone: ClinicZone): Facts {
  const changed: Facts = {};
  if (date !== undefined) {
    assertOpen(ecg, 'date', dateText(ecg));
    changed.date = date === null ? null : instantOf(date, zone);
    changed.dateMicroseconds = date === null ? 0 : microsecondsIn(date);
  }
  if (externalId !== undefined) {
    assertOpen(ecg, 'externalId', ecg.externalId);
    changed.externalId = externalId;
    changed.apart = apartWith(ecg, externalId);
  }
  return changed;
}

function assertOpen(ecg: StoredEcg, fact: OpenFact, stated: string | null | undefined): void {
  if (openFacts(ecg).includes(fact)) return;
  throw new Problem(
    'already-known',
    `The file states ${fact} (${stated}). What the file states cannot be changed; leave out ${fact}.`,
  );
}

function instantOf(text: string, zone: ClinicZone): Date {
  try {
    return instant(text, zone);
  } catch (error) {
    if (!(error instanceof UnreadableMoment)) throw error;
    throw fieldProblem([{ path: '/date', message: `"${text}" ${error.message}` }]);
  }
}

/**
 * Explains that another recording of the user has the new id, or is the same without one. Any other error is returned.
 */
export function takenBy(error: unknown, { externalId }: EcgPatch): unknown {
  if (!isDuplicateKey(error) || externalId === undefined) return error;
  const cause = { cause: error };
  return externalId === null
    ? new Problem('content-exists', 'Another recording of yours with the same content has no id either.', cause)
    : new Problem(
        'external-id-taken',
        `You have another recording with the id "${externalId}". Give this one another id.`,
        cause,
      );
}
