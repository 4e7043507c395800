/** What all models share. docs/decisions.md explains how the code uses MongoDB. */
import type { ClientSession, Model, Types } from 'mongoose';

/** Indexes and collections are created by migrations. Updating a field that is not in the schema throws an error. */
export const SCHEMA_OPTIONS = {
  versionKey: false,
  autoIndex: false,
  autoCreate: false,
  id: false,
  minimize: false,
  strict: 'throw',
} as const;

interface Identified {
  _id: Types.ObjectId;
}

/** One write of a batch: a new document, or changes of the document with this id. */
export type BulkWrite<Stored extends Identified> =
  | { insertOne: { document: Stored } }
  | { updateOne: { filter: Identified; update: object } };

interface WriteOptions {
  session?: ClientSession;
  ordered?: boolean;
}

/** Writes with whole documents and ids only. All other filters go through the model, which refuses misspelt fields. */
export interface WholeDocuments<Stored extends Identified> {
  insertOne(document: Stored, options?: WriteOptions): Promise<unknown>;
  insertMany(documents: readonly Stored[], options?: WriteOptions): Promise<unknown>;
  bulkWrite(writes: readonly BulkWrite<Stored>[], options?: WriteOptions): Promise<unknown>;
}

/** Stores documents directly: a model would copy each field by field. Errors: those of the database. */
export const wholeDocuments = <Stored extends Identified>(model: Model<Stored>): WholeDocuments<Stored> =>
  model.collection;
