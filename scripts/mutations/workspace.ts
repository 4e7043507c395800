/** A copy of the working tree in which files are changed and tests run: the tree itself is never changed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

/** What is not copied, or only linked. */
const NOT_COPIED = /^(?:node_modules|\.git|\.data|dist|coverage)$/;

/** The result of a command. */
export interface Ended {
  /** Null if it timed out. */
  status: number | null;
  output: string;
}

export class Workspace {
  readonly root: string;
  #end = (): void => undefined;

  constructor(from: string) {
    this.root = mkdtempSync(join(tmpdir(), 'leadwire-mutations-'));
    cpSync(from, this.root, { recursive: true, filter: (path) => !NOT_COPIED.test(relative(from, path)) });
    symlinkSync(join(from, 'node_modules'), join(this.root, 'node_modules'));
  }

  write(file: string, text: string): void {
    mkdirSync(dirname(join(this.root, file)), { recursive: true });
    writeFileSync(join(this.root, file), text);
  }

  remove(file: string): void {
    rmSync(join(this.root, file), { force: true });
  }

  /** Runs the work while a file has another text. */
  async with<T>(file: string, text: string, work: () => Promise<T>): Promise<T> {
    const before = readFileSync(join(this.root, file), 'utf8');
    this.write(file, text);
    try {
      return await work();
    } finally {
      this.write(file, before);
    }
  }

  /** Runs a command of `node_modules/.bin`. */
  run(command: string, args: readonly string[], patienceMs: number): Promise<Ended> {
    const env = { ...process.env, RECORDINGS_DIR: process.env['RECORDINGS_DIR'] ?? 'absent' };
    const options = { cwd: this.root, env, detached: true } as const;
    const child = spawn(join('node_modules', '.bin', command), args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (piece: Buffer) => {
      output += piece.toString();
    });
    child.stderr.on('data', (piece: Buffer) => {
      output += piece.toString();
    });
    this.#end = () => endGroup(child);
    return new Promise((resolve, reject) => {
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        endGroup(child);
      }, patienceMs);
      child.once('error', reject);
      // A process left behind by a test would keep the pipes open.
      child.once('exit', () => endGroup(child));
      child.once('close', (status) => {
        clearTimeout(timer);
        resolve({ status: isLate ? null : (status ?? 1), output });
      });
    });
  }

  /** Ends what is running, and removes the copy. */
  delete(): void {
    this.#end();
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Each command has a process group of its own, so that everything it has started ends with it. */
function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
