/**
 * What the directory may know about recordings: whether any refer to a patient or study, and which of them are the
 * caller's own.
 */
import type { Connection } from 'mongoose';
import type { RecordingsPort } from '../directory/recordings.ts';
import type { References } from '../directory/references.ts';
import { recordingsFor } from './access.ts';
import { ecgModel, type StoredEcg } from './store/model.ts';
import type { EcgPatch } from './schema.ts';

/** Number of recordings shown with a study; `GET /ecgs?study=` lists the others. */
export const MAX_SHOWN = 20;

type Shown = Pick<StoredEcg, '_id' | 'externalId' | 'date' | 'format'>;

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
                input: { _id: '$_id', externalId: '$externalId', date: '$date', format: '$format' },
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
            date: ecg.date?.toISOString() ?? null,
            format: ecg.format,
          })),
        },
      ]),
    );
  },
});

/**
 * The references that a change names and that must exist; null if it names none. A study belongs to one patient:
 * changing the patient removes the recording from its study.
 */
export function namedReferences(
  ecg: Pick<StoredEcg, 'patient' | 'study'>,
  { patient, study }: EcgPatch,
): References | null {
  if (typeof study === 'string') return { patient: patient ?? null, study };
  if (patient === undefined) return null;
  return { patient, study: study === undefined && patient === ecg.patient ? ecg.study : null };
}
