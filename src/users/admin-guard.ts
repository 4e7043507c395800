/**
 * Ensures that there is always an active admin, even if two of them demote each other at the same time. That is a rule
 * over several documents, and two changes may each keep it and still break it together. So every change of an existing
 * user by an admin is a transaction that also writes one shared document: overlapping changes conflict there, and the
 * later one is repeated and sees the earlier one. Documents are only changed with update operators, since the state of
 * mongoose documents would survive a repetition.
 */
import type { ClientSession, Connection } from 'mongoose';
import { inTransaction } from '../database/transaction.ts';
import { Problem } from '../errors.ts';
import { guardCollection, GUARDS, userModel } from './model.ts';

/** The collection and the document, which a migration creates. */
export const ADMIN_GUARD = 'admins';

/**
 * Runs the change in turn with others of its kind, and rolls it back if no active admin is left. It may run more than
 * once. Errors: `last-admin`, and those of the change.
 */
export function underAdminGuard<T>(database: Connection, change: (session: ClientSession) => Promise<T>): Promise<T> {
  return inTransaction(database, async (session) => {
    const guard = await guardCollection(database).updateOne(
      { _id: ADMIN_GUARD },
      { $inc: { changes: 1 } },
      { session },
    );
    if (guard.matchedCount !== 1)
      throw new Error(
        `The document "${ADMIN_GUARD}" of the collection "${GUARDS}" is missing: the database has not been migrated.`,
      );
    const result = await change(session);
    const left = await userModel(database).exists({ role: 'admin', isActive: true }).session(session);
    if (!left) throw new Problem('last-admin', 'Make another user an active admin first.');
    return result;
  });
}
