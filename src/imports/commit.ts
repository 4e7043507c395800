/**
 * Commits one batch: rows, error report and progress in one transaction that also checks the fence, so that every row
 * takes effect exactly once.
 */
import type { ClientSession, Connection } from 'mongoose';
import { isDuplicateKey } from '../database/duplicate-key.ts';
import { TRANSACTION } from '../database/transaction.ts';
import type { ApplyContext, ImportKind, ReadRow, RowError, RowResult } from './kind.ts';
import { MAX_ERRORS_A_ROW, MAX_ERRORS_KEPT, MAX_VALUE_LENGTH } from './limits.ts';
import { errorCollection, importModel, type ObjectId, type StoredError, type StoredImport } from './model.ts';
import { countOccurrences } from './occurrences.ts';
import type { Entry } from './reader.ts';

/** Another worker has taken over the import, or it was cancelled: nothing more may be written. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
}

/** What a worker needs to commit batches of an import. */
export interface Commit {
  database: Connection;
  session: ClientSession;
  importId: ObjectId;
  fence: number;
  dryRun: boolean;
  kind: ImportKind;
  context: ApplyContext;
}

/** The result of a batch. */
interface Outcome {
  counts: { total: number; ok: number; created: number; updated: number; unchanged: number; failed: number };
  alsoCreated: Readonly<Record<string, number>>;
  errors: { line: number; error: RowError }[];
}

/**
 * Repetitions of a batch after a duplicate key: somebody else has stored the same thing in the meantime, and the next
 * attempt sees it.
 */
const DUPLICATE_REPEATS = 3;

/**
 * Commits a batch completely or not at all. A row that turns out not to be storable is found by halving the batch, and
 * fails alone.
 * @returns how many rows of the import have failed so far
 * Errors: `Fenced`; those of the database and of the kind.
 */
export async function commitBatch(commit: Commit, batch: readonly Entry[]): Promise<number> {
  for (let repeats = 0; ; repeats++) {
    try {
      return await commitOnce(commit, batch);
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      if (repeats < DUPLICATE_REPEATS) continue;
    }
    const [only] = batch;
    if (batch.length === 1 && only) {
      const collision = { column: null, value: null, reason: 'conflicts with data that is already stored' };
      return commitOnce(commit, [{ ...only, row: null, errors: [collision] }]);
    }
    const half = Math.ceil(batch.length / 2);
    await commitBatch(commit, batch.slice(0, half));
    return commitBatch(commit, batch.slice(half));
  }
}

async function commitOnce(commit: Commit, batch: readonly Entry[]): Promise<number> {
  const { session } = commit;
  // A dry run does everything and rolls it back.
  const rehearsed = commit.dryRun
    ? await session.withTransaction(async () => {
        const outcome = await applied(commit, batch);
        await session.abortTransaction();
        return outcome;
      }, TRANSACTION)
    : null;
  return session.withTransaction(async () => {
    const before = await checkedFence(commit);
    const outcome = rehearsed ?? (await applied(commit, batch));
    await record(commit, before, batch, outcome);
    return before.rows.failed + outcome.counts.failed;
  }, TRANSACTION);
}

/**
 * The import, provided that this worker still holds it. The document is not locked while the rows are written, so that
 * cancelling need not wait for a gap between two batches. If it changes in the meantime, the write of `record`
 * conflicts, and the transaction starts again with this check.
 */
async function checkedFence({ database, session, importId, fence }: Commit): Promise<StoredImport> {
  const job = await importModel(database).findOne({ _id: importId, fence, state: 'running' }).session(session).lean();
  if (!job) throw new Fenced();
  return job;
}

/** Lets the kind write the readable rows, and counts the results. */
async function applied(
  { database, session, importId, kind, context }: Commit,
  batch: readonly Entry[],
): Promise<Outcome> {
  const rows: ReadRow<unknown>[] = [];
  for (const { line, row } of batch) if (row) rows.push({ line, item: row.item, digest: row.digest, occurrence: 0 });
  if (kind.countsOccurrences && rows.length > 0) {
    const before = await countOccurrences(
      database,
      session,
      importId,
      rows.map(({ digest }) => digest),
    );
    for (const [i, row] of rows.entries()) row.occurrence = before[i] ?? 0;
  }
  const { results, alsoCreated = {} } = rows.length > 0 ? await kind.apply(rows, context) : { results: [] };
  if (results.length !== rows.length)
    throw new Error(`the kind ${kind.name} answers ${results.length} results for ${rows.length} rows`);
  return { ...counted(batch, rows, results), alsoCreated };
}

function counted(
  batch: readonly Entry[],
  rows: readonly ReadRow<unknown>[],
  results: readonly RowResult[],
): Omit<Outcome, 'alsoCreated'> {
  const counts = { total: batch.length, ok: 0, created: 0, updated: 0, unchanged: 0, failed: 0 };
  const errors: Outcome['errors'] = [];
  for (const { line, row, errors: found } of batch) {
    if (row) continue;
    counts.failed += 1;
    for (const error of found.slice(0, MAX_ERRORS_A_ROW)) errors.push({ line, error });
  }
  for (const [i, result] of results.entries()) {
    if (typeof result === 'string') counts[result] += 1;
    else {
      counts.failed += 1;
      errors.push({ line: (rows[i] as ReadRow<unknown>).line, error: result.failed });
    }
  }
  counts.ok = counts.created + counts.updated;
  return { counts, errors: errors.toSorted((a, b) => a.line - b.line) };
}

/**
 * Writes the error report, and last the progress: from that write to the commit, the import's document is locked.
 * @param before the import in the snapshot of this transaction; progress is stored only if it is still the same
 */
async function record(
  { database, session, importId }: Commit,
  before: StoredImport,
  batch: readonly Entry[],
  { counts, alsoCreated, errors }: Outcome,
): Promise<void> {
  const kept = errorDocuments(importId, errors.slice(0, Math.max(0, MAX_ERRORS_KEPT - before.errorsKept)));
  if (kept.length > 0) await errorCollection(database).insertMany(kept, { session, ordered: false });
  const last = batch.at(-1) as Entry;
  const increments = {
    ...Object.fromEntries(Object.entries(counts).map(([name, count]) => [`rows.${name}`, count])),
    ...Object.fromEntries(Object.entries(alsoCreated).map(([name, count]) => [`alsoCreated.${name}`, count])),
    errorsKept: kept.length,
    version: 1,
  };
  await importModel(database).updateOne(
    { _id: importId },
    {
      $set: { 'bytes.done': last.end.offset, line: last.end.line, attempts: 0, updatedAt: new Date() },
      $inc: increments,
    },
    { session },
  );
}

function errorDocuments(importId: ObjectId, errors: Outcome['errors']): StoredError[] {
  const at = new Date();
  let line = 0;
  let n = 0;
  return errors.map(({ line: errorLine, error: { column, value, reason } }) => {
    n = errorLine === line ? n + 1 : 0;
    line = errorLine;
    return { import: importId, line, n, column, value: value === null ? null : cut(value), reason, at };
  });
}

const cut = (value: string): string =>
  value.length <= MAX_VALUE_LENGTH ? value : `${value.slice(0, MAX_VALUE_LENGTH - 1)}…`;
