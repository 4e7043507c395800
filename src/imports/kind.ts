/**
 * What a resource implements so that it can be imported: its columns, how a row is read, and how a batch of rows is
 * written. The engine around it (upload, parsing, leases, transactions, progress, error report) knows no resource; it
 * receives the kinds as a list in `app.ts`.
 *
 *     // src/things/csv.ts
 *     export const thingsCsv: ImportKind<NewThing> = {
 *       name: 'things',
 *       dialects: [{ name: 'synthea', required: ['Id', 'START'], optional: ['STOP'] }],
 *       read: (row, context) => …,      // pure, synchronous, once per row
 *       apply: async (rows, context) => …, // about three commands per batch: look up, write in bulk
 *     };
 */
import type { ClinicZone } from '../calendar/clinic-zone.ts';
import type { ClientSession, Connection, Types } from 'mongoose';

/**
 * One set of columns. A header has this dialect if it has every required column, and none twice; of several dialects,
 * it is the one that knows most of the columns. Unknown columns are passed over with a warning. Order and case do not
 * count, nor do white space, underscores and hyphens: `Birth Date` is `birth_date`.
 */
export interface Dialect {
  /** Returned in `ReadContext.dialect`. Unique within its kind. */
  name: string;
  required: readonly string[];
  optional?: readonly string[];
}

/**
 * One record of the file: text by column, with column names spelt as in the dialect. White space around texts is
 * removed, and the formula that protects a text (`="00123"`); line breaks within quotes are kept. An empty cell is
 * `''`, and an optional column that the file does not have is absent.
 */
export type Row = Readonly<Record<string, string | undefined>>;

/** Why a row is refused. */
export interface RowError {
  /** The column, spelt as in the dialect; null if the error concerns the whole row. */
  column: string | null;
  /** The text in the file; null if there is none. Only the importer sees it. */
  value: string | null;
  /**
   * A short phrase that says what is wrong and what would be right, such as `names a day that does not exist`. Admins
   * see it, so it must never quote a value.
   */
  reason: string;
}

export interface ReadContext {
  /** Name of the file's dialect. */
  dialect: string;
  /** The source of the identifiers in the file; `csv` unless the importer names another. */
  source: string;
  /** The time zone of dates without one. */
  zone: ClinicZone;
  /** When the import started: the same in every batch, also after it has been resumed. */
  now: Date;
}

/** A readable row. */
export interface ReadRow<Item> {
  /** The line on which the record starts, from 1; the header's is 1. */
  line: number;
  item: Item;
  /**
   * SHA-256 (hex) of the cells of all known columns, in any order. Together with `occurrence` it identifies rows that
   * have no identifier. Only with `countsOccurrences`, else ''.
   */
  digest: string;
  /** How many rows with this digest came before it in the file. Only with `countsOccurrences`, else 0. */
  occurrence: number;
}

export interface ApplyContext extends ReadContext {
  database: Connection;
  /**
   * The transaction of the batch. EVERY read and write must use it: otherwise rows take effect more than once, and a
   * dry run writes.
   */
  session: ClientSession;
  importId: Types.ObjectId;
  /** The importer, for createdBy and updatedBy. */
  userId: Types.ObjectId;
  /** Whether missing things that a row refers to are created; otherwise such a row fails. */
  createMissing: boolean;
}

/** The result of one row. `failed` rows have written nothing. */
export type RowResult = 'created' | 'updated' | 'unchanged' | { failed: RowError };

export interface Applied {
  /** One result for each row, in the same order. */
  results: readonly RowResult[];
  /** What else was created, by collection, such as `{ clients: 2 }`. */
  alsoCreated?: Readonly<Record<string, number>>;
}

export interface ImportKind<Item = unknown> {
  /** The resource in the plural, as in its address: `patients`. */
  name: string;
  dialects: readonly Dialect[];
  /**
   * True if rows without an identifier are distinguished by `digest` and `occurrence`; this costs a query for each
   * batch.
   */
  countsOccurrences?: boolean;
  /**
   * Reads and validates one row by itself, and guesses nothing. Must not throw, whatever the file contains. Returns all
   * errors of the row at once. Called once for each row, and again for rows after the last committed batch when an
   * import is resumed.
   */
  read(row: Row, context: ReadContext): { item: Item } | { errors: readonly RowError[] };
  /**
   * Writes a batch (1 to about 1,000 rows, in the order of the file) in bulk. Rules:
   * - First query (one `find` with `$in` and the session), then write only what is sure to succeed (one `bulkWrite` or
   *   `insertMany` with the session): any write error, also a duplicate key, ends the whole transaction. Reads see the
   *   transaction's snapshot and its own writes.
   * - Rows of one batch may concern the same thing: a later row finds what an earlier one has written. So a file with
   *   every row twice answers `unchanged` or `updated` for the second half, wherever batches are cut.
   * - It may run several times for the same rows (conflict, crash): keep no state outside the database, and change
   *   documents with update operators, not with mongoose documents.
   * - `unchanged` writes nothing: no new version, no new `updatedAt`.
   * - An error in a row (an unknown patient, an identifier with another birth date …) is a `failed` result. Throwing
   *   means that the database or the code is broken. After a duplicate key the batch is repeated, and then halved until
   *   the row is found, which fails. Any other error stops the worker, which tries again later.
   * - In a dry run the engine calls it in the same way and aborts the transaction; the kind need not know.
   */
  apply(rows: readonly ReadRow<Item>[], context: ApplyContext): Promise<Applied>;
}
