/**
 * Runs one import on one worker: header, batches, commits, until the file ends, the fence is lost, or the service
 * stops.
 */
import type { ClientSession, Connection } from 'mongoose';
import type { ClinicZone } from '../calendar/clinic-zone.ts';
import { type Commit, commitBatch, Fenced } from './commit.ts';
import { storedFile } from './file-store.ts';
import { ImportFailure } from './header.ts';
import type { ApplyContext, ImportKind } from './kind.ts';
import { importModel, type StoredImport } from './model.ts';
import { changeState } from './record.ts';
import { readBatches, readLayout } from './reader.ts';

export interface RunDeps {
  database: Connection;
  kinds: readonly ImportKind[];
  zone: ClinicZone;
  /** Rows of one import that may fail. */
  maxFailures: number;
}

/**
 * Continues an import from where it has got to.
 * @param job as returned when the fence was raised, in `session`
 * @param isStopping asked between batches
 * @returns `ended`: it has completed or failed; `stopped`: another worker may continue
 * Errors: `Fenced`; those of the database and of the kind, after which it may be tried again.
 */
export async function runImport(
  deps: RunDeps,
  job: StoredImport,
  session: ClientSession,
  isStopping: () => Promise<boolean>,
): Promise<'ended' | 'stopped'> {
  const { database } = deps;
  try {
    const { file, encoding } = job;
    if (!file) throw new ImportFailure('The uploaded file no longer exists.');
    const open = storedFile(database, file, job.bytes.total);
    const layout = await readLayout(open, encoding, deps.kinds, job.kind);
    const context: ApplyContext = {
      database,
      session,
      importId: job._id,
      userId: job.owner,
      createMissing: job.createMissing,
      source: job.source,
      dialect: layout.dialect.name,
      zone: deps.zone,
      now: job.startedAt ?? new Date(),
    };
    if (job.kind === null || layout.warnings.length > (job.warnings?.length ?? 0)) {
      const change = { $set: { kind: layout.kind.name, warnings: layout.warnings }, $inc: { version: 1 } };
      if ((await importModel(database).updateOne(held(job), change)).matchedCount !== 1) throw new Fenced();
    }
    const from = job.bytes.done > 0 ? { offset: job.bytes.done, line: job.line } : layout.body;
    const commit: Commit = {
      database,
      session,
      importId: job._id,
      fence: job.fence,
      dryRun: job.dryRun,
      kind: layout.kind,
      context,
    };

    const batches = readBatches(open, layout, encoding, from, context);
    // The next batch is read while one is being written.
    let writing: Promise<number> = Promise.resolve(job.rows.failed);
    try {
      for await (const batch of batches) {
        if ((await writing) > deps.maxFailures) throw tooManyFailures(deps.maxFailures, batch[0]?.line);
        if (await isStopping()) return 'stopped';
        writing = commitBatch(commit, batch);
        // It is awaited one batch later; until then a rejection must not count as unhandled.
        writing.catch(() => undefined);
      }
    } finally {
      await writing;
    }
    if ((await writing) > deps.maxFailures) throw tooManyFailures(deps.maxFailures, undefined);
    await endImport(database, job, { state: 'completed', 'bytes.done': job.bytes.total });
    return 'ended';
  } catch (error) {
    if (!(error instanceof ImportFailure)) throw error;
    await endImport(database, job, { state: 'failed', failure: error.message });
    return 'ended';
  }
}

/** @param line the first line that was not read */
const tooManyFailures = (most: number, line: number | undefined): ImportFailure =>
  new ImportFailure(
    `More than ${most} rows failed (setting MAX_IMPORT_FAILED_ROWS). ` +
      (line === undefined ? '' : `Line ${line} and all later lines were not checked. `) +
      'Correct the file with the help of the error report and send it again. Rows that are already imported ' +
      'are not changed.',
  );

/** How an import ends. */
interface End {
  state: 'completed' | 'failed';
  [field: string]: unknown;
}

/** Ends an import that this worker holds. Errors: `Fenced`. */
export async function endImport(database: Connection, job: StoredImport, end: End): Promise<void> {
  const now = new Date();
  const change = { $set: { ...end, endedAt: now, updatedAt: now }, $inc: { version: 1 } };
  const deed = end.state === 'completed' ? 'complete' : 'fail';
  if (!(await changeState(database, deed, job.owner, held(job), change))) throw new Fenced();
}

const held = ({ _id, fence }: StoredImport) => ({ _id, fence, state: 'running' as const });
