/**
 * How uploaded files are kept: in a GridFS bucket, whose documents also say which recording they belong to, like all
 * content of recordings.
 */
import { type Collection, type Connection, mongo, type Types } from 'mongoose';

const BUCKET = 'ecgOriginals';
export const ORIGINALS = [`${BUCKET}.files`, `${BUCKET}.chunks`] as const;

/** Bytes of a chunk; the last one of a file may have fewer. */
export const CHUNK_BYTES = 255 * 1024;

type ObjectId = Types.ObjectId;

/** The fields of all content of recordings (`content-model.ts`). */
interface OfRecording {
  _id: ObjectId;
  ecg: ObjectId;
  owner: ObjectId;
  writer: ObjectId;
}

/** Consecutive bytes of a file (GridFS). Unique: (files_id, n). */
export interface StoredChunk extends OfRecording {
  files_id: ObjectId;
  n: number;
  data: mongo.Binary;
}

/** A whole file (GridFS). */
export interface StoredFile extends OfRecording {
  length: number;
  chunkSize: number;
  uploadDate: Date;
  filename: string;
}

/** The uploaded files of a recording, in its document. */
export interface StoredOriginal {
  files: KeptFile[];
  /** Number of chunks of all files. */
  chunks: number;
  /** Whether other recordings of the same upload refer to the same files. */
  isShared: boolean;
}

export interface KeptFile {
  /** In GridFS. */
  id: ObjectId;
  /** Null if it came without one. */
  name: string | null;
  bytes: number;
}

/**
 * Why there are no uploaded files. `off`: KEEP_ORIGINALS was 0. `too-large`: they had more bytes. `made-here`: the
 * service made the recording itself.
 */
export type NoOriginal = 'off' | 'too-large' | 'made-here';

export const chunkCollection = (database: Connection): Collection<StoredChunk> =>
  database.collection<StoredChunk>(`${BUCKET}.chunks`);

export const fileCollection = (database: Connection): Collection<StoredFile> =>
  database.collection<StoredFile>(`${BUCKET}.files`);

/** For reading: writes go through `original-writer.ts`. */
export const originalBucket = (database: Connection): mongo.GridFSBucket => {
  if (!database.db) throw new Error('the database is not connected');
  return new mongo.GridFSBucket(database.db, { bucketName: BUCKET });
};
