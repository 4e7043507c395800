/**
 * How imports are stored. `imports` has one document per import, with its progress, state and fence. Also:
 * `importErrors`, the error report; `importLeases`, who works on what; `importOccurrences`, how often a row has been
 * seen; `importFiles.*`, the uploaded files (GridFS).
 */
import { type Collection, type Connection, type Model, mongo, Schema, Types } from 'mongoose';
import { SCHEMA_OPTIONS } from '../database/models.ts';
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
  /** What was passed over. Missing in imports that older versions have stored. */
  warnings?: readonly string[];
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

/** Rows with the same cells that an import has seen. Unique: (import, digest). */
interface StoredOccurrences {
  import: ObjectId;
  digest: string;
  count: number;
}

const text = { type: String, default: null };
const number = { type: Number, required: true } as const;
const date = { type: Date, default: null };

const schema = new Schema<StoredImport>(
  {
    owner: { type: Types.ObjectId, required: true },
    fileName: text,
    file: { type: Types.ObjectId, default: null },
    encoding: { type: String, required: true },
    kind: text,
    source: { type: String, required: true },
    createMissing: { type: Boolean, required: true },
    dryRun: { type: Boolean, required: true },
    state: { type: String, required: true },
    failure: text,
    warnings: { type: [String], default: undefined },
    bytes: { total: number, done: number },
    line: number,
    rows: { total: number, ok: number, created: number, updated: number, unchanged: number, failed: number },
    alsoCreated: { type: Schema.Types.Mixed, required: true },
    errorsKept: number,
    fence: number,
    session: { type: Buffer, default: null },
    attempts: number,
    run: { type: new Schema({ startedAt: Date, bytes: Number, rows: Number }, { _id: false, strict: 'throw' }) },
    version: number,
    createdAt: { type: Date, required: true },
    startedAt: date,
    updatedAt: { type: Date, required: true },
    endedAt: date,
  },
  { collection: 'imports', ...SCHEMA_OPTIONS },
);

/** The model of imports on this connection, made once. */
export const importModel = (connection: Connection): Model<StoredImport> =>
  (connection.models['Import'] as Model<StoredImport> | undefined) ?? connection.model<StoredImport>('Import', schema);

export const errorCollection = (database: Connection): Collection<StoredError> =>
  database.collection<StoredError>('importErrors');
export const leaseCollection = (database: Connection): Collection<StoredLease> =>
  database.collection<StoredLease>('importLeases');
export const occurrenceCollection = (database: Connection): Collection<StoredOccurrences> =>
  database.collection<StoredOccurrences>('importOccurrences');
/** The pieces of the uploaded files, with the id of the file that each belongs to. */
export const pieceCollection = (database: Connection): Collection<{ files_id: ObjectId }> =>
  database.collection<{ files_id: ObjectId }>(`${BUCKET}.chunks`);

const BUCKET = 'importFiles';

/** The uploaded files. */
export function importFiles(database: Connection): mongo.GridFSBucket {
  if (!database.db) throw new Error('imports need an open connection');
  return new mongo.GridFSBucket(database.db, { bucketName: BUCKET });
}
