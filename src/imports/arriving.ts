/**
 * Uploads of imports that are on their way, and their sign of life. Its times are the database's, so that the clocks of
 * instances need not agree.
 */
import type { Connection, QueryFilter } from 'mongoose';
import { removeFile } from './file-store.ts';
import { importModel, type ObjectId, type StoredImport } from './model.ts';

/**
 * Stores an import that has begun to arrive. Errors: those of the database, a duplicate key where there is one with
 * this id.
 */
export async function beginArriving(database: Connection, job: StoredImport): Promise<void> {
  await importModel(database).updateOne(
    // No import is without a state: one that is there is not found, and its key keeps this one from being stored.
    { _id: job._id, state: { $exists: false } },
    [{ $replaceWith: { $mergeObjects: [{ $literal: job }, { updatedAt: '$$NOW' }] } }],
    { upsert: true },
  );
}

/** Says that an upload is still arriving. Errors: those of the database. */
export async function stillArriving(database: Connection, id: ObjectId): Promise<void> {
  const sign = [{ $set: { updatedAt: '$$NOW' } }];
  await importModel(database).updateOne({ _id: id, state: 'uploading' }, sign);
}

/**
 * Gives up what will not be queued. The worker clears it away; where a worker has done so already, since no sign of
 * life came through, what was stored afterwards is removed here. Errors: those of the database.
 */
export async function endArriving(
  database: Connection,
  { _id, file }: Pick<StoredImport, '_id' | 'file'>,
): Promise<void> {
  const imports = importModel(database);
  const given = { $set: { state: 'abandoned' as const } };
  const { matchedCount } = await imports.updateOne({ _id, state: 'uploading' }, given);
  // It may be queued all the same, where only the answer to that was lost.
  const isCleared = matchedCount === 0 && !(await imports.exists({ _id, state: { $ne: 'abandoned' } }));
  if (isCleared && file) await removeFile(database, file);
}

/** Finds uploads that have given no sign of life for so long. */
export const brokenOff = (silentMs: number): QueryFilter<StoredImport> => ({
  state: 'uploading',
  $expr: { $lt: ['$updatedAt', { $subtract: ['$$NOW', silentMs] }] },
});
