/**
 * Keeps the embedded mongod running. It ends when its disk is full, and may be killed when memory runs out. It is then
 * started again with the same data, port and password, so that existing connections recover automatically.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { loggable } from '../log/loggable-error.ts';
import { BYTES_TO_START, freeBytes } from './room.ts';

/** One run of mongod. */
export interface Run {
  /** The address with the password; the same after every start. */
  uri: string;
  /** Resolves when mongod ends without having been stopped. */
  lost: Promise<void>;
  stop(): Promise<void>;
}

export interface Supervised extends Run {
  /** Resolves when mongod has ended and will not be started again. */
  lost: Promise<void>;
  state(): DatabaseState;
}

/** `waiting`: not running, and not started until its disk has space. */
export type DatabaseState = 'running' | 'starting' | 'waiting';

export interface SuperviseDeps {
  /** The folder whose disk needs space. */
  dataDir: string;
  log: Logger;
  timing?: Timing;
}

export interface Timing {
  /** Milliseconds between two checks of the disk. */
  lookMs: number;
  /** Milliseconds before the second start after one end; doubled before each further one. */
  pauseMs: number;
  /** Milliseconds of running after which earlier ends are forgotten. */
  steadyMs: number;
}

const TIMING: Timing = { lookMs: 1_000, pauseMs: 1_000, steadyMs: 60_000 };
/** Number of starts without a steady run in between after which to give up; a full disk does not count. */
const MAX_STARTS = 5;

/**
 * Starts mongod and watches over it.
 * @param begin starts it; the signal kills what has been started; `isAgain`: use the same address
 * Errors: those of the first start.
 */
export async function supervise(
  begin: (signal: AbortSignal, isAgain: boolean) => Promise<Run>,
  { dataDir, log, timing: { lookMs, pauseMs, steadyMs } = TIMING }: SuperviseDeps,
): Promise<Supervised> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const isStopping = (): boolean => signal.aborted;
  let state: DatabaseState = 'running';
  let run = await begin(signal, false);

  /** Resolves when there is space, or nobody waits any more. */
  const room = async (): Promise<void> => {
    let free = await freeBytes(dataDir);
    if (free >= BYTES_TO_START) return;
    state = 'waiting';
    log.error(
      { dataDir, freeBytes: free, neededBytes: BYTES_TO_START },
      'the disk of the embedded database is full; mongod is restarted when there is space',
    );
    while (!isStopping() && free < BYTES_TO_START) {
      await pause(lookMs, signal);
      free = await freeBytes(dataDir);
    }
    state = 'starting';
  };

  /** False if another try may help. */
  const startAgain = async (): Promise<boolean> => {
    try {
      run = await begin(signal, true);
      if (isStopping()) await run.stop();
      return true;
    } catch (error) {
      if (!isStopping()) log.warn({ error: loggable(error) }, 'the embedded mongod could not be restarted');
      return isStopping();
    }
  };

  const watch = async (): Promise<void> => {
    let starts = 0;
    for (let startedAt = performance.now(); ;) {
      await run.lost;
      if (isStopping()) return;
      state = 'starting';
      log.error({ freeBytes: await freeBytes(dataDir) }, 'the embedded mongod has ended');
      await run.stop();
      if (performance.now() - startedAt > steadyMs) starts = 0;
      for (let isUp = false; !isUp; starts += 1) {
        await room();
        if (isStopping()) return;
        if (starts >= MAX_STARTS) {
          log.error({ starts }, 'the embedded mongod keeps ending and is not restarted any more');
          return;
        }
        if (starts > 0) await pause(pauseMs * 2 ** (starts - 1), signal);
        if (isStopping()) return;
        isUp = await startAgain();
        if (!isUp && (await freeBytes(dataDir)) < BYTES_TO_START) starts -= 1;
      }
      if (isStopping()) return;
      startedAt = performance.now();
      state = 'running';
      log.info('the embedded database is running again');
    }
  };
  const watching = watch().catch((error: unknown) =>
    log.error({ error: loggable(error) }, 'the embedded mongod can no longer be monitored'),
  );

  return {
    uri: run.uri,
    // A stop also ends the watch; that is not a loss of mongod.
    lost: watching.then(() => (isStopping() ? new Promise<void>(() => undefined) : undefined)),
    state: () => state,
    stop: async () => {
      const wasRunning = state === 'running';
      stopping.abort();
      if (wasRunning) await run.stop();
      else await watching;
    },
  };
}

const pause = async (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => undefined);
