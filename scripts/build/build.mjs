/**
 * The build: kernels to WebAssembly, TypeScript to JavaScript, the web application, and a stamp that identifies the
 * sources.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** All files and folders that determine the result. */
const INPUTS = [
  'src',
  'web',
  'scripts/build',
  'scripts/build-kernel.mjs',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
];

const stampOf = (root) => join(root, 'dist', 'made-from');

/**
 * Why a build is needed, as text for the user; null if dist/ was built from exactly these sources. Contents are
 * compared, not times, since a checkout or a copy changes those.
 */
export function reasonToBuild(root) {
  if (!existsSync(join(root, 'dist'))) return 'there is no build yet';
  if (!existsSync(stampOf(root))) return 'the last build may be incomplete';
  return readFileSync(stampOf(root), 'utf8') === digest(root) ? null : 'the sources have changed';
}

/**
 * Builds into a folder beside dist/ and moves it into place at the end, so that an interrupted build leaves no partial
 * result.
 * @param signal cancels the build
 * @returns the exit code
 */
export async function build(root, signal) {
  const draft = join(root, `dist.${process.pid}`);
  removeDraftsOfTheDead(root);
  try {
    // Computed first, so that sources that change in the meantime are built again the next time.
    const madeFrom = digest(root);
    const tsc = installed(root, 'typescript', 'bin/tsc');
    const vite = installed(root, 'vite', 'bin/vite.js');
    if (tsc === null || vite === null) {
      process.stderr.write('The compilers are not installed. Run: npm ci\n');
      return 1;
    }
    const commands = [
      ['scripts/build-kernel.mjs'],
      [tsc, '-p', 'tsconfig.build.json', '--outDir', draft],
      [vite, 'build', 'web', '--outDir', join(draft, 'web')],
    ];
    for (const command of commands) {
      const exitCode = await run(root, command, signal);
      if (exitCode !== 0) return exitCode;
    }
    if (signal.aborted) return 1;
    writeFileSync(join(draft, 'made-from'), madeFrom);
    const old = join(root, `dist.${process.pid}.old`);
    if (existsSync(join(root, 'dist'))) renameSync(join(root, 'dist'), old);
    renameSync(draft, join(root, 'dist'));
    rmSync(old, { recursive: true, force: true });
    return 0;
  } finally {
    rmSync(draft, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** A program of an installed package; null if it is not installed. */
function installed(root, name, program) {
  try {
    return join(createRequire(join(root, 'package.json')).resolve(`${name}/package.json`), '..', program);
  } catch {
    return null;
  }
}

/** Removes what killed builds could not remove themselves. */
function removeDraftsOfTheDead(root) {
  for (const name of readdirSync(root)) {
    const pid = /^dist\.(\d+)(\.old)?$/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(root, name), { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/**
 * The compilers print to standard error, since standard output is the service's log. Each runs in a process group of
 * its own, so that cancelling also kills the processes it has started.
 */
async function run(root, command, signal) {
  if (signal.aborted) return 1;
  const child = spawn(process.execPath, command, { cwd: root, detached: HAS_GROUPS, stdio: ['ignore', 2, 2] });
  const onAbort = () => killAll(child);
  signal.addEventListener('abort', onAbort, { once: true });
  const [exitCode] = await once(child, 'exit');
  signal.removeEventListener('abort', onAbort);
  return exitCode ?? 1;
}

const HAS_GROUPS = process.platform !== 'win32';

/** Immediately: the output is discarded anyway. */
function killAll(child) {
  if (!HAS_GROUPS) child.kill();
  else if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
}

function digest(root) {
  const hash = createHash('sha256');
  for (const input of INPUTS) {
    for (const file of filesOf(root, input))
      hash
        .update(`${file}\0`)
        .update(readFileSync(join(root, file)))
        .update('\0');
  }
  return hash.digest('hex');
}

/** Without the compiled kernels, which the build itself generates. */
function filesOf(root, input) {
  const found = readdirOrNull(join(root, input));
  if (found === null) return existsSync(join(root, input)) ? [input] : [];
  return found
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.generated.ts'))
    .map((entry) =>
      join(entry.parentPath ?? entry.path, entry.name)
        .slice(root.length)
        .replace(/^[\\/]/, ''),
    )
    .toSorted();
}

function readdirOrNull(path) {
  try {
    return readdirSync(path, { recursive: true, withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOTDIR' || error.code === 'ENOENT') return null;
    throw error;
  }
}
