/**
 * The version that figures are compared with, built from the repository's history into a folder of the cache, once.
 * Without it (a shallow clone, no git, no npm registry) the benchmarks leave out what they compare with it, and say so.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The commit of this version. */
export const TODAY = '18f3629';

/** How it is called in tables. */
export const OF_TODAY = `version ${TODAY}`;

/** Whether this process has already said that it cannot be had. */
let isTold = false;

/** The folder of that version, built if necessary; null if it cannot be had. @param root the project's folder */
export function buildToday(root: string): string | null {
  const cache = join(root, 'node_modules', '.cache');
  const folder = join(cache, `leadwire-${TODAY}`);
  if (existsSync(folder)) return folder;
  const partial = `${folder}.${process.pid}`;
  try {
    const archive = execFileSync('git', ['archive', TODAY], {
      cwd: root,
      maxBuffer: 1 << 28,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    console.log(`building ${TODAY}, once, in ${folder}`);
    mkdirSync(partial, { recursive: true });
    execFileSync('tar', ['-x'], { cwd: partial, input: archive, stdio: ['pipe', 'ignore', 'pipe'] });
    for (const args of [
      ['ci', '--no-audit', '--no-fund'],
      ['run', 'build'],
    ])
      execFileSync('npm', args, { cwd: partial, stdio: ['ignore', 'ignore', 'pipe'] });
    renameSync(partial, folder);
    return folder;
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    const [why] = (error as Error).message.trim().split('\n').slice(-1);
    if (!isTold) console.log(`${TODAY} cannot be had here: what is compared with it is left out (${why})`);
    isTold = true;
    return null;
  }
}
