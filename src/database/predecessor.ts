/** Ends a mongod of an earlier start that is still running. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { isAlive } from './instance-lock.ts';
import { MongodFailed } from './mongod-failed.ts';
import { textOf } from './text-of.ts';

/**
 * Ends the mongod of a killed service, and waits for it: mongod keeps its process id in its lock file, and empties that
 * file after a clean shutdown.
 * @param data the folder of its data
 * @throws MongodFailed if it has not ended in time
 */
export async function endPredecessor(
  data: string,
  log: Logger,
  patienceMs: number,
  signal: AbortSignal,
): Promise<void> {
  const pid = Number(textOf(join(data, 'mongod.lock'))?.trim());
  const hasProc = process.platform === 'linux';
  const isOurs = (): boolean =>
    pid > 0 && isAlive(pid) && (!hasProc || textOf(`/proc/${pid}/cmdline`)?.split('\0').includes(data) === true);
  if (!isOurs()) return;
  log.info({ mongodPid: pid }, 'waiting for the mongod of a killed service to end');
  if (hasProc) process.kill(pid, 'SIGTERM');
  for (const end = Date.now() + patienceMs; isOurs(); await sleep(50, undefined, { signal })) {
    if (Date.now() > end) {
      throw new MongodFailed(
        `A mongod (process ${pid}) of an earlier start still uses ${data} and does not end. End it, then start again.`,
      );
    }
  }
}
