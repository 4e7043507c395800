/** Imports conditions from CSV files with Synthea's columns. */
import { Types } from 'mongoose';
import { wholeDocuments } from '../../database/models.ts';
import type { ApplyContext, Applied, ImportKind, ReadRow, Row, RowError, RowResult } from '../../imports/kind.ts';
import { text } from '../../text/plain-text.ts';
import {
  Batch,
  type Column,
  countIn,
  date,
  itemOf,
  patientsIn,
  readColumns,
  referredTo,
  unknownPatient,
} from '../csv.ts';
import { assertNone, orderFaults } from '../dates.ts';
import { created } from '../documents.ts';
import { encounterModel, type StoredEncounter } from '../encounters/model.ts';
import { encounterOrder, NOTHING_KNOWN } from '../encounters/store.ts';
import { maybe } from '../fields.ts';
import { conditionTerms, patientModel } from '../patients/model.ts';
import { conditionModel, type StoredCondition } from './model.ts';
import { NewCondition } from './schema.ts';
import { conditionOrder, termsOfPatient } from './store.ts';

/** One row: the patient's and the encounter's id in the file's source, and the condition. */
export interface ConditionRow {
  patient: string;
  encounter: string | null;
  code: string;
  description: string;
  start: string;
  stop: string | null;
}

const COLUMNS: Record<string, Column> = {
  START: { field: 'start', read: date },
  STOP: { field: 'stop', read: date },
  PATIENT: { field: 'patient' },
  ENCOUNTER: { field: 'encounter' },
  CODE: { field: 'code' },
  DESCRIPTION: { field: 'description' },
};

const rowSchema = NewCondition.extend({ patient: text(), encounter: maybe(text()) });

/** Conditions are identified by patient, encounter, code and start. */
export const conditionsCsv: ImportKind<ConditionRow> = {
  name: 'conditions',
  dialects: [{ name: 'synthea', required: Object.keys(COLUMNS) }],
  read,
  apply,
};

function read(row: Row): { item: ConditionRow } | { errors: readonly RowError[] } {
  const result = readColumns(row, COLUMNS, rowSchema);
  if ('errors' in result) return result;
  const { patient, encounter = null, code, description, start, stop = null } = result.said;
  return itemOf(row, COLUMNS, () => {
    assertNone(orderFaults(start, stop));
    return { patient, encounter, code, description, start, stop };
  });
}

async function apply(rows: readonly ReadRow<ConditionRow>[], context: ApplyContext): Promise<Applied> {
  const { database, session, userId, createMissing } = context;
  const known = await knownEncounters(rows, context);
  // If several rows name an unknown encounter, the first decides whose it is.
  const firsts = new Map(
    rows
      .toReversed()
      .flatMap((row) =>
        row.item.encounter === null || known.has(row.item.encounter) ? [] : [[row.item.encounter, row] as const],
      ),
  );
  const mayMake = [...rows.filter(({ item }) => item.encounter === null), ...firsts.values()];
  const { ids, made } = await patientsIn(referredTo(rows), referredTo(mayMake), context);
  const encountersMade = await makeEncounters([...firsts.values()], ids, known, context);
  const patients = [...ids.values()];
  const found = await conditionModel(database)
    .find({ patient: { $in: patients }, code: { $in: [...new Set(rows.map(({ item }) => item.code))] } })
    .session(session)
    .lean<StoredCondition[]>();
  const batch = new Batch<StoredCondition>(new Map(found.map((condition) => [keyOf(condition), condition])), userId);
  const described = new Map<string, Types.ObjectId>();

  const results = rows.map(({ item }): RowResult => {
    const patient = ids.get(item.patient);
    // No patient is created for an encounter that belongs to another patient.
    if (!patient) return createMissing ? ofAnother(item.encounter) : unknownPatient('PATIENT', item.patient);
    const encounter = item.encounter === null ? null : known.get(item.encounter);
    if (encounter === undefined)
      return {
        failed: {
          column: 'ENCOUNTER',
          value: item.encounter,
          reason: 'is not a known encounter; import the encounters first, or set createMissing',
        },
      };
    if (encounter !== null && !encounter.patient.equals(patient)) return ofAnother(item.encounter);
    const { code, description, start, stop } = item;
    const fields = { patient, encounter: encounter?._id ?? null, code, description, start, stop };
    const before = batch.get(keyOf(fields));
    if (!before) {
      const condition = { _id: new Types.ObjectId(), ...fields };
      return batch.insert(keyOf(fields), { ...condition, order: conditionOrder(condition) });
    }
    if (before.description !== description) described.set(patient.toHexString(), patient);
    return batch.update(keyOf(fields), before, { description, stop }, () => ({}));
  });

  const writes = batch.writes();
  if (writes.length > 0) await wholeDocuments(conditionModel(database)).bulkWrite(writes, { session });
  await countIn(context, 'conditions', batch.created(), termsOf(batch.created()));
  for (const patient of described.values()) {
    const terms = await termsOfPatient(database, patient, session);
    await patientModel(database).updateOne({ _id: patient }, { $set: { conditionTerms: terms } }, { session });
  }
  return {
    results,
    alsoCreated: { ...(made > 0 && { patients: made }), ...(encountersMade > 0 && { encounters: encountersMade }) },
  };
}

