/**
 * A separate disk for tests that fill it: a tmpfs. If none can be mounted (this requires root, on Linux), such tests
 * are skipped and say so.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk {
  path: string;
  /** Changes its size. */
  resize(mebibytes: number): void;
  /** Fills it with a file until only this much is free. @returns the file; removing it frees the space */
  leave(mebibytes: number): string;
  remove(): void;
}

const MIB = 1024 * 1024;

/** Null if nothing can be mounted; in CI that is an error. */
export function smallDisk(mebibytes: number): SmallDisk | null {
  const path = mkdtempSync(join(tmpdir(), 'leadwire-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', path], { stdio: 'pipe' });
  } catch (error) {
    rmdirSync(path);
    if (process.env['CI'] && process.getuid?.() === 0) throw error;
    return null;
  }
  let files = 0;
  return {
    path,
    resize: (size) => void execFileSync('mount', ['-o', `remount,size=${size}m`, path]),
    leave: (size) => {
      const { bavail, bsize } = statfsSync(path);
      const file = join(path, `filler-${(files += 1)}`);
      writeFileSync(file, Buffer.alloc(Math.max(0, bavail * bsize - size * MIB)));
      return file;
    },
    remove: () => {
      execFileSync('umount', ['-l', path]);
      rmdirSync(path);
    },
  };
}

/** Skips the tests of a suite if there is no disk. */
export function skipWithout(disk: SmallDisk | null, context: Mocha.Context): void {
  if (disk) return;
  process.stdout.write('      (no tmpfs can be mounted here, so that no disk can be filled: run as root on Linux)\n');
  context.skip();
}
