/** Uploaded files: on their way into GridFS, and out of it. */
import { Writable } from 'node:stream';
import { type Connection, mongo } from 'mongoose';
import type { Room } from '../database/room.ts';
import { EncodingCheck } from './cells.ts';
import { importFiles, importModel, type ObjectId, pieceCollection, type StoredImport } from './model.ts';

/** Into GridFS, at the pace of the database; looks at the encoding on the way. */
export class FileStore extends Writable {
  bytes = 0;
  /** Whether something is on its way to the database. */
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

  /** Stops writing. What was written already is the worker's to clear. */
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

/** Removes a file, whether all, some or nothing of it is there. Errors: those of the database. */
export async function removeFile(database: Connection, file: ObjectId): Promise<void> {
  try {
    await importFiles(database).delete(file);
  } catch (error) {
    // The driver removes the pieces as well, and then says that the file's own document was not there: an upload that
    // broke off, or a repetition.
    if (!(error instanceof mongo.MongoRuntimeError)) throw error;
  }
}

/** Uploads that were interrupted leave fewer; where there are more, it is imports that were lost. */
const MAX_STRAY = 100;

/**
 * Removes files that belong to no import: what was still on its way when a worker gave its upload up, and could not be
 * removed behind it. An import is stored before its file and gives it up after that was removed, so that a file whose
 * import is not found once the file has been seen is nobody's. Errors: those of the database, and where there are more
 * such files than interrupted uploads can have left.
 * @param stopping breaks it off between two files
 */
export async function removeStrayFiles(database: Connection, stopping: AbortSignal): Promise<void> {
  const stray = new Map<string, ObjectId>();
  for await (const { _id } of importFiles(database).find({}, { projection: { _id: 1 } })) {
    stray.set(_id.toHexString(), _id);
  }
  // Of an upload that broke off there are pieces without a file; their ids are read from the index alone.
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
