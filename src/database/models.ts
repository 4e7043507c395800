/** What all models share. How the code talks to MongoDB is in docs/decisions.md. */
import type { ClientSession, Model, Types } from 'mongoose';

/** Indexes and collections are made by the migrations. An update of a field that the schema does not have throws. */
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

/** One write among several: a new document, or changes of the document with this id. */
export type BulkWrite<Stored extends Identified> =
  | { insertOne: { document: Stored } }
  | { updateOne: { filter: Identified; update: object } };

interface WriteOptions {
  session?: ClientSession;
  ordered?: boolean;
}

/** The writes that take whole documents and ids. All other filters go through the model, which refuses misspelt fields. */
export interface WholeDocuments<Stored extends Identified> {
  insertOne(document: Stored, options?: WriteOptions): Promise<unknown>;
  insertMany(documents: readonly Stored[], options?: WriteOptions): Promise<unknown>;
  bulkWrite(writes: readonly BulkWrite<Stored>[], options?: WriteOptions): Promise<unknown>;
}

/** Stores documents as they are: a model would copy each of them, field by field. Errors: those of the database. */
export const wholeDocuments = <Stored extends Identified>(model: Model<Stored>): WholeDocuments<Stored> =>
  model.collection;
