/**
 * Who works on an import. The lease keeps two workers from doing the same work; the fence in the import's document keeps the one who has lost the lease, and
 * may not know it, from committing anything: every commit checks it in its own transaction.
 */
import { type ClientSession, type Connection, type mongo, Types } from 'mongoose';
import { isDuplicateKey } from '../database/duplicate-key.ts';
import { importModel, leaseCollection, type ObjectId, type StoredImport } from './model.ts';

export interface Lease {
  importId: ObjectId;
  holder: ObjectId;
}

/** Takes the lease if nobody has it. Times are the database's, so that clocks of instances need not agree. */
export async function takeLease(database: Connection, importId: ObjectId, leaseMs: number): Promise<Lease | null> {
  const holder = new Types.ObjectId();
  // A missing time of expiry counts as past, so that the first one makes the document.
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
    // Two made the document in the same moment.
    if (isDuplicateKey(error)) return null;
    throw error;
  }
}

/** False when the lease has gone to somebody else. */
export async function renewLease(database: Connection, { importId, holder }: Lease, leaseMs: number): Promise<boolean> {
  const { matchedCount } = await leaseCollection(database).updateOne({ _id: importId, holder }, [
    { $set: { expiresAt: { $add: ['$$NOW', leaseMs] } } },
  ]);
  return matchedCount === 1;
}

export async function releaseLease(database: Connection, { importId, holder }: Lease): Promise<void> {
  await leaseCollection(database).deleteOne({ _id: importId, holder });
}

/** Those of the imports that somebody works on. */
export async function leased(database: Connection, ids: readonly ObjectId[]): Promise<Set<string>> {
  const rows = await leaseCollection(database)
    .find({ _id: { $in: [...ids] }, $expr: { $gte: ['$expiresAt', '$$NOW'] } }, { projection: { _id: 1 } })
    .toArray();
  return new Set(rows.map(({ _id }) => _id.toHexString()));
}

/**
 * Makes a worker that holds the lease the only one that can commit. Null when somebody else did so since `seen` was read, or the import has ended.
 * @param session the one in which this worker will commit
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

/** A dead worker's transaction would hold what it wrote for up to a minute; a paused one's is ended too, and finds itself fenced off. */
async function endTransactions(database: Connection, session: mongo.Binary): Promise<void> {
  await database
    .getClient()
    .db()
    .admin()
    .command({ killSessions: [{ id: session }] });
}
