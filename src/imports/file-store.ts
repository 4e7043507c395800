/** Writes uploaded files to GridFS, reads and removes them. */
import { Writable } from 'node:stream';
import { type Connection, mongo } from 'mongoose';
import type { Room } from '../database/room.ts';
import { EncodingCheck } from './cells.ts';
import { importFiles, importModel, type ObjectId, pieceCollection, type StoredImport } from './model.ts';
import type { OpenFile } from './reader.ts';

/** Writes to GridFS at the pace of the database, and determines the encoding on the way. */
export class FileStore extends Writable {
  bytes = 0;
  /** Whether a write is in progress. */
  isBusy = false;
  encoding: StoredImport['encoding'] = 'utf-8';
  readonly #check = new EncodingCheck();
  readonly #target: mongo.GridFSBucketWriteStream;
  readonly #room: Room;

  constructor(database: Connection, room: Room, id: ObjectId) {
    super();
    this.#room = room;
    this.#target = importFiles(database).openUploadStreamWithId(id, id.toHexString());
    this.#target.on('error', (error) => this.destroy(error));
  }

  override _write(piece: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.bytes += piece.length;
    this.#check.push(piece);
    const written = this.#busyUntil(done);
    this.#room.ensure().then(() => this.#target.write(piece, written), written);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.encoding = this.#check.end();
    this.#target.end(this.#busyUntil(done));
  }

  /** Stops writing. The worker clears away what has been written. */
  async discarded(): Promise<void> {
    this.destroy();
    await this.#target.abort().catch(() => undefined);
  }

  #busyUntil(done: (error?: Error | null) => void): (error?: Error | null) => void {
    this.isBusy = true;
    return (error) => {
      this.isBusy = false;
      done(error);
    };
  }
}

/** A file that is completely stored. @param bytes its length */
export const storedFile = (database: Connection, file: ObjectId, bytes: number): OpenFile =>
  async function* pieces(start, end = bytes) {
    if (start >= bytes) return;
    const stream = importFiles(database).openDownloadStream(file, { start, end: Math.min(end, bytes) });
    try {
      yield* stream as AsyncIterable<Buffer>;
    } finally {
      // A stream that is only destroyed keeps its cursor, and up to 16 MiB that it has fetched.
      await stream.abort();
    }
  };

/** Removes a file, whether complete, partial or absent. Errors: those of the database. */
export async function removeFile(database: Connection, file: ObjectId): Promise<void> {
  try {
    await importFiles(database).delete(file);
  } catch (error) {
    // The driver removes the pieces too and then reports that the file's own document is missing: the upload was
    // interrupted, or this is a repetition.
    if (!(error instanceof mongo.MongoRuntimeError)) throw error;
  }
}

/** Interrupted uploads leave fewer files than this; if there are more, imports must have been lost. */
const MAX_STRAY = 100;

/**
 * Removes files without an import: they were still being written when a worker gave their upload up. An import is
 * stored before its file and forgets the file after removing it; so a file whose import is not found after the file was
 * seen belongs to none. Errors: those of the database; an error if there are more such files than interrupted uploads
 * can leave.
 * @param stopping interrupts it between two files
 */
export async function removeStrayFiles(database: Connection, stopping: AbortSignal): Promise<void> {
  const stray = new Map<string, ObjectId>();
  for await (const { _id } of importFiles(database).find({}, { projection: { _id: 1 } })) {
    stray.set(_id.toHexString(), _id);
  }
  // An interrupted upload leaves pieces without a file; their ids are read from the index alone.
  const pieces: ObjectId[] = await pieceCollection(database).distinct('files_id');
  for (const id of pieces) stray.set(id.toHexString(), id);
  const imports = importModel(database)
    .find({ file: { $type: 'objectId' } }, { file: 1 })
    .lean();
  for await (const { file } of imports) if (file) stray.delete(file.toHexString());
  if (stray.size > MAX_STRAY) {
    throw new Error(`${stray.size} files belong to no import: restore the collection "imports" from a backup`);
  }
  for (const id of stray.values()) {
    if (stopping.aborted) return;
    await removeFile(database, id);
  }
}
