/** A Python with independent readers of the formats, in a virtual environment that is created once. */
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const HERE = import.meta.dirname;
const REQUIREMENTS = join(HERE, 'requirements.txt');
const MOST_PRINTED = 64 << 20;
const run = promisify(execFile);

/**
 * The interpreter. Needs python3 with venv and, to create the environment, a package index. The environment is in the
 * user's cache folder, named after its requirements, unless PYTHON_ENVIRONMENT names another place.
 */
export function pythonWithReaders(): string {
  const version = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12);
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const folder = process.env['PYTHON_ENVIRONMENT'] || join(cache, 'leadwire', `readers-${version}`);
  const python = join(folder, 'bin', 'python');
  const ready = join(folder, `ready-${version}`);
  if (existsSync(ready)) return python;
  mkdirSync(folder, { recursive: true });
  execFileSync('python3', ['-m', 'venv', folder], { stdio: ['ignore', 'inherit', 'inherit'] });
  execFileSync(
    python,
    ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', REQUIREMENTS],
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
