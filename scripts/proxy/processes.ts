/**
 * Real processes for a verification: starts them with their output in files, waits for them, inspects and ends them.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const START_MS = 30_000;
/** The search path of commands: Debian installs nginx where only root's path finds it. */
const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin`;

/** Whether a command is installed. @param args with which it exits at once */
export const isInstalled = (command: string, args: readonly string[]): boolean =>
  spawnSync(command, args, { env: { PATH } }).error === undefined;

export interface Running {
  name: string;
  child: ChildProcess;
  /** The exit code; null if a signal ended it. */
  ended: Promise<number | null>;
}

/**
 * Starts a command in a folder. Its output goes to `NAME.out` and `NAME.err` there, since nginx cannot open
 * `/dev/stdout` if that is a socket.
 */
export function run(
  name: string,
  command: string,
  args: readonly string[],
  folder: string,
  env: Record<string, string> = {},
): Running {
  const [out, err] = ['out', 'err'].map((kind) => openSync(join(folder, `${name}.${kind}`), 'a'));
  const child = spawn(command, args, {
    cwd: folder,
    env: { PATH, HOME: process.env['HOME'], ...env },
    stdio: ['ignore', out, err],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('exit', resolve);
    child.once('error', reject);
  });
  // A rejection that nobody awaits must not end the verification.
  ended.catch(() => undefined);
  return { name, child, ended };
}

/** Sends a signal unless the process has ended. @returns as `ended` */
export async function end({ child, ended }: Running, signal: NodeJS.Signals): Promise<number | null> {
  child.kill(signal);
  return ended;
}

/** Waits until a URL answers with success. @throws Error when the process ends before that, or takes too long */
export async function ready({ name, child }: Running, url: string): Promise<void> {
  for (const giveUp = Date.now() + START_MS; Date.now() < giveUp && child.exitCode === null; await sleep(50)) {
    if (
      await fetch(url).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      return;
  }
  throw new Error(`${name} does not get ready`);
}

/** Free ports of 127.0.0.1. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  for (const server of servers) server.close();
  return ports;
}

/** The files that a process's children have open, including deleted ones. */
export function filesOfChildren({ name, child }: Running): string[] {
  const pids = read(`/proc/${child.pid}/task/${child.pid}/children`).trim().split(' ').filter(Boolean);
  if (pids.length === 0) throw new Error(`${name} has no children`);
  return pids.flatMap((pid) => readdirSync(`/proc/${pid}/fd`).map((fd) => link(`/proc/${pid}/fd/${fd}`)));
}

/** The last lines of all output files in a folder. */
export const lastLines = (folder: string): string =>
  readdirSync(folder)
    .filter((file) => /\.(out|err)$/.test(file))
    .map((file) => `--- ${file}\n${read(join(folder, file)).split('\n').slice(-12).join('\n')}`)
    .join('\n');

/** A file's text; empty if it does not exist. */
export const read = (file: string): string => tryOr('', () => readFileSync(file, 'utf8'));
const link = (file: string): string => tryOr('', () => readlinkSync(file));

function tryOr<Value>(fallback: Value, work: () => Value): Value {
  try {
    return work();
  } catch {
    return fallback;
  }
}
