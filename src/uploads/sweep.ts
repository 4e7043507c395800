/**
 * Removes the bytes of uploads that have expired, ended or been given up. Any number of instances may do this at the
 * same time, and any of them may be killed: each step can be repeated.
 */
import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import { loggable } from '../log/loggable-error.ts';
import { PENDING } from './find.ts';
import { uploadModel, uploadPieces } from './model.ts';
import { removePieces } from './pieces.ts';

/** Milliseconds between two sweeps. */
const SWEEP_MS = 60_000;
/** Sweeps after which pieces without an upload are looked for. */
const STRAY_EVERY = 60;
/** For how long an expired upload answers 410, after that 404. */
const REMEMBERED_MS = 7 * 86_400_000;

export interface UploadSweepDeps {
  database: Connection;
  log: Logger;
  /** Interrupts a sweep between two uploads; the next one continues. */
  stopping?: AbortSignal;
}

/** Sweeps regularly. */
export function startUploadSweeper(given: UploadSweepDeps, sweepMs = SWEEP_MS): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const deps = { ...given, stopping: stopping.signal };
  let running: Promise<unknown> | null = null;
  let sweeps = 0;
  const timer = setInterval(() => {
    running ??= (sweeps++ % STRAY_EVERY === 0 ? sweepAll(deps) : sweepUploads(deps))
      .catch((error: unknown) => {
        given.log.warn({ error: loggable(error) }, 'a sweep of uploads failed and will be tried again');
      })
      .finally(() => {
        running = null;
      });
  }, sweepMs).unref();
  return {
    stop: async () => {
      stopping.abort();
      clearInterval(timer);
      await running;
    },
  };
}

async function sweepAll(deps: UploadSweepDeps): Promise<void> {
  await sweepUploads(deps);
  await sweepStrayPieces(deps);
}

/** Expired for so many milliseconds. */
const isOver = (ms: number): object => ({ $expr: { $lt: ['$expiresAt', { $subtract: ['$$NOW', ms] }] } });

/** Ends what has expired and removes what is not needed any more. Errors: those of the database. */
export async function sweepUploads({ database, log, stopping }: UploadSweepDeps): Promise<void> {
  const uploads = uploadModel(database);
  // After this, no piece can be added. The names of files may be those of patients.
  const { modifiedCount } = await uploads.updateMany({ state: { $in: PENDING }, ...isOver(0) }, [
    { $set: { state: 'expired', name: null, metadata: null, problem: null, version: { $add: ['$version', 1] } } },
  ]);
  if (modifiedCount > 0) log.info({ uploads: modifiedCount }, 'resumable uploads have expired');
  const ended = uploads.find({ state: { $in: ['done', 'expired', 'terminated'] }, hasPieces: true }, { _id: 1 });
  for await (const { _id } of ended.lean()) {
    if (stopping?.aborted) return;
    await removePieces(database, _id);
  }
  await uploads.deleteMany({ state: 'terminated', hasPieces: false });
  await uploads.deleteMany({ state: 'done', hasPieces: false, ...isOver(0) });
  await uploads.deleteMany({ state: 'expired', hasPieces: false, ...isOver(REMEMBERED_MS) });
}

/**
 * Removes pieces without an upload: they were on their way when it was terminated. An upload is stored before its
 * pieces; so an upload that is not found after its piece was seen does not exist any more. Errors: those of the
 * database.
 */
export async function sweepStrayPieces({ database, stopping }: UploadSweepDeps): Promise<void> {
  const withPieces = await uploadPieces(database).distinct('upload');
  for (const upload of withPieces) {
    if (stopping?.aborted) return;
    if (!(await uploadModel(database).exists({ _id: upload }))) await uploadPieces(database).deleteMany({ upload });
  }
}
