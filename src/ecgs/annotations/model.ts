/** How the reader's own annotations are stored. The migrations create the indexes. */
import { type Connection, type Model, Schema } from 'mongoose';
import { SCHEMA_OPTIONS } from '../../database/models.ts';
import type { Annotation } from '../../formats/types.ts';
import type { ObjectId } from '../store/model.ts';

/** What is measured between or at marks. `interval` and `amplitude` have no name of their own. */
export const MEASUREMENTS = ['RR', 'PP', 'PR', 'P', 'QRS', 'QT', 'ST', 'T', 'interval', 'amplitude'] as const;

/** A named measurement. At least one of `ms` and `mV` is known. */
export interface Measurement {
  kind: (typeof MEASUREMENTS)[number];
  ms: number | null;
  mV: number | null;
  /** The RR interval that belongs to a QT interval, in ms, for QTc. */
  rrMs: number | null;
}

/** An annotation of a reader. */
export interface StoredMark extends Annotation {
  _id: ObjectId;
  ecg: ObjectId;
  owner: ObjectId;
  value: Measurement | null;
  createdBy: ObjectId;
  createdAt: Date;
  /** When it was last changed. */
  changedAt: Date;
  version: number;
}

const schema = new Schema<StoredMark>(
  {
    ecg: { type: Schema.Types.ObjectId, required: true },
    owner: { type: Schema.Types.ObjectId, required: true },
    at: { type: Number, required: true },
    duration: { type: Number, default: null },
    channel: { type: Number, default: null },
    code: { type: String, default: null },
    text: { type: String, default: null },
    value: { type: Object, default: null },
    createdBy: { type: Schema.Types.ObjectId, required: true },
    createdAt: { type: Date, required: true },
    changedAt: { type: Date, required: true },
    version: { type: Number, required: true },
  },
  { collection: 'ecgMarks', ...SCHEMA_OPTIONS },
);

/** The model of own annotations, created once for each connection. */
export const markModel = (connection: Connection): Model<StoredMark> =>
  (connection.models['EcgMark'] as Model<StoredMark> | undefined) ?? connection.model<StoredMark>('EcgMark', schema);
