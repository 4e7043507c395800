/** One import on one worker: header → batches → commits, until the file ends, the fence is lost, or the service stops. */
import { Readable } from 'node:stream';
import type { ClientSession, Connection } from 'mongoose';
import type { ClinicZone } from '../calendar/clinic-zone.ts';
import { type Commit, commitBatch, Fenced } from './commit.ts';
import { ImportFailure } from './header.ts';
import type { ApplyContext, ImportKind } from './kind.ts';
import { importModel, importFiles, type StoredImport } from './model.ts';
import { changeState } from './record.ts';
import { type OpenFile, readBatches, readLayout } from './reader.ts';

export interface RunDeps {
  database: Connection;
  kinds: readonly ImportKind[];
  zone: ClinicZone;
  /** Rows of one import that may fail. */
  maxFailures: number;
}

/**
 * Goes on with an import from where it stands.
 * @param job as the fence was raised, in `session`
 * @param isStopping asked between batches
 * @returns `ended`: it has completed or failed; `stopped`: others may go on
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
    if (!file) throw new ImportFailure('The uploaded file is gone.');
    const open: OpenFile = (start) =>
      start < job.bytes.total
        ? importFiles(database).openDownloadStream(file, { start, end: job.bytes.total })
        : Readable.from([]);
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
    if (job.kind === null) {
      const change = { $set: { kind: layout.kind.name }, $inc: { version: 1 } };
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
    // While a batch is being written the next one is read.
    let writing: Promise<number> = Promise.resolve(job.rows.failed);
    try {
      for await (const batch of batches) {
        if ((await writing) > deps.maxFailures) throw tooManyFailures(deps.maxFailures, batch[0]?.line);
        if (await isStopping()) return 'stopped';
        writing = commitBatch(commit, batch);
        // It is awaited a batch later; until then a failure is not unhandled.
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

/** @param line the first that was not looked at any more */
const tooManyFailures = (most: number, line: number | undefined): ImportFailure =>
  new ImportFailure(
    `More than ${most} rows failed. That is the setting MAX_IMPORT_FAILED_ROWS. ${line === undefined ? '' : `Line ${line} and those behind it were not looked at. `}` +
      'Correct the file by the error report and send it again, which changes nothing of what is imported already.',
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
