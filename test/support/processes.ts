/** What runs on this machine; Linux alone says so in files. */
import { readdirSync, readFileSync } from 'node:fs';

/** Whether `running` can tell. */
export const canTell = process.platform === 'linux';

/**
 * Numbers of the processes that have this text in their command line; one that has ended and is not yet noticed by
 * its parent has none.
 */
export function running(text: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid && commandLine(pid).includes(text));
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}

/** Whether a signal has stopped a process, each of its threads: until then it may still answer. */
export function isStopped(pid: number): boolean {
  const threads = `/proc/${pid}/task`;
  return readdirSync(threads).every((thread) => / T [^)]*$/.test(readFileSync(`${threads}/${thread}/stat`, 'latin1')));
}
