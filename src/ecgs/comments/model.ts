/** How comments are stored: one document a version. The migrations create the indexes. */
import { type Connection, type Model, Schema } from 'mongoose';
import { SCHEMA_OPTIONS } from '../../database/models.ts';
import type { ObjectId } from '../store/model.ts';

/** Who signed, and when. The name is the one at that time. */
export interface Signature {
  by: ObjectId;
  name: string;
  at: Date;
}

/** A version of the comment on a recording. Only the last one may be unsigned. Unique: (recording, number). */
export interface StoredComment {
  _id: ObjectId;
  ecg: ObjectId;
  owner: ObjectId;
  /** From 1. */
  number: number;
  text: string;
  createdBy: ObjectId;
  createdAt: Date;
  changedAt: Date;
  /** Null while it may still be changed. */
  signed: Signature | null;
}

const schema = new Schema<StoredComment>(
  {
    ecg: { type: Schema.Types.ObjectId, required: true },
    owner: { type: Schema.Types.ObjectId, required: true },
    number: { type: Number, required: true },
    text: { type: String, required: true },
    createdBy: { type: Schema.Types.ObjectId, required: true },
    createdAt: { type: Date, required: true },
    changedAt: { type: Date, required: true },
    signed: { type: Object, default: null },
  },
  { collection: 'ecgComments', ...SCHEMA_OPTIONS },
);

/** The model of comments, created once for each connection. */
export const commentModel = (connection: Connection): Model<StoredComment> =>
  (connection.models['EcgComment'] as Model<StoredComment> | undefined) ??
  connection.model<StoredComment>('EcgComment', schema);
