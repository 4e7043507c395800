/**
 * How imports are stored. `imports` has one document an import, with its progress, state and fence. Besides:
 * `importErrors`, the error report; `importLeases`, who works on what; `importOccurrences`, how often a row has been
 * seen; `importFiles.*`, the uploaded files (GridFS).
 */
import { type Collection, type Connection, mongo, type Types } from 'mongoose';
import type { Encoding } from './cells.ts';

export type ObjectId = Types.ObjectId;

/** `uploading` and `abandoned` (an interrupted upload) are not shown to anybody. */
export type StoredState = 'uploading' | 'abandoned' | 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';

export interface StoredImport {
  _id: ObjectId;
  owner: ObjectId;
  fileName: string | null;
  /** Its id in GridFS. Null once the file has been removed, which is the last thing that happens to an import. */
  file: ObjectId | null;
  encoding: Encoding;
  /** Null until the header has been recognised. */
  kind: string | null;
  source: string;
  createMissing: boolean;
  dryRun: boolean;
  state: StoredState;
  /** Why it failed. */
  failure: string | null;
  /** `done`: everything before this byte is committed; a resumed import continues there. */
  bytes: { total: number; done: number };
  /** The line that starts at `bytes.done`. */
  line: number;
  rows: { total: number; ok: number; created: number; updated: number; unchanged: number; failed: number };
  alsoCreated: Record<string, number>;
  /** Entries in the error report. */
  errorsKept: number;
  /** Counts the workers that have taken it up; only the last of them can commit. */
  fence: number;
  /** The database session of that worker, so that its successor can end an open transaction. */
  session: mongo.Binary | null;
  /** How often it was taken up since its last progress. */
  attempts: number;
  /** Where the current or last worker started. */
  run: { startedAt: Date; bytes: number; rows: number } | null;
  version: number;
  createdAt: Date;
  startedAt: Date | null;
  updatedAt: Date;
  endedAt: Date | null;
}

/** One entry of the error report, in the order (import, line, n). Expires after 30 days. */
export interface StoredError {
  import: ObjectId;
  line: number;
  n: number;
  column: string | null;
  value: string | null;
  reason: string;
  at: Date;
}

/** Reserves an import until `expiresAt`, by the clock of the database. */
export interface StoredLease {
  /** The id of the import. */
  _id: ObjectId;
  holder: ObjectId;
  expiresAt: Date;
}

export const importCollection = (database: Connection): Collection<StoredImport> =>
  database.collection<StoredImport>('imports');
export const errorCollection = (database: Connection): Collection<StoredError> =>
  database.collection<StoredError>('importErrors');
export const leaseCollection = (database: Connection): Collection<StoredLease> =>
  database.collection<StoredLease>('importLeases');

export const BUCKET = 'importFiles';

/** The uploaded files. */
export function importFiles(database: Connection): mongo.GridFSBucket {
  if (!database.db) throw new Error('imports need an open connection');
  return new mongo.GridFSBucket(database.db, { bucketName: BUCKET });
}
