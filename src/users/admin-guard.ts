/**
 * There is always one active admin, also when two of them demote each other in the same instant.
 *
 * That is a rule over several documents, and each of two changes may leave it whole while both together break it. So every change of an
 * existing user by an admin is a transaction that also writes one shared document: two that overlap conflict there, the later one is repeated
 * by the driver and sees what the earlier one did. Documents are changed by update operators only, never by mongoose documents whose
 * state in memory would survive a repetition.
 */
import type { ClientSession, Connection } from 'mongoose';
import { inTransaction } from '../database/transaction.ts';
import { Problem } from '../errors.ts';
import { guardCollection, GUARDS, userModel } from './model.ts';

/** The document that the migrations make. */
export const ADMIN_GUARD = 'admins';

/** Runs the change alone among its kind and undoes it if no active admin is left. It may run more than once. Errors: `last-admin`, and what the change throws. */
export function underAdminGuard<T>(database: Connection, change: (session: ClientSession) => Promise<T>): Promise<T> {
  return inTransaction(database, async (session) => {
    const guard = await guardCollection(database).updateOne(
      { _id: ADMIN_GUARD },
      { $inc: { changes: 1 } },
      { session },
    );
    if (guard.matchedCount !== 1)
      throw new Error(
        `The document "${ADMIN_GUARD}" of the collection "${GUARDS}" is missing: the database is not migrated.`,
      );
    const result = await change(session);
    const left = await userModel(database).exists({ role: 'admin', isActive: true }).session(session);
    if (!left) throw new Problem('last-admin', 'Make another user an active admin first.');
    return result;
  });
}
