/** Files that are not part of the project: real recordings from RECORDINGS_DIR, and cases from CASES_DIR. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * The folder of real recordings, or null if there is none. In CI that is an error, unless RECORDINGS_DIR=absent says
 * so.
 */
export function recordingsDir(): string | null {
  const folder = resolve(process.env['RECORDINGS_DIR'] ?? '../shared/recordings');
  if (existsSync(join(folder, 'golden.json'))) return folder;
  if (process.env['CI'] && process.env['RECORDINGS_DIR'] !== 'absent')
    throw new Error('CI needs the real recordings: set RECORDINGS_DIR to their folder.');
  return null;
}

/** The folder of small files that tools and devices write, with what must come out of each; null if there is none. */
export function casesDir(): string | null {
  const folder = resolve(process.env['CASES_DIR'] ?? '../shared/cases');
  if (existsSync(join(folder, 'README.md'))) return folder;
  if (process.env['CI'] && process.env['CASES_DIR'] !== 'absent')
    throw new Error('CI needs the files of real tools and devices: set CASES_DIR to their folder.');
  return null;
}

/** A file of the folder of cases; skips the test if there is none. */
export function caseFile(test: Mocha.Context, name: string): Buffer {
  const folder = casesDir();
  return folder === null ? test.skip() : readFileSync(join(folder, name));
}
