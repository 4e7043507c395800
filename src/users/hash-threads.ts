/** Threads of this process that hash passwords, made when they are needed; one job at a time each. */
import { Worker } from 'node:worker_threads';

/** What argon2 takes of memory (KiB), passes and lanes. */
export interface Cost {
  memoryCost: number;
  timeCost: number;
  parallelism: number;
}

/** To make a hash, or to hold a password against one. */
export interface Job {
  password: string;
  cost?: Cost;
  passwordHash?: string;
}

interface Outcome {
  result?: string | boolean;
  error?: Error;
}

const idle: Worker[] = [];

/** The hash, or whether the password belongs to it. The caller bounds how many run at once. Errors: those of argon2 */
export async function inThread(job: Job): Promise<string | boolean> {
  const thread = idle.pop() ?? new Worker(new URL('./hash-thread.mjs', import.meta.url), { execArgv: [] });
  thread.ref();
  const { result, error } = await outcome(thread, job);
  // A thread that waits for work keeps no process alive.
  thread.unref();
  idle.push(thread);
  if (error !== undefined) throw error;
  return result as string | boolean;
}

/** Rejects when the thread itself has ended: it is not used again. */
function outcome(thread: Worker, job: Job): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const ended = (reason: unknown): void => reject(reason instanceof Error ? reason : new Error(`the thread that hashes has ended with ${String(reason)}`));
    thread.once('error', ended).once('exit', ended);
    thread.once('message', (message: Outcome) => {
      thread.off('error', ended).off('exit', ended);
      resolve(message);
    });
    thread.postMessage(job);
  });
}
