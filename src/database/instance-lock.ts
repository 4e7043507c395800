/**
 * Only one service per data folder: a lock file names the process that holds the folder. The lock of a dead process
 * does not count.
 */
import { linkSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { UnusableDataDir, writeDraft } from '../startup/data-dir.ts';
import { Explained } from '../startup/explained.ts';
import { textOf } from './text-of.ts';

/** A service, which holds the folder for long and admits commands, or a command, which ends soon. */
export type HolderKind = 'service' | 'command';

interface Holder {
  pid: number;
  kind: HolderKind;
  /**
   * When the process started, in the kernel's ticks; distinguishes it from a later process with the same id. Null if
   * the system does not provide it.
   */
  started: string | null;
}

/** Another service holds the data folder. */
export class FolderInUse extends Explained {
  override readonly name = 'FolderInUse';

  /** Null if unknown: only mongod itself noticed the conflict. */
  readonly holder: HolderKind | null;

  constructor(dataDir: string, holder: { pid: number; kind: HolderKind } | null) {
    const { kind, pid } = holder ?? {};
    const isCommand = kind === 'command';
    const what = isCommand ? 'a running command' : 'a running service';
    const who = holder ? `${what} (process ${pid})` : 'another service';
    const way = isCommand ? 'Wait for it' : 'Stop it';
    super(`The data folder ${dataDir} is in use by ${who}. ${way}, or use another data folder (DATA_DIR).`);
    this.holder = kind ?? null;
  }
}

/**
 * Locks the data folder for this process.
 * If two processes find the same dead holder at the same instant, both may succeed; mongod's own lock on its data then
 * stops one of them.
 * @returns a function that releases the folder
 * @throws FolderInUse while a live process holds it; UnusableDataDir if the file can be neither written nor replaced
 */
export function lockFolder(dataDir: string, kind: HolderKind = 'service'): () => void {
  const file = join(dataDir, 'service.lock');
  const draft = `${file}.${process.pid}`;
  const own: Holder = { pid: process.pid, kind, started: startOf(process.pid) };
  writeDraft(draft, JSON.stringify(own));
  try {
    // A link, unlike a file opened for writing, never appears empty.
    for (let isTaken = false; !isTaken;) {
      isTaken = tryLink(draft, file);
      if (isTaken) break;
      const holder = read(file);
      if (holder && isRunning(holder)) throw new FolderInUse(dataDir, holder);
      removeLock(file);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return () => {
    if (read(file)?.pid === process.pid) rmSync(file, { force: true });
  };
}

function removeLock(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch (error) {
    throw new UnusableDataDir(
      `${file} was not created by a service and cannot be replaced. Remove it, then start again.`,
      { cause: error },
    );
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function read(file: string): Holder | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    return null;
  }
}

/** A process that has ended, and whose parent has not noticed it, holds nothing any more. */
const isRunning = ({ pid, started }: Holder): boolean =>
  isAlive(pid) && started === startOf(pid) && statOf(pid)[STATE] !== 'Z';

/** Whether a process with this id exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const startOf = (pid: number): string | null => statOf(pid)[STARTED] ?? null;

/** Places in `statOf`: fields 3 and 22 of proc(5). */
const STATE = 0;
const STARTED = 19;

/**
 * /proc/[pid]/stat from its third field on; empty if the system has none. The second field may contain spaces and
 * brackets, hence the search from the end.
 */
function statOf(pid: number): string[] {
  const stat = textOf(`/proc/${pid}/stat`);
  return stat ? stat.slice(stat.lastIndexOf(')') + 2).split(' ') : [];
}
