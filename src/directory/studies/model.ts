/** How studies are stored. The migrations create the indexes. */
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
  /** The values that lists are filtered by, see `order.ts`. */
  facets: string[];
  /** Incremented by each recording that is attached to the study. */
  references?: number;
  /** Only of a study imported from a row without an id: identifies the row. */
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

/** The model of studies on this connection, created once. */
export const studyModel = (connection: Connection): Model<StoredStudy> =>
  (connection.models['Study'] as Model<StoredStudy> | undefined) ?? connection.model<StoredStudy>('Study', schema);
