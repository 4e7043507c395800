/** Queues a file that the service has itself, as `POST /imports` does with one that is sent to it. */
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
  /** Of the import: whoever may be queueing the same file at the same time names the same one, and one of them does it. */
  id: ObjectId;
  owner: ObjectId;
  kind: string;
  fileName: string;
  /** UTF-8. */
  open: () => Readable;
}

/**
 * Queues the file, unless an import with this id is there already. A file that cannot be read leaves an upload that
 * broke off, which the worker clears away; of one that was taken for that nothing is left.
 */
export async function enqueueImport(
  database: Connection,
  { id, owner, kind, fileName, open }: EnqueuedFile,
): Promise<void> {
  // A file of its own: one that is paused half-way and taken for dead cannot touch what its successor stores under the same id of the import.
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
  // A worker has taken it for dead and cleared it away; what was stored afterwards is nobody's.
  if (!queued) await removeFile(database, file);
}
