/** How encounters are stored. The migrations create the indexes. */
import { type Connection, type Model, Schema, Types } from 'mongoose';
import { SCHEMA_OPTIONS } from '../../database/models.ts';
import type { Child } from '../children.ts';
import { ATTRIBUTION_FIELDS } from '../documents.ts';

export interface EncounterFields {
  /** Null only if an import created the encounter from a reference to it. */
  start: Date | null;
  stop: Date | null;
  class: string | null;
  code: string | null;
  description: string | null;
  reasonCode: string | null;
  reasonDescription: string | null;
  organization: string | null;
  provider: string | null;
  payer: string | null;
  baseCost: number | null;
  totalClaimCost: number | null;
  payerCoverage: number | null;
  /** The id in the system it comes from; unique. */
  externalId: string | null;
}

export type StoredEncounter = EncounterFields & Child;

const text = { type: String, default: null };
const number = { type: Number, default: null };

const schema = new Schema<StoredEncounter>(
  {
    patient: { type: Types.ObjectId, required: true },
    start: { type: Date, default: null },
    stop: { type: Date, default: null },
    class: text,
    code: text,
    description: text,
    reasonCode: text,
    reasonDescription: text,
    organization: text,
    provider: text,
    payer: text,
    baseCost: number,
    totalClaimCost: number,
    payerCoverage: number,
    externalId: text,
    order: { type: String, required: true },
    ...ATTRIBUTION_FIELDS,
  },
  { collection: 'encounters', ...SCHEMA_OPTIONS },
);

/** The model of encounters on this connection, created once. */
export const encounterModel = (connection: Connection): Model<StoredEncounter> =>
  (connection.models['Encounter'] as Model<StoredEncounter> | undefined) ??
  connection.model<StoredEncounter>('Encounter', schema);
