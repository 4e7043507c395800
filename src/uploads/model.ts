/**
 * How resumable uploads are stored. `uploads` has one document per upload; its offset is what has been promised to the
 * client. `uploadPieces` has the bytes.
 */
import { type Collection, type Connection, type Model, type mongo, Schema, Types } from 'mongoose';
import { SCHEMA_OPTIONS } from '../database/models.ts';
import type { ErrorCode, FieldError } from '../errors.ts';

export type ObjectId = Types.ObjectId;

/**
 * `receiving` → `complete` → `ingesting` → `done` or `failed`, which may be ingested again. `expired` and `terminated`
 * (by the client): its bytes are removed or will be.
 */
export type StoredState = 'receiving' | 'complete' | 'ingesting' | 'done' | 'failed' | 'expired' | 'terminated';

/** Who is making a recording of an upload. */
interface StoredClaim {
  id: ObjectId;
  /** All uploads that make up the recording, in the order of their ids. */
  of: ObjectId[];
  /** A digest of everything else that the request says. */
  said: string;
  /** By the clock of the database; renewed while it goes on. */
  until: Date;
}

/** Why no recording could be made. */
export interface StoredProblem {
  code: ErrorCode;
  detail: string;
  fields: FieldError[];
}

export interface StoredUpload {
  _id: ObjectId;
  owner: ObjectId;
  /** The name of the file; null if none was given. */
  name: string | null;
  /** As the client sent it, for HEAD; null if it sent none. */
  metadata: string | null;
  /** Bytes. */
  length: number;
  /** All bytes before it are stored. */
  offset: number;
  /** Counts the requests that have sent bytes; only the last of them can move the offset. */
  fence: number;
  state: StoredState;
  /** False once all its pieces are removed. */
  hasPieces: boolean;
  /** Bytes that the ingest has read. */
  bytesRead: number;
  claim: StoredClaim | null;
  /** What was made of it. */
  recordings: ObjectId[];
  problem: StoredProblem | null;
  version: number;
  createdAt: Date;
  expiresAt: Date;
}

/**
 * Consecutive bytes of an upload. Unique: (upload, offset, fence). Pieces at the offset of the upload or behind it are
 * not part of it, and of several pieces at one offset only the one with the highest fence is.
 */
export interface StoredPiece {
  _id: ObjectId;
  upload: ObjectId;
  offset: number;
  /** That of the request that stored it. */
  fence: number;
  data: mongo.Binary;
}

const text = { type: String, default: null };
const number = { type: Number, required: true } as const;
const id = { type: Types.ObjectId, required: true } as const;
const PART = { _id: false, strict: 'throw' } as const;

const schema = new Schema<StoredUpload>(
  {
    owner: id,
    name: text,
    metadata: text,
    length: number,
    offset: number,
    fence: number,
    state: { type: String, required: true },
    hasPieces: { type: Boolean, required: true },
    bytesRead: number,
    claim: { type: new Schema({ id, of: [Types.ObjectId], said: String, until: Date }, PART), default: null },
    recordings: { type: [Types.ObjectId], required: true },
    problem: {
      type: new Schema(
        { code: String, detail: String, fields: [new Schema({ path: String, message: String }, PART)] },
        PART,
      ),
      default: null,
    },
    version: number,
    createdAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
  },
  { collection: 'uploads', ...SCHEMA_OPTIONS },
);

/** Every field, for projections that compute further ones. */
export const EVERY_FIELD: Readonly<Record<string, 1>> = Object.fromEntries(
  Object.keys(schema.paths).map((path) => [path, 1]),
);

/** The model of resumable uploads on this connection, made once. */
export const uploadModel = (connection: Connection): Model<StoredUpload> =>
  (connection.models['Upload'] as Model<StoredUpload> | undefined) ?? connection.model<StoredUpload>('Upload', schema);

export const uploadPieces = (database: Connection): Collection<StoredPiece> =>
  database.collection<StoredPiece>('uploadPieces');
