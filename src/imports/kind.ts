/**
 * What a resource implements so that it can be imported: its columns, how a row is read, and how a batch of rows is written. The engine
 * around it (upload, parsing, leases, transactions, progress, error report) knows no resource; the kinds are handed to it as a list in `app.ts`.
 *
 *     // src/things/csv.ts
 *     export const thingsCsv: ImportKind<NewThing> = {
 *       name: 'things',
 *       dialects: [{ name: 'synthea', required: ['Id', 'START'], optional: ['STOP'] }],
 *       read: (row, context) => …,      // pure, synchronous, once a row
 *       apply: async (rows, context) => …, // about three commands a batch: look up, write in bulk
 *     };
 */
import type { ClinicZone } from '../calendar/clinic-zone.ts';
import type { ClientSession, Connection, Types } from 'mongoose';

/**
 * One set of columns. A header is of this dialect when it has every required column, none that is neither required nor optional, and none twice;
 * order, case and white space (also inside names: `Birth Date` is `birthdate`) do not count. Two dialects of any kinds must not take the same header.
 */
export interface Dialect {
  /** Handed back in `ReadContext.dialect`. Unique in its kind. */
  name: string;
  required: readonly string[];
  optional?: readonly string[];
}

/**
 * One record of the file: column, spelt as the dialect spells it, → text, without white space around it (line breaks inside quotes are kept). An
 * empty cell is `''`; an optional column that the file does not have is absent.
 */
export type Row = Readonly<Record<string, string | undefined>>;

/** Why a row is not taken. */
export interface RowError {
  /** As the dialect spells it; null where it is about the whole row. */
  column: string | null;
  /** The text that was found; null where there is none. Only the importer sees it. */
  value: string | null;
  /** A short sentence of what is wrong and what would be right, for example `is no date that exists`. Admins see it: it never quotes a value. */
  reason: string;
}

export interface ReadContext {
  /** Name of the file's dialect. */
  dialect: string;
  /** Where the identifiers in the file come from; `csv` unless the importer says otherwise. */
  source: string;
  /** Of dates without one. */
  zone: ClinicZone;
  /** When the import began; the same in every batch, also when it is resumed. */
  now: Date;
}

/** A row that could be read. */
export interface ReadRow<Item> {
  /** Line of the file (from 1, the header's is 1) on which the record begins. */
  line: number;
  item: Item;
  /** SHA-256 (hex) of all cells with their columns, whatever the order of the columns: with `occurrence` an identity for rows that have none. Only with `countsOccurrences`, else ''. */
  digest: string;
  /** How many rows with this digest came before it in the file: 0 for the first. Only with `countsOccurrences`, else 0. */
  occurrence: number;
}

export interface ApplyContext extends ReadContext {
  database: Connection;
  /** The transaction of the batch: EVERY read and write goes through it, else the effect is not exactly-once and a dry run writes. */
  session: ClientSession;
  importId: Types.ObjectId;
  /** Who imports: createdBy and updatedBy. */
  userId: Types.ObjectId;
  /** Whether what a row refers to is made when it does not exist; otherwise such a row fails. */
  createMissing: boolean;
}

/** What became of one row. `failed` rows have written nothing. */
export type RowResult = 'created' | 'updated' | 'unchanged' | { failed: RowError };

export interface Applied {
  /** One for each row, in the same order. */
  results: readonly RowResult[];
  /** What else was made, by name of its collection, for example `{ clients: 2 }`. */
  alsoCreated?: Readonly<Record<string, number>>;
}

export interface ImportKind<Item = unknown> {
  /** In the plural, as in the address of the resource: `patients`. */
  name: string;
  dialects: readonly Dialect[];
  /** True where rows without an identifier are told apart by `digest` and `occurrence`; costs a look-up a batch. */
  countsOccurrences?: boolean;
  /**
   * Reads and validates one row on its own: nothing is guessed. Must not throw for anything that a file can hold. Answers everything that is wrong
   * with the row at once. Called once for each row, and again for rows after the last committed batch when an import is resumed.
   */
  read(row: Row, context: ReadContext): { item: Item } | { errors: readonly RowError[] };
  /**
   * Writes a batch (1 to about 1,000 rows, in the order of the file) in bulk. Rules:
   * - Look up first (one `find` with `$in` and the session), then write only what is sure to succeed (one `bulkWrite`/`insertMany` with the session): a
   *   write error, also a duplicate key, ends the whole transaction. Reads inside it see its snapshot and its own writes.
   * - Rows of one batch may name the same thing: the later one meets what the earlier one made (so that a file twice as long with everything twice
   *   answers `unchanged` or `updated` for the second half, wherever batches are cut).
   * - Repeatable: it may run several times for the same rows (conflict, crash); keep no state outside the database. Documents are changed by
   *   update operators, not by mongoose documents.
   * - `unchanged` writes nothing: no new version, no new `updatedAt`.
   * - What is wrong with a row (unknown patient, identifier with another birth date …) is a `failed` result. Throwing means that the database or the
   *   code is broken: after a duplicate key the batch is repeated, then halved until the row is found, which fails; any other error stops the worker, which tries again later.
   * - In a dry run the engine calls it as always and aborts the transaction: a kind does not notice.
   */
  apply(rows: readonly ReadRow<Item>[], context: ApplyContext): Promise<Applied>;
}
