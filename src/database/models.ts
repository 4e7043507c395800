/** What all models share. How the code talks to MongoDB is in docs/decisions.md. */
import type { Model, mongo } from 'mongoose';

/** Indexes and collections are made by the migrations. An update of a field that the schema does not have throws. */
export const SCHEMA_OPTIONS = {
  versionKey: false,
  autoIndex: false,
  autoCreate: false,
  id: false,
  minimize: false,
  strict: 'throw',
} as const;

/** The writes that take whole documents. Filters go through the model, which refuses a misspelt field. */
export type WholeDocuments<Stored extends object> = Pick<
  mongo.Collection<Stored>,
  'insertOne' | 'insertMany' | 'bulkWrite'
>;

/** Stores documents as they are: a model would copy each of them, field by field. */
export const wholeDocuments = <Stored extends object>(model: Model<Stored>): WholeDocuments<Stored> =>
  model.collection as unknown as WholeDocuments<Stored>;
