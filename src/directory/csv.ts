/**
 * Shared by the directory's imports: reading cells into fields, finding patients by the identifiers of a file, and
 * writing a batch of rows in one bulk write.
 */
import type { Types } from 'mongoose';
import { type BulkWrite, wholeDocuments } from '../database/models.ts';
import type { ZodType } from 'zod';
import { asIso, UnreadableMoment } from '../calendar/moment.ts';
import { Problem } from '../errors.ts';
import type { AlsoWrong } from '../http/validate.ts';
import { lostInSpreadsheet } from '../imports/spreadsheet-cells.ts';
import { checked, oneOfThese } from '../text/wording.ts';
import type { ApplyContext, ReadRow, Row, RowError, RowResult } from '../imports/kind.ts';
import { type Attributed, created } from './documents.ts';
import { NOTHING_KNOWN } from './patients/fields.ts';
import { type PatientFields, patientModel } from './patients/model.ts';
import type { Includable } from './patients/schema.ts';
import { newPatient } from './patients/store.ts';

/** Where the value of a column is stored. */
export interface Column {
  /** Field of the schema; `address.city` is a nested field. */
  field: string;
  /** Text → value; throws `CellFault`. Not called for an empty cell, which is null. By default `plainText`. */
  read?: (text: string) => unknown;
}

/** A cell that cannot be read. The message gives the reason and does not quote the cell. */
export class CellFault extends Error {}

/** A text as it is. */
export function plainText(text: string): string {
  const lost = lostInSpreadsheet(text);
  if (lost !== null) throw new CellFault(lost);
  return text;
}

/** A date in ISO 8601, or as people write it in tables if only one reading is possible; with a time if it has one. */
export function date(text: string): string {
  try {
    return asIso(plainText(text));
  } catch (error) {
    if (error instanceof UnreadableMoment) throw new CellFault(error.message);
    throw error;
  }
}

/** A decimal number. */
export function decimal(text: string): number {
  if (!/^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d{1,3})?$/i.test(text)) throw new CellFault('must be a number');
  return Number(text);
}

/** One of a few words; case is ignored. */
export const oneOf =
  <Value>(words: Readonly<Record<string, Value>>) =>
  (text: string): Value => {
    const value = words[text.toLowerCase()];
    if (value === undefined || !Object.hasOwn(words, text.toLowerCase())) {
      throw new CellFault(oneOfThese(Object.keys(words).filter((word) => word !== '')));
    }
    return value;
  };

/**
 * Reads a row's columns into the fields of a schema, and reports every error in it. @param alsoWrong called when there
 * are errors
 */
export function readColumns<Said>(
  row: Row,
  columns: Readonly<Record<string, Column>>,
  schema: ZodType<Said>,
  alsoWrong: AlsoWrong = () => [],
): { said: Said } | { errors: RowError[] } {
  const errors: RowError[] = [];
  const fields: Record<string, unknown> = {};
  for (const [column, { field, read = plainText }] of Object.entries(columns)) {
    const text = row[column];
    if (text === undefined) continue;
    try {
      put(fields, field.split('.'), text === '' ? null : read(text));
    } catch (error) {
      if (!(error instanceof CellFault)) throw error;
      errors.push({ column, value: text, reason: error.message });
    }
  }
  const { data, faults = [] } = checked(schema, fields);
  if (faults.length === 0 && errors.length === 0) return { said: data as Said };
  for (const error of asRowErrors(faults, row, columns)) {
    if (errors.some(({ column }) => column === error.column)) continue;
    errors.push(error.value === '' ? { ...error, reason: 'must not be empty' } : error);
  }
  return { errors: [...errors, ...asRowErrors(alsoWrong(fields), row, columns)] };
}

const columnOf = (columns: Readonly<Record<string, Column>>, field: string): string | null =>
  Object.entries(columns).find(([, column]) => column.field === field)?.[0] ?? null;

/** Makes an item of a row's fields; a `validation-failed` becomes errors of the row. */
export function itemOf<Item>(
  row: Row,
  columns: Readonly<Record<string, Column>>,
  make: () => Item,
): { item: Item } | { errors: RowError[] } {
  try {
    return { item: make() };
  } catch (error) {
    if (!(error instanceof Problem) || error.errors === undefined) throw error;
    return { errors: asRowErrors(error.errors, row, columns) };
  }
}

/** Field errors of the directory as errors of the row's cells. */
const asRowErrors = (
  faults: readonly { path: string; message: string }[],
  row: Row,
  columns: Readonly<Record<string, Column>>,
): RowError[] =>
  faults.map(({ path, message }) => {
    const column = columnOf(columns, path.slice(1).replaceAll('/', '.'));
    return { column, value: column === null ? null : (row[column] ?? null), reason: message };
  });

function put(into: Record<string, unknown>, [name, ...rest]: string[], value: unknown): void {
  if (name === undefined) return;
  if (rest.length === 0) into[name] = value;
  else put((into[name] ??= {}) as Record<string, unknown>, rest, value);
}

