/** The build: kernels to WebAssembly, TypeScript to JavaScript, and a stamp that says what it was made of. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Everything that decides what comes out, files and folders. */
const INPUTS = [
  'src',
  'scripts/build',
  'scripts/build-kernel.mjs',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
];

const stampOf = (root) => join(root, 'dist', 'made-from');

/**
 * Why there has to be a build, as words for a person; null where dist/ was made of these very sources.
 * Contents are compared, not times, which a checkout or a copy sets anew.
 */
export function reasonToBuild(root) {
  if (!existsSync(join(root, 'dist'))) return 'there is no build yet';
  if (!existsSync(stampOf(root))) return 'the last build may be incomplete';
  return readFileSync(stampOf(root), 'utf8') === digest(root) ? null : 'the sources have changed';
}

/**
 * Builds into a folder beside dist/ and puts it in its place in the end, so that a build that was broken off leaves
 * no half of one.
 * @param signal breaks it off
 * @returns the exit code
 */
export async function build(root, signal) {
  const draft = join(root, `dist.${process.pid}`);
  removeDraftsOfTheDead(root);
  try {
    // First, so that sources which are changed meanwhile are built again the next time.
    const madeFrom = digest(root);
    const tsc = compiler(root);
    if (tsc === null) {
      process.stderr.write('The compiler is not installed. Run: npm ci\n');
      return 1;
    }
    for (const command of [['scripts/build-kernel.mjs'], [tsc, '-p', 'tsconfig.build.json', '--outDir', draft]]) {
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

function compiler(root) {
  try {
    return join(createRequire(join(root, 'package.json')).resolve('typescript/package.json'), '../bin/tsc');
  } catch {
    return null;
  }
}

/** A build that was killed could not remove what it had made. */
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
 * The compilers' words go to the standard error: the standard output is the service's log. Breaking off kills the
 * process with those that it has started, for which it has a group of its own.
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

/** At once: what they have made is thrown away. */
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

/** What the kernels are compiled to is made by the build itself. */
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
