/** Processes that a benchmark starts, and their cost: all of them end with the benchmark, even after an error. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** A server that has reported its address. */
export interface Served {
  /** Such as `http://127.0.0.1:40123`. */
  url: string;
  pid: number;
  stop(): Promise<void>;
}

const START_MS = 30_000;
const STOP_MS = 20_000;

/**
 * Runs a Node.js program that prints its address of 127.0.0.1 when it is ready.
 * @param args of `node`
 * @param environment the complete environment except PATH and the home folder
 * @throws Error with its output when it ends or does not report in time
 */
export async function serve(
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>>,
): Promise<Served> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, args, {
    cwd,
    env: { PATH, HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  try {
    const url = await address(child);
    return { url, pid: child.pid as number, stop: () => end(child, kill) };
  } catch (error) {
    await end(child, kill);
    throw error;
  }
}

function address(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const fail = (why: string): void => reject(new Error(`${child.spawnargs.slice(1).join(' ')} ${why}:\n${printed}`));
    const timer = setTimeout(() => fail('does not say where it listens'), START_MS);
    const read = (text: Buffer): void => {
      printed = (printed + text.toString()).slice(-10_000);
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0];
      if (url) {
        clearTimeout(timer);
        resolve(url);
      }
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', () => {
      clearTimeout(timer);
      fail('ended');
    });
  });
}

async function end(child: ChildProcess, kill: () => void): Promise<void> {
  process.off('exit', kill);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const timer = setTimeout(kill, STOP_MS);
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
  clearTimeout(timer);
}

/** Memory of a process in MiB, current and peak (proc(5): VmRSS and VmHWM). */
export function memory(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  return { now: field('VmRSS'), peak: field('VmHWM') };
}

/** Milliseconds of processor time that a process has used (proc(5): utime and stime, in ticks of 10 ms). */
export function processorMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
