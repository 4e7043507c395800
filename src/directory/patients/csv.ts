/**
 * Imports patients from CSV files: Synthea's columns, and those of the system that kept patients with their studies.
 */
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
import { Batch, type Column, date, decimal, itemOf, oneOf, readColumns } from '../csv.ts';
import { assertNone, lifeFaults, today } from '../dates.ts';
import { lifeFaultsOf, NOTHING_KNOWN, storedFields } from './fields.ts';
import { derive, type PatientFields, patientModel, type StoredPatient } from './model.ts';
import { NewPatient } from './schema.ts';

/** One row: the patient's id in the file's source, and the patient's data. */
export interface PatientRow {
  id: string;
  fields: Partial<PatientFields>;
}

const SEX = oneOf({
  f: 'female',
  female: 'female',
  m: 'male',
  male: 'male',
  other: 'other',
  unknown: 'unknown',
} as const);
const MARITAL = oneOf({
  s: 'single',
  single: 'single',
  m: 'married',
  married: 'married',
  d: 'divorced',
  divorced: 'divorced',
  separated: 'separated',
  w: 'widowed',
  widowed: 'widowed',
  partnered: 'partnered',
} as const);

const SYNTHEA: Record<string, Column> = {
  Id: { field: 'id' },
  BIRTHDATE: { field: 'birthDate', read: date },
  DEATHDATE: { field: 'deathDate', read: date },
  SSN: { field: 'ssn' },
  DRIVERS: { field: 'driversLicense' },
  PASSPORT: { field: 'passport' },
  PREFIX: { field: 'prefix' },
  FIRST: { field: 'firstName' },
  MIDDLE: { field: 'middleName' },
  LAST: { field: 'lastName' },
  SUFFIX: { field: 'suffix' },
  MAIDEN: { field: 'maidenName' },
  MARITAL: { field: 'maritalStatus', read: MARITAL },
  RACE: { field: 'race' },
  ETHNICITY: { field: 'ethnicity' },
  GENDER: { field: 'sex', read: SEX },
  BIRTHPLACE: { field: 'birthPlace' },
  ADDRESS: { field: 'address.line' },
  CITY: { field: 'address.city' },
  STATE: { field: 'address.state' },
  COUNTY: { field: 'address.county' },
  FIPS: { field: 'address.fips' },
  ZIP: { field: 'address.zip' },
  LAT: { field: 'address.lat', read: decimal },
  LON: { field: 'address.lon', read: decimal },
  HEALTHCARE_EXPENSES: { field: 'healthcareExpenses', read: decimal },
  HEALTHCARE_COVERAGE: { field: 'healthcareCoverage', read: decimal },
  INCOME: { field: 'income', read: decimal },
};

const PLAIN: Record<string, Column> = {
  first_name: { field: 'firstName' },
  last_name: { field: 'lastName' },
  birth_date: { field: 'birthDate', read: date },
  email: { field: 'email' },
  id: { field: 'id' },
};

/** Columns that some releases of Synthea do not have. */
const SYNTHEA_OPTIONAL = ['MIDDLE', 'FIPS', 'INCOME'];

const COLUMNS: Record<string, Record<string, Column>> = { synthea: SYNTHEA, plain: PLAIN };

/** A row is a patient as in `POST /patients`, with an id, and possibly without a sex. */
const rowSchema = NewPatient.omit({ identifiers: true, isActive: true, sex: true }).extend({
  id: text(),
  sex: NewPatient.shape.sex.unwrap().nullable().optional(),
});

/**
 * Patients are identified by their identifier: a row that matches the stored patient changes nothing, and one with
 * another date of birth fails.
 */
export const patientsCsv: ImportKind<PatientRow> = {
  name: 'patients',
  dialects: [
    {
      name: 'synthea',
      required: Object.keys(SYNTHEA).filter((column) => !SYNTHEA_OPTIONAL.includes(column)),
      optional: SYNTHEA_OPTIONAL,
    },
    { name: 'plain', required: Object.keys(PLAIN) },
  ],
  read,
  apply,
};

function read(row: Row, { dialect, zone, now }: ReadContext): { item: PatientRow } | { errors: readonly RowError[] } {
  const columns = COLUMNS[dialect] ?? {};
  const day = today(zone, now);
  const result = readColumns(row, columns, rowSchema, (fields) => lifeFaultsOf(fields, day));
  if ('errors' in result) return result;
  const { id, sex, ...said } = result.said;
  const fields = storedFields({ ...said, ...(sex !== undefined && { sex: sex ?? 'unknown' }) });
  return itemOf(row, columns, () => {
    assertNone(lifeFaults({ birthDate: fields.birthDate ?? null, deathDate: fields.deathDate ?? null }, day));
    return { id, fields };
  });
}

async function apply(rows: readonly ReadRow<PatientRow>[], context: ApplyContext): Promise<Applied> {
  const { database, session, source, userId } = context;
  const wanted = [...new Set(rows.map(({ item }) => item.id))];
  const found = await patientModel(database)
    .find({ 'identifiers.system': source, identifiers: { $elemMatch: { system: source, value: { $in: wanted } } } })
    .session(session)
    .hint('identifiers')
    .lean<StoredPatient[]>();
  const known = new Map(
    found.flatMap((patient) =>
      patient.identifiers.filter(({ system }) => system === source).map(({ value }) => [value, patient]),
    ),
  );
  const batch = new Batch<StoredPatient>(known, userId);

  const results = rows.map(({ item: { id, fields } }): RowResult => {
    const before = batch.get(id);
    if (!before) {
      const patient = {
        _id: new Types.ObjectId(),
        ...NOTHING_KNOWN,
        ...fields,
        identifiers: [{ system: source, value: id }],
      };
      return batch.insert(id, {
        ...patient,
        ...derive({ ...patient, createdAt: batch.now, updatedAt: batch.now }),
        conditionTerms: [],
        counts: { studies: 0, encounters: 0, conditions: 0 },
        references: 0,
      });
    }
    if (before.birthDate !== null && before.birthDate !== fields.birthDate) {
      return {
        failed: { column: null, value: id, reason: 'a patient with this identifier has another date of birth' },
      };
    }
    return batch.update(id, before, fields, derive);
  });

  const writes = batch.writes();
  if (writes.length > 0) await wholeDocuments(patientModel(database)).bulkWrite(writes, { session });
  return { results };
}
