/**
 * What readers add to a published recording (annotations, comments) is written in one transaction with the recording's
 * document. So it conflicts with a removal of the recording, and with other such changes: the one of two that is
 * repeated sees the other. The version of the recording does not change: it counts changes of the recording itself.
 */
import type { ClientSession, Connection, UpdateQuery } from 'mongoose';
import { objectId } from '../../database/ids.ts';
import { inTransaction } from '../../database/transaction.ts';
import { notFound } from '../../errors.ts';
import { recordingsFor } from '../access.ts';
import { blockTableLeftOut, ecgModel, type StoredEcg } from './model.ts';

/** Changes the fields of the recording that describe what was added; a function of the recording as it was. */
export type Added = (update: UpdateQuery<StoredEcg>) => Promise<void>;

/**
 * Runs a change of what a user has added to a recording that they may change. It may run more than once.
 * @param change gets the recording as it was before, and a function that changes its fields
 * Errors: `not-found`, `too-busy`, and those of `change`; nothing is changed then.
 */
export function changingAsReader<T>(
  database: Connection,
  userId: string,
  id: string,
  change: (ecg: StoredEcg, session: ClientSession, add: Added) => Promise<T>,
): Promise<T> {
  const those = { $and: [recordingsFor(userId, 'change'), { _id: objectId(id) }] };
  return inTransaction(database, async (session) => {
    const ecg = await ecgModel(database)
      .findOneAndUpdate(those, { $inc: { readerRevision: 1 } }, { session, returnDocument: 'before' })
      .select(blockTableLeftOut)
      .lean<StoredEcg>();
    if (!ecg) throw notFound();
    return change(ecg, session, async (update) => {
      await ecgModel(database).updateOne(those, update, { session });
    });
  });
}
