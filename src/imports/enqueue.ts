/** Queues a file of the service itself, in the way `POST /imports` queues an uploaded one. */
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Connection, Types } from 'mongoose';
import { isDuplicateKey } from '../database/duplicate-key.ts';
import { beginArriving } from './arriving.ts';
import { removeFile } from './file-store.ts';
import { importFiles, type ObjectId } from './model.ts';
import { changeState } from './record.ts';
import { newImport } from './upload.ts';

export interface EnqueuedFile {
  /**
   * Of the import. Instances that queue the same file at the same time use the same id, so that only one of them does
   * it.
   */
  id: ObjectId;
  owner: ObjectId;
  kind: string;
  fileName: string;
  /** UTF-8. */
  open: () => Readable;
}

/**
 * Queues the file unless an import with this id exists. If the file cannot be read, the worker clears away the
 * interrupted upload. If the upload is taken for interrupted, nothing of it is left.
 */
export async function enqueueImport(
  database: Connection,
  { id, owner, kind, fileName, open }: EnqueuedFile,
): Promise<void> {
  // The file has an id of its own: a process that is paused and considered dead cannot touch what its successor stores
  // under the same id of the import.
  const file = new Types.ObjectId();
  try {
    await beginArriving(database, { ...newImport(owner), _id: id, file });
  } catch (error) {
    if (isDuplicateKey(error)) return;
    throw error;
  }
  const stored = importFiles(database).openUploadStreamWithId(file, file.toHexString());
  await pipeline(open(), stored);
  const queued = await changeState(
    database,
    'create',
    owner,
    { _id: id, file, state: 'uploading' },
    { $set: { state: 'queued', kind, fileName, 'bytes.total': stored.length, updatedAt: new Date() } },
  );
  // A worker has considered the upload dead and cleared it away: remove what was stored afterwards.
  if (!queued) await removeFile(database, file);
}
