/**
 * Uploads of imports in progress, and their heartbeat. Its times are those of the database, so that the clocks of
 * instances need not agree.
 */
import type { Connection, QueryFilter } from 'mongoose';
import { removeFile } from './file-store.ts';
import { importModel, type ObjectId, type StoredImport } from './model.ts';

/**
 * Stores an import whose upload has started. Errors: those of the database; a duplicate key if an import with this id
 * exists.
 */
export async function beginArriving(database: Connection, job: StoredImport): Promise<void> {
  await importModel(database).updateOne(
    // Every import has a state, so this never matches an existing one; its id then makes the insert fail.
    { _id: job._id, state: { $exists: false } },
    [{ $replaceWith: { $mergeObjects: [{ $literal: job }, { updatedAt: '$$NOW' }] } }],
    { upsert: true },
  );
}

/** Renews the heartbeat of an upload. Errors: those of the database. */
export async function stillArriving(database: Connection, id: ObjectId): Promise<void> {
  const sign = [{ $set: { updatedAt: '$$NOW' } }];
  await importModel(database).updateOne({ _id: id, state: 'uploading' }, sign);
}

/**
 * Gives up an import that will not be queued; the worker clears it away. If a worker has done that already, because no
 * heartbeat arrived, what was stored afterwards is removed here. Errors: those of the database.
 */
export async function endArriving(
  database: Connection,
  { _id, file }: Pick<StoredImport, '_id' | 'file'>,
): Promise<void> {
  const imports = importModel(database);
  const given = { $set: { state: 'abandoned' as const } };
  const { matchedCount } = await imports.updateOne({ _id, state: 'uploading' }, given);
  // It may have been queued after all, if only the database's answer was lost.
  const isCleared = matchedCount === 0 && !(await imports.exists({ _id, state: { $ne: 'abandoned' } }));
  if (isCleared && file) await removeFile(database, file);
}

/** Finds uploads without a heartbeat for this many milliseconds. */
export const brokenOff = (silentMs: number): QueryFilter<StoredImport> => ({
  state: 'uploading',
  $expr: { $lt: ['$updatedAt', { $subtract: ['$$NOW', silentMs] }] },
});