/**
 * The patients that a file's rows refer to, by their identifier in the file's source. If requested, missing ones are
 * created.
 * @param mayMake the values whose rows do not fail for another reason
 */
export async function patientsIn(
  values: readonly string[],
  mayMake: readonly string[],
  { database, session, source, createMissing, userId }: ApplyContext,
): Promise<{ ids: Map<string, Types.ObjectId>; made: number }> {
  const wanted = [...new Set(values)];
  const found = await patientModel(database)
    .find(
      { 'identifiers.system': source, identifiers: { $elemMatch: { system: source, value: { $in: wanted } } } },
      'identifiers',
    )
    .session(session)
    .hint('identifiers')
    .lean();
  const ids = new Map(
    found.flatMap(({ _id, identifiers }) =>
      identifiers.filter(({ system }) => system === source).map(({ value }) => [value, _id]),
    ),
  );
  const missing = createMissing ? [...new Set(mayMake)].filter((value) => !ids.has(value)) : [];
  if (missing.length === 0) return { ids, made: 0 };
  const at = new Date();
  const made = missing.map((value) =>
    newPatient({ ...NOTHING_KNOWN, identifiers: [{ system: source, value }] } satisfies PatientFields, userId, at),
  );
  await wholeDocuments(patientModel(database)).insertMany(made, { session });
  for (const patient of made) ids.set(patient.identifiers[0]?.value ?? '', patient._id);
  return { ids, made: made.length };
}

export const unknownPatient = (column: string, value: string): RowResult => ({
  failed: { column, value, reason: 'is not a patient of this source; import the patients first, or set createMissing' },
});

/**
 * The documents that a batch of rows refers to: as they are stored, and as the rows change them. Of several rows for
 * one document, the last one wins.
 */
export class Batch<Stored extends Attributed> {
  readonly #known: Map<string, Stored>;
  readonly #inserts = new Map<string, Stored>();
  readonly #updates = new Map<string, Stored>();
  readonly #by: Types.ObjectId;
  /** The time of every change in the batch. */
  readonly now = new Date();

  /** @param known the stored documents, by the key of their rows */
  constructor(known: ReadonlyMap<string, Stored>, by: Types.ObjectId) {
    this.#known = new Map(known);
    this.#by = by;
  }

  get(key: string): Stored | undefined {
    return this.#known.get(key);
  }

  /** @param document all fields except the attribution */
  insert(key: string, document: Omit<Stored, keyof ReturnType<typeof created>>): 'created' {
    const made = { ...document, ...created(this.#by, this.now) } as Stored;
    this.#known.set(key, made);
    this.#inserts.set(key, made);
    return 'created';
  }

  /** @param changes fields of the row. @param derive computes the fields that depend on them */
  update(
    key: string,
    before: Stored,
    changes: Partial<Stored>,
    derive: (document: Stored) => object,
  ): 'updated' | 'unchanged' {
    const isSame = Object.entries(changes).every(
      ([field, value]) => JSON.stringify(value) === JSON.stringify(before[field as keyof Stored]),
    );
    if (isSame) return 'unchanged';
    const changed = { ...before, ...changes, version: before.version + 1, updatedAt: this.now, updatedBy: this.#by };
    const document = { ...changed, ...derive(changed) };
    this.#known.set(key, document);
    (this.#inserts.has(key) ? this.#inserts : this.#updates).set(key, document);
    return 'updated';
  }

  /** All changes as one bulk write. */
  writes(): BulkWrite<Stored>[] {
    return [
      ...[...this.#inserts.values()].map((document) => ({ insertOne: { document } })),
      ...[...this.#updates.values()].map(({ _id, ...document }) => ({
        updateOne: { filter: { _id }, update: { $set: document } },
      })),
    ];
  }

  /** The new documents. */
  created(): Stored[] {
    return [...this.#inserts.values()];
  }
}

/**
 * Adds new documents to the counts of their patients; this write also conflicts with a concurrent removal of a patient.
 * @param more further changes of a patient
 */
export async function countIn(
  { database, session }: ApplyContext,
  kind: Includable,
  documents: readonly { patient: Types.ObjectId }[],
  more: (patient: Types.ObjectId) => object = () => ({}),
): Promise<void> {
  const numbers = new Map<string, { patient: Types.ObjectId; count: number }>();
  for (const { patient } of documents) {
    const entry = numbers.get(patient.toHexString()) ?? { patient, count: 0 };
    numbers.set(patient.toHexString(), { patient, count: entry.count + 1 });
  }
  if (numbers.size === 0) return;
  const writes = [...numbers.values()].map(({ patient, count }) => ({
    updateOne: {
      filter: { _id: patient },
      update: { $inc: { [`counts.${kind}`]: count, references: 1 }, ...more(patient) },
    },
  }));
  await wholeDocuments(patientModel(database)).bulkWrite(writes, { session, ordered: false });
}

/** The patients that rows name. */
export const referredTo = <Item extends { patient: string }>(rows: readonly ReadRow<Item>[]): string[] =>
  rows.map(({ item }) => item.patient);
