/**
 * Processes that hash passwords, made when they are needed; one job at a time each, at a low priority: whoever logs in
 * takes what others leave of a busy processor.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { setPriority } from 'node:os';

/** What argon2 takes of memory (KiB), passes and lanes. */
export interface Cost {
  memoryCost: number;
  timeCost: number;
  parallelism: number;
}

/** To make a hash, or to hold a password against one. */
interface Job {
  password: string;
  cost?: Cost;
  passwordHash?: string;
}

interface Outcome {
  result?: string | boolean;
  error?: Error;
}

/** Of nice(2): about a tenth of another process's share of a busy processor. */
const NICE = 10;

const idle: ChildProcess[] = [];

function start(): ChildProcess {
  const child = fork(new URL('./hash-process.mjs', import.meta.url), { execArgv: [], serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  try {
    if (child.pid !== undefined) setPriority(child.pid, NICE);
  } catch {
    // A sandbox may forbid it: log-ins are then as dear to others as they would be without.
  }
  // One that ends while it has nothing to do is not used again.
  child.once('exit', () => {
    const place = idle.indexOf(child);
    if (place !== -1) idle.splice(place, 1);
  });
  return child;
}

/** The hash, or whether the password belongs to it. The caller bounds how many run at once. Errors: those of argon2 */
export async function inProcess(job: Job): Promise<string | boolean> {
  const child = idle.pop() ?? start();
  hold(child, true);
  const { result, error } = await outcome(child, job);
  hold(child, false);
  idle.push(child);
  if (error !== undefined) throw error;
  return result as string | boolean;
}

/** One that waits for work keeps this process from ending no more. */
function hold(child: ChildProcess, isBusy: boolean): void {
  child[isBusy ? 'ref' : 'unref']();
  child.channel?.[isBusy ? 'ref' : 'unref']();
}

/** Rejects when the process itself has ended. */
function outcome(child: ChildProcess, job: Job): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const ended = (reason: unknown): void => reject(reason instanceof Error ? reason : new Error(`the process that hashes has ended with ${String(reason)}`));
    child.once('error', ended).once('exit', ended);
    child.once('message', (message: Outcome) => {
      child.off('error', ended).off('exit', ended);
      resolve(message);
    });
    child.send(job);
  });
}
