/** A Python with the packages of a list, in a virtual environment that is created once. */
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const HERE = import.meta.dirname;
const MOST_PRINTED = 64 << 20;
const run = promisify(execFile);

/** Where programs of others are installed: in READERS_FOLDER, or in the user's cache folder. */
export const cacheFolder = (): string =>
  process.env['READERS_FOLDER'] || join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'leadwire');

/** The interpreter with the independent readers of the formats. */
export const pythonWithReaders = (): string => pythonWith(join(HERE, 'requirements.txt'), 'readers');

/** The interpreter with ecg2dcm, which needs another version of pydicom. */
export const pythonWithEcg2dcm = (): string => pythonWith(join(HERE, 'requirements-ecg2dcm.txt'), 'ecg2dcm');

/**
 * The interpreter. Needs python3 with venv and, to create the environment, a package index. The environment is in
 * the folder of such programs, under its name and the digest of its requirements.
 * @param requirements the list of packages, a file
 */
export function pythonWith(requirements: string, name: string): string {
  const version = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const folder = join(cacheFolder(), `${name}-${version}`);
  const python = join(folder, 'bin', 'python');
  const ready = join(folder, 'ready');
  if (existsSync(ready)) return python;
  mkdirSync(folder, { recursive: true });
  execFileSync('python3', ['-m', 'venv', folder], { stdio: ['ignore', 'inherit', 'inherit'] });
  execFileSync(
    python,
    ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', requirements],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  writeFileSync(ready, '');
  return python;
}

/** Runs a script of this folder. @returns the JSON that it printed. @throws Error with its output if it fails */
export async function runPython<Answer>(python: string, script: string, args: readonly string[]): Promise<Answer> {
  const { stdout } = await run(python, [join(HERE, script), ...args], { maxBuffer: MOST_PRINTED });
  return JSON.parse(stdout) as Answer;
}
