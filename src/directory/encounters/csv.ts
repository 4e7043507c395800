/** Imports encounters from CSV files with Synthea's columns. */
import { Types } from 'mongoose';
import { wholeDocuments } from '../../database/models.ts';
import type {
  ApplyContext,
  Applied,
  ImportKind,
  ReadContext,
  ReadRow,
  Row,
  RowError,
  RowResult,
} from '../../imports/kind.ts';
import { text } from '../../text/plain-text.ts';
import {
  Batch,
  type Column,
  countIn,
  date,
  decimal,
  itemOf,
  patientsIn,
  readColumns,
  referredTo,
  unknownPatient,
} from '../csv.ts';
import { assertNone, orderFaults } from '../dates.ts';
import { type EncounterFields, encounterModel, type StoredEncounter } from './model.ts';
import { NewEncounter } from './schema.ts';
import { encounterOrder, newEncounter } from './store.ts';

/** One row: the patient's id in the file's source, and the encounter with its own id. */
export interface EncounterRow {
  patient: string;
  externalId: string;
  fields: EncounterFields;
}

const COLUMNS: Record<string, Column> = {
  Id: { field: 'externalId' },
  START: { field: 'start', read: date },
  STOP: { field: 'stop', read: date },
  PATIENT: { field: 'patient' },
  ORGANIZATION: { field: 'organization' },
  PROVIDER: { field: 'provider' },
  PAYER: { field: 'payer' },
  ENCOUNTERCLASS: { field: 'class' },
  CODE: { field: 'code' },
  DESCRIPTION: { field: 'description' },
  BASE_ENCOUNTER_COST: { field: 'baseCost', read: decimal },
  TOTAL_CLAIM_COST: { field: 'totalClaimCost', read: decimal },
  PAYER_COVERAGE: { field: 'payerCoverage', read: decimal },
  REASONCODE: { field: 'reasonCode' },
  REASONDESCRIPTION: { field: 'reasonDescription' },
};

const rowSchema = NewEncounter.extend({ patient: text(), externalId: text() });

/** Encounters are identified by their id. */
export const encountersCsv: ImportKind<EncounterRow> = {
  name: 'encounters',
  dialects: [{ name: 'synthea', required: Object.keys(COLUMNS) }],
  read,
  apply,
};

function read(row: Row, { zone }: ReadContext): { item: EncounterRow } | { errors: readonly RowError[] } {
  const result = readColumns(row, COLUMNS, rowSchema);
  if ('errors' in result) return result;
  const { patient, ...said } = result.said;
  return itemOf(row, COLUMNS, () => {
    const fields = newEncounter(said, zone);
    assertNone(orderFaults(fields.start, fields.stop));
    return { patient, externalId: said.externalId, fields };
  });
}

async function apply(rows: readonly ReadRow<EncounterRow>[], context: ApplyContext): Promise<Applied> {
  const { database, session, userId, createMissing } = context;
  const found = await encounterModel(database)
    .find({ externalId: { $in: rows.map(({ item }) => item.externalId) } })
    .session(session)
    .lean<StoredEncounter[]>();
  const batch = new Batch<StoredEncounter>(
    new Map(found.map((encounter) => [encounter.externalId ?? '', encounter])),
    userId,
  );
  const { ids, made } = await patientsIn(
    referredTo(rows),
    referredTo(firstOf(rows, (externalId) => batch.get(externalId) !== undefined)),
    context,
  );

  const results = rows.map(({ item: { patient: named, externalId, fields } }): RowResult => {
    const patient = ids.get(named);
    // No patient is created for an encounter that belongs to another patient.
    if (!patient) return createMissing ? ofAnother(named) : unknownPatient('PATIENT', named);
    const before = batch.get(externalId);
    if (!before) {
      const encounter = { _id: new Types.ObjectId(), patient, ...fields };
      return batch.insert(externalId, { ...encounter, order: encounterOrder(encounter) });
    }
    if (!before.patient.equals(patient)) return ofAnother(named);
    return batch.update(externalId, before, fields, (encounter) => ({ order: encounterOrder(encounter) }));
  });

  const writes = batch.writes();
  if (writes.length > 0) await wholeDocuments(encounterModel(database)).bulkWrite(writes, { session });
  await countIn(context, 'encounters', batch.created());
  return { results, alsoCreated: made > 0 ? { patients: made } : {} };
}

const ofAnother = (patient: string): RowResult => ({
  failed: { column: 'PATIENT', value: patient, reason: 'an encounter with this id is of another patient' },
});

/** The rows that may create an encounter: if several have the same id, the first decides whose it is. */
function firstOf(
  rows: readonly ReadRow<EncounterRow>[],
  isKnown: (externalId: string) => boolean,
): ReadRow<EncounterRow>[] {
  const first = new Map(rows.toReversed().map((row) => [row.item.externalId, row]));
  return [...first.values()].filter(({ item }) => !isKnown(item.externalId));
}
