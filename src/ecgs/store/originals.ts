/** The uploaded files of recordings: read, handed from one recording to another, and checked. */
import type { ClientSession, Connection } from 'mongoose';
import { ecgModel, MAJORITY, type ObjectId, type StoredEcg } from './model.ts';
import {
  chunkCollection,
  fileCollection,
  type KeptFile,
  originalBucket,
  type StoredOriginal,
} from './original-model.ts';
import { type Place, publishedOther } from './place.ts';

/**
 * The bytes of a file.
 * @param range half-open; the whole file if omitted
 * Errors: those of the database, and of GridFS if chunks are missing
 */
export async function* originalBytes(
  database: Connection,
  { id, bytes }: KeptFile,
  range: { start: number; end: number } = { start: 0, end: bytes },
): AsyncGenerator<Uint8Array, void, void> {
  if (range.start >= range.end) return;
  const stream = originalBucket(database).openDownloadStream(id, range);
  try {
    yield* stream as AsyncIterable<Buffer>;
  } finally {
    // A stream that is only destroyed keeps its cursor, and up to 16 MiB that it has fetched.
    await stream.abort();
  }
}

/** Makes files belong to another recording, in the transaction that ends the first one or publishes the other. */
export async function handOver(
  database: Connection,
  from: ObjectId,
  to: ObjectId,
  session: ClientSession,
): Promise<void> {
  const change = { $set: { ecg: to } };
  await chunkCollection(database).updateMany({ ecg: from }, change, { session });
  await fileCollection(database).updateMany({ ecg: from }, change, { session });
}

/**
 * Before a recording is removed: files that others of its upload refer to, too, go to one of them. If that one is being
 * removed at the same moment, the hourly check removes the files.
 */
export async function handOn(
  database: Connection,
  place: Place,
  original: StoredOriginal | undefined,
  session: ClientSession,
): Promise<void> {
  const file = original?.files[0];
  if (!original?.isShared || !file) return;
  const sharers = { ...publishedOther(place), 'original.isShared': true, 'original.files.id': file.id };
  const heir = await ecgModel(database).findOne(sharers, { _id: 1 }).session(session).lean<Pick<StoredEcg, '_id'>>();
  if (heir) await handOver(database, place.id, heir._id, session);
}

/** Whether something of the files is missing. Counts documents, which reads only the index. */
export async function lacksOriginal(database: Connection, { original }: Pick<StoredEcg, 'original'>): Promise<boolean> {
  if (!original) return false;
  const ids = original.files.map(({ id }) => id);
  const options = { readConcern: MAJORITY };
  const chunks = await chunkCollection(database).countDocuments({ files_id: { $in: ids } }, options);
  if (chunks < original.chunks) return true;
  return (await fileCollection(database).countDocuments({ _id: { $in: ids } }, options)) < ids.length;
}

/** Removes files that are not complete any more. */
export async function removeFiles(database: Connection, { files }: StoredOriginal): Promise<void> {
  const ids = files.map(({ id }) => id);
  await chunkCollection(database).deleteMany({ files_id: { $in: ids } });
  await fileCollection(database).deleteMany({ _id: { $in: ids } });
}
