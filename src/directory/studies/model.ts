/** What is stored of a study. Indexes are made by the migrations. */
import { type Connection, type Model, Schema, Types } from 'mongoose';
import { SCHEMA_OPTIONS } from '../../database/models.ts';
import type { Child } from '../children.ts';
import { ATTRIBUTION_FIELDS } from '../documents.ts';
import type { URGENCY_LEVELS } from './schema.ts';

export interface StudyFields {
  urgencyLevel: (typeof URGENCY_LEVELS)[number];
  type: string;
  bodyPart: string | null;
  description: string | null;
  performedAt: Date | null;
}

export interface StoredStudy extends StudyFields, Child {
  /** What lists are narrowed by, see `order.ts`. */
  facets: string[];
  /** Raised by each recording that comes to refer to the study. */
  references?: number;
  /** Of a study that was imported from a row without an id: what makes the same row the same study. */
  importKey?: string;
}

const schema = new Schema<StoredStudy>(
  {
    patient: { type: Types.ObjectId, required: true },
    urgencyLevel: { type: String, required: true },
    type: { type: String, required: true },
    bodyPart: { type: String, default: null },
    description: { type: String, default: null },
    performedAt: { type: Date, default: null },
    order: { type: String, required: true },
    facets: [{ type: String }],
    references: { type: Number },
    importKey: { type: String },
    ...ATTRIBUTION_FIELDS,
  },
  { collection: 'studies', ...SCHEMA_OPTIONS },
);

/** The model of studies on this connection, made once. */
export const studyModel = (connection: Connection): Model<StoredStudy> =>
  (connection.models['Study'] as Model<StoredStudy> | undefined) ?? connection.model<StoredStudy>('Study', schema);
