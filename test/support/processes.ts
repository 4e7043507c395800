/** Lists the processes of this machine; only Linux shows them as files. */
import { readdirSync, readFileSync } from 'node:fs';

/** Whether `running` works here. */
export const canTell = process.platform === 'linux';

/** The ids of the processes whose command line contains this text. A zombie has no command line. */
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

/** Whether a signal has stopped all threads of a process: until then it may still answer. */
export function isStopped(pid: number): boolean {
  const threads = `/proc/${pid}/task`;
  return readdirSync(threads).every((thread) => / T [^)]*$/.test(readFileSync(`${threads}/${thread}/stat`, 'latin1')));
}
