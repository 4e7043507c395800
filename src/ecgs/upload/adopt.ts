/** Gives an existing recording the uploaded files that it lacks, from an upload of the same content. */
import type { Connection } from 'mongoose';
import { inTransaction } from '../../database/transaction.ts';
import { ecgModel, type StoredEcg } from '../store/model.ts';
import { handOver, lacksOriginal, removeFiles } from '../store/originals.ts';
import { placeOf, publishedAt } from '../store/place.ts';

/**
 * Only if the upload has a single recording, so that its files belong to nothing else yet, and the same format.
 * @param copy the recording of the upload, which is not kept
 * @returns the recording as it is now
 * Errors: those of the database
 */
export async function adopt(database: Connection, ecg: StoredEcg, copy: StoredEcg): Promise<StoredEcg> {
  const { original } = copy;
  if (!original || copy.format !== ecg.format) return ecg;
  const isLost = await lacksOriginal(database, ecg);
  if (ecg.original && (!isLost || ecg.original.isShared)) return ecg;
  const before = { ...publishedAt(placeOf(ecg)), version: ecg.version };
  const adopted = await inTransaction(database, async (session) => {
    const change = {
      $set: { original: { ...original, isShared: false }, updatedAt: new Date() },
      $unset: { noOriginal: 1 },
      $inc: { version: 1 },
    } as const;
    const options = { session, returnDocument: 'after' } as const;
    const changed = await ecgModel(database).findOneAndUpdate(before, change, options).lean<StoredEcg>();
    if (changed) await handOver(database, copy._id, ecg._id, session);
    return changed;
  });
  // Nothing refers to the remains of the lost ones any more.
  if (adopted && ecg.original) await removeFiles(database, ecg.original);
  return adopted ?? ecg;
}
