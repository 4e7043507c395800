/** How conditions are stored. The migrations create the indexes. */
import { type Connection, type Model, Schema, Types } from 'mongoose';
import { SCHEMA_OPTIONS } from '../../database/models.ts';
import type { Child } from '../children.ts';
import { ATTRIBUTION_FIELDS } from '../documents.ts';

export interface ConditionFields {
  code: string;
  description: string;
  /** A day, `2018-12-23`. */
  start: string;
  stop: string | null;
  encounter: Types.ObjectId | null;
}

export type StoredCondition = ConditionFields & Child;

const schema = new Schema<StoredCondition>(
  {
    patient: { type: Types.ObjectId, required: true },
    code: { type: String, required: true },
    description: { type: String, required: true },
    start: { type: String, required: true },
    stop: { type: String, default: null },
    encounter: { type: Types.ObjectId, default: null },
    order: { type: String, required: true },
    ...ATTRIBUTION_FIELDS,
  },
  { collection: 'conditions', ...SCHEMA_OPTIONS },
);

/** The model of conditions on this connection, created once. */
export const conditionModel = (connection: Connection): Model<StoredCondition> =>
  (connection.models['Condition'] as Model<StoredCondition> | undefined) ??
  connection.model<StoredCondition>('Condition', schema);