const ofAnother = (encounter: string | null): RowResult => ({
  failed: { column: 'ENCOUNTER', value: encounter, reason: 'is an encounter of another patient' },
});

const keyOf = ({
  patient,
  encounter,
  code,
  start,
}: Pick<StoredCondition, 'patient' | 'encounter' | 'code' | 'start'>): string =>
  JSON.stringify([patient.toHexString(), encounter?.toHexString() ?? null, code, start]);

/** The search terms that new conditions add to their patients. */
function termsOf(conditions: readonly StoredCondition[]): (patient: Types.ObjectId) => object {
  const terms = new Map<string, Map<string, ReturnType<typeof conditionTerms>>>();
  for (const { patient, code, description } of conditions) {
    const ofPatient = terms.get(patient.toHexString()) ?? new Map();
    terms.set(
      patient.toHexString(),
      ofPatient.set(JSON.stringify([code, description]), conditionTerms(code, description)),
    );
  }
  return (patient) => ({
    $addToSet: { conditionTerms: { $each: [...(terms.get(patient.toHexString())?.values() ?? [])] } },
  });
}

type KnownEncounter = Pick<StoredEncounter, '_id' | 'patient'>;

/** The encounters that rows refer to, by their id in the file. */
async function knownEncounters(
  rows: readonly ReadRow<ConditionRow>[],
  { database, session }: ApplyContext,
): Promise<Map<string, KnownEncounter>> {
  const named = [...new Set(rows.flatMap(({ item }) => item.encounter ?? []))];
  const found = await encounterModel(database)
    .find({ externalId: { $in: named } }, 'externalId patient')
    .session(session)
    .lean<StoredEncounter[]>();
  return new Map(found.map((encounter) => [encounter.externalId ?? '', encounter]));
}

/**
 * If requested, creates the encounters that rows refer to, with only their id and patient, and adds them to the known
 * ones. Returns how many.
 */
async function makeEncounters(
  rows: readonly ReadRow<ConditionRow>[],
  patients: ReadonlyMap<string, Types.ObjectId>,
  known: Map<string, KnownEncounter>,
  context: ApplyContext,
): Promise<number> {
  if (!context.createMissing) return 0;
  const now = new Date();
  const missing = rows.flatMap(({ item }): StoredEncounter[] => {
    const patient = patients.get(item.patient);
    if (!patient) return [];
    const encounter = { _id: new Types.ObjectId(), patient, ...NOTHING_KNOWN, start: null, externalId: item.encounter };
    return [{ ...encounter, order: encounterOrder(encounter), ...created(context.userId, now) }];
  });
  if (missing.length > 0)
    await wholeDocuments(encounterModel(context.database)).insertMany(missing, { session: context.session });
  await countIn(context, 'encounters', missing);
  for (const encounter of missing) known.set(encounter.externalId ?? '', encounter);
  return missing.length;
}
