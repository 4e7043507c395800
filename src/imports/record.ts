/** Changes of an import's state that are audited. Each is one transaction with its audit event. */
import type { Connection, QueryFilter, UpdateQuery } from 'mongoose';
import { audit } from '../audit/audit.ts';
import type { AuditAction } from '../audit/model.ts';
import { type Along, inTransaction } from '../database/transaction.ts';
import { importModel, type ObjectId, type StoredImport } from './model.ts';

/** What is done to the import. `create`: its file is complete, and it is queued. */
type Deed = Extract<AuditAction, 'create' | 'cancel' | 'complete' | 'fail'>;

/**
 * Changes the import that the filter finds. Returns the changed import; null if there is none.
 * @param by who does it; the importer for what a worker does
 * @param along only if there is one
 * Errors: those of `along`, and those of the database, after which the outcome may be unknown.
 */
export async function changeState(
  database: Connection,
  deed: Deed,
  by: ObjectId,
  filter: QueryFilter<StoredImport>,
  change: UpdateQuery<StoredImport>,
  along: Along<StoredImport> = async () => undefined,
): Promise<StoredImport | null> {
  return inTransaction(database, async (session) => {
    const options = { session, returnDocument: 'after' } as const;
    const changed = await importModel(database).findOneAndUpdate(filter, change, options).lean();
    if (changed) {
      await audit(database, session, { by, action: deed, resource: 'import', id: changed._id, patient: null });
      await along(changed, session);
    }
    return changed;
  });
}
