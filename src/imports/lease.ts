/**
 * Leases and fences of imports. The lease keeps two workers from doing the same work. The fence in the import's
 * document keeps a worker that has lost the lease without knowing it from committing: every commit checks it in its own
 * transaction.
 */
import { type ClientSession, type Connection, type mongo, Types } from 'mongoose';
import { isDuplicateKey } from '../database/duplicate-key.ts';
import { importModel, leaseCollection, type ObjectId, type StoredImport } from './model.ts';

export interface Lease {
  importId: ObjectId;
  holder: ObjectId;
}

/**
 * Takes the lease if nobody holds it. Times are those of the database, so that the clocks of instances need not agree.
 */
export async function takeLease(database: Connection, importId: ObjectId, leaseMs: number): Promise<Lease | null> {
  const holder = new Types.ObjectId();
  // A missing time of expiry counts as past, so that the first one creates the document.
  const isFree = { $lt: ['$expiresAt', '$$NOW'] };
  const take = [
    {
      $set: {
        holder: { $cond: [isFree, holder, '$holder'] },
        expiresAt: { $cond: [isFree, { $add: ['$$NOW', leaseMs] }, '$expiresAt'] },
      },
    },
  ];
  try {
    const lease = await leaseCollection(database).findOneAndUpdate({ _id: importId }, take, {
      upsert: true,
      returnDocument: 'after',
    });
    return lease?.holder.equals(holder) ? { importId, holder } : null;
  } catch (error) {
    // Two created the document at the same time.
    if (isDuplicateKey(error)) return null;
    throw error;
  }
}

/** Returns false if somebody else has the lease. */
export async function renewLease(database: Connection, { importId, holder }: Lease, leaseMs: number): Promise<boolean> {
  const { matchedCount } = await leaseCollection(database).updateOne({ _id: importId, holder }, [
    { $set: { expiresAt: { $add: ['$$NOW', leaseMs] } } },
  ]);
  return matchedCount === 1;
}

export async function releaseLease(database: Connection, { importId, holder }: Lease): Promise<void> {
  await leaseCollection(database).deleteOne({ _id: importId, holder });
}

/** The ids of those imports that somebody is working on. */
export async function leased(database: Connection, ids: readonly ObjectId[]): Promise<Set<string>> {
  const rows = await leaseCollection(database)
    .find({ _id: { $in: [...ids] }, $expr: { $gte: ['$expiresAt', '$$NOW'] } }, { projection: { _id: 1 } })
    .toArray();
  return new Set(rows.map(({ _id }) => _id.toHexString()));
}

/**
 * Makes the worker that holds the lease the only one that can commit. Null if another worker has done so since `seen`
 * was read, or the import has ended.
 * @param session the session in which this worker will commit
 */
export async function raiseFence(
  database: Connection,
  seen: StoredImport,
  session: ClientSession,
): Promise<StoredImport | null> {
  if (seen.session) await endTransactions(database, seen.session);
  const now = new Date();
  return importModel(database)
    .findOneAndUpdate(
      { _id: seen._id, fence: seen.fence, state: { $in: ['queued', 'running'] } },
      {
        $set: {
          state: 'running',
          session: session.id?.id ?? null,
          startedAt: seen.startedAt ?? now,
          updatedAt: now,
          run: { startedAt: now, bytes: seen.bytes.done, rows: seen.rows.total },
        },
        $inc: { fence: 1, attempts: 1, version: 1 },
      },
      { returnDocument: 'after' },
    )
    .lean();
}

/**
 * The open transaction of a dead worker would lock its rows for up to a minute. That of a paused worker is ended too;
 * the worker will find itself fenced off.
 */
export async function endTransactions(database: Connection, session: mongo.Binary): Promise<void> {
  await database
    .getClient()
    .db()
    .admin()
    .command({ killSessions: [{ id: session }] });
}
