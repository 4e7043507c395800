/**
 * Recordings and the directory: what it may know about recordings (whether any refer to a patient or study, and which
 * of them are the caller's own), and to what a change attaches a recording.
 */
import type { ClientSession, Connection } from 'mongoose';
import type { RecordingsPort } from '../directory/recordings.ts';
import { type References, withReferences } from '../directory/references.ts';
import { Problem } from '../errors.ts';
import { recordingsFor } from './access.ts';
import { dateText } from './date.ts';
import { ecgModel, type StoredEcg } from './store/model.ts';
import type { EcgPatch } from './schema.ts';

/** Number of recordings shown with a study; `GET /ecgs?study=` lists the others. */
export const MAX_SHOWN = 20;

type Shown = Pick<StoredEcg, '_id' | 'externalId' | 'date' | 'dateMicroseconds' | 'format'>;

export const recordingsPort = (database: Connection): RecordingsPort => ({
  async referring(to, userId, session) {
    const ecgs = ecgModel(database);
    const any = (await ecgs.exists(to).session(session)) !== null;
    return {
      any,
      own: any ? await ecgs.countDocuments({ ...to, ...recordingsFor(userId, 'own') }).session(session) : 0,
    };
  },

  async attached(userId, studies) {
    const groups = await ecgModel(database)
      .aggregate<{ _id: string; count: number; items: Shown[] }>([
        { $match: { ...recordingsFor(userId, 'list'), study: { $in: [...studies] } } },
        { $sort: { study: 1, _id: -1 } },
        {
          $group: {
            _id: '$study',
            count: { $sum: 1 },
            items: {
              $firstN: {
                n: MAX_SHOWN,
                input: {
                  _id: '$_id',
                  externalId: '$externalId',
                  date: '$date',
                  dateMicroseconds: '$dateMicroseconds',
                  format: '$format',
                },
              },
            },
          },
        },
      ])
      .hint('study');
    return new Map(
      groups.map(({ _id, count, items }) => [
        _id,
        {
          count,
          items: items.map((ecg) => ({
            id: ecg._id.toHexString(),
            externalId: ecg.externalId,
            date: dateText(ecg),
            format: ecg.format,
          })),
        },
      ]),
    );
  },
});

type Attached = Pick<StoredEcg, 'patient' | 'study'>;

/**
 * Runs `change` with the references that a patch names, which exist; without any it gets none. A study belongs to one
 * patient, so changing the patient removes the recording from its study. `change` may run more than once.
 * Errors: `reference-unknown`, `other-patient`, and those of `change`.
 */
export function withNamedReferences<T>(
  database: Connection,
  ecg: Attached,
  patch: EcgPatch,
  change: (references: Partial<References>, session?: ClientSession) => Promise<T>,
): Promise<T> {
  const named = namedReferences(ecg, patch);
  if (named === null) return change({});
  return withReferences(database, named, async (references, session) => {
    if (named.patient === null) assertSamePatient(ecg, references);
    return change(references, session);
  });
}

/** The references that must exist; null if the patch names none. */
function namedReferences(ecg: Attached, { patient, study }: EcgPatch): References | null {
  if (typeof study === 'string') return { patient: patient ?? null, study };
  if (patient === undefined) return null;
  return { patient, study: study === undefined && patient === ecg.patient ? ecg.study : null };
}

/** A recording is moved to another patient only by a request that names that patient. */
function assertSamePatient({ patient: before }: Attached, { patient, study }: References): void {
  if (study === null || before === null || before === patient) return;
  throw new Problem(
    'other-patient',
    `The recording belongs to the patient ${before}, and the study to the patient ${patient}. If you mean to move ` +
      `the recording, name this patient with the study: "patient": "${patient}".`,
    { errors: [{ path: '/study', message: 'belongs to another patient than the recording' }] },
  );
}
