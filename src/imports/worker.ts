/**
 * The import worker of one instance: finds imports with work left, takes them up one after another, and clears away
 * what has ended.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import type { Room } from '../database/room.ts';
import { keepFromOthers } from '../database/sessions.ts';
import { loggable } from '../log/loggable-error.ts';
import { brokenOff } from './arriving.ts';
import { Fenced } from './commit.ts';
import { removeFile, removeStrayFiles } from './file-store.ts';
import { endTransactions, leased, type Lease, raiseFence, releaseLease, renewLease, takeLease } from './lease.ts';
import { CONCURRENT_IMPORTS, MAX_ATTEMPTS } from './limits.ts';
import { importModel, type StoredImport, type StoredState } from './model.ts';
import { forgetOccurrences } from './occurrences.ts';
import { endImport, type RunDeps, runImport } from './run.ts';

export interface WorkerDeps extends RunDeps {
  room: Room;
  log: Logger;
  /** Milliseconds of silence after which an upload counts as interrupted. */
  silentMs: number;
}

export interface Timing {
  /** Milliseconds after which another instance takes over from a dead one. */
  leaseMs: number;
  /** Milliseconds between two searches for work. */
  pollMs: number;
}

export const TIMING: Timing = { leaseMs: 15_000, pollMs: 2_000 };

/** Milliseconds between two searches for files without an import. */
const STRAY_MS = 3_600_000;

/** Imports read in one search; those that others are working on are skipped. */
const LOOKED_AT = 100;

/** Usage: `start` once the service listens, `wake` when there is new work, `stop` before the database is closed. */
export class Worker {
  readonly #deps: WorkerDeps;
  readonly #timing: Timing;
  #loops: Promise<void>[] = [];
  readonly #end = new AbortController();
  /** Aborted and replaced when there is new work. */
  #alarm = new AbortController();

  constructor(deps: WorkerDeps, timing: Timing = TIMING) {
    this.#deps = deps;
    this.#timing = timing;
  }

  /** Aborted when the service stops. */
  get stopping(): AbortSignal {
    return this.#end.signal;
  }

  get #isStopping(): boolean {
    return this.#end.signal.aborted;
  }

  start(): void {
    if (this.#loops.length > 0) return;
    this.#loops = Array.from({ length: CONCURRENT_IMPORTS }, async () => this.#loop());
    this.#loops.push(this.#tidyLoop());
  }

  /** Makes the worker look for work immediately, even if it is looking already. */
  wake(): void {
    this.#alarm.abort();
    this.#alarm = new AbortController();
  }

  /** Finishes the current batches. Other workers can continue these imports immediately. */
  async stop(): Promise<void> {
    this.#end.abort();
    this.wake();
    await Promise.all(this.#loops);
  }

  async #loop(): Promise<void> {
    while (!this.#isStopping) {
      const { signal } = this.#alarm;
      const didSomething = await this.#workOnOne().catch((error: unknown) => {
        this.#deps.log.warn({ error: loggable(error) }, 'an import was interrupted and will be resumed');
        return false;
      });
      if (!didSomething) await sleep(this.#timing.pollMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  async #tidyLoop(): Promise<void> {
    const { database, log } = this.#deps;
    while (!this.#isStopping) {
      await removeStrayFiles(database, this.stopping).catch((error: unknown) => {
        log.warn({ error: loggable(error) }, 'files that belong to no import could not be removed');
      });
      await sleep(STRAY_MS, undefined, { signal: this.stopping, ref: false }).catch(() => undefined);
    }
  }

  async #workOnOne(): Promise<boolean> {
    const { database } = this.#deps;
    const hasRoom = await this.#deps.room.isEnough();
    for (const seen of await this.#open(hasRoom)) {
      if (this.#isStopping) return false;
      const lease = await takeLease(database, seen._id, this.#timing.leaseMs);
      if (!lease) continue;
      await this.#work(lease);
      return true;
    }
    return false;
  }

  /**
   * Imports with work left, the oldest first, without those that others are working on. If the disk is full, importing
   * waits, which does not count as an attempt, and clearing away makes room.
   */
  async #open(hasRoom: boolean): Promise<StoredImport[]> {
    const { database, silentMs } = this.#deps;
    const left: StoredState[] = hasRoom ? ['uploading'] : ['uploading', 'queued', 'running'];
    const found = await importModel(database)
      .find({ file: { $type: 'objectId' }, $or: [{ state: { $nin: left } }, brokenOff(silentMs)] })
      .sort({ _id: 1 })
      .limit(LOOKED_AT)
      .lean();
    const taken = await leased(
      database,
      found.map(({ _id }) => _id),
    );
    return found.filter(({ _id }) => !taken.has(_id.toHexString()));
  }

  /**
   * Does the work left for an import. After an error the lease is left to expire, which is the pause before the next
   * attempt.
   */
  async #work(lease: Lease): Promise<void> {
    const { database, silentMs } = this.#deps;
    let isHeld = true;
    const renewal = setInterval(() => {
      renewLease(database, lease, this.#timing.leaseMs).then(
        (held) => (isHeld &&= held),
        () => undefined,
      );
    }, this.#timing.leaseMs / 3);
    try {
      const job = await importModel(database).findOne({ _id: lease.importId }).lean();
      if (job?.state === 'uploading') {
        const stale = { _id: job._id, ...brokenOff(silentMs) };
        const { matchedCount } = await importModel(database).updateOne(stale, { $set: { state: 'abandoned' } });
        if (matchedCount === 1) await clear(database, job);
      } else if (job?.state === 'queued' || job?.state === 'running') {
        const isToStop = async (): Promise<boolean> =>
          this.#isStopping || !isHeld || !(await this.#deps.room.isEnough());
        if (await this.#carryOn(job, isToStop)) await clear(database, job);
      } else if (job) await clear(database, job);
      await releaseLease(database, lease);
    } finally {
      clearInterval(renewal);
    }
  }

  /** Returns true if the import has ended. */
  async #carryOn(seen: StoredImport, isStopping: () => Promise<boolean>): Promise<boolean> {
    const { database, log } = this.#deps;
    const session = await database.startSession();
    try {
      const job = await raiseFence(database, seen, session);
      if (!job) return false;
      if (job.attempts > MAX_ATTEMPTS) {
        await endImport(database, job, {
          state: 'failed',
          failure:
            `Failed after ${MAX_ATTEMPTS} attempts at the same rows. Rows before line ${job.line} are imported; ` +
            'the log of the service has the reason.',
        });
        return true;
      }
      return (await runImport(this.#deps, job, session, isStopping)) === 'ended';
    } catch (error) {
      if (!(error instanceof Fenced)) throw error;
      log.info({ import: seen._id.toHexString() }, 'an import was cancelled, or taken over by another instance');
      return false;
    } finally {
      // The next worker kills this session, to be sure.
      keepFromOthers(session);
      await session.endSession();
    }
  }
}

/**
 * Removes the file of an ended import and what was kept for resuming; removes an abandoned one completely. May be
 * repeated.
 */
async function clear(database: Connection, { _id, file, session }: StoredImport): Promise<void> {
  // A batch of a worker that has crashed, or is paused, would keep its rows locked.
  if (session) await endTransactions(database, session);
  if (file) await removeFile(database, file);
  await forgetOccurrences(database, _id);
  const { deletedCount } = await importModel(database).deleteOne({ _id, state: 'abandoned' });
  if (deletedCount === 0) await importModel(database).updateOne({ _id }, { $set: { file: null, session: null } });
}
