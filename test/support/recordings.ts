/** Real recordings, which are not part of the project: read from RECORDINGS_DIR. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The folder of inputs that real tools and devices produce; null if there is none. */
export function casesDir(): string | null {
  const folder = resolve(process.env['CASES_DIR'] ?? '../shared/cases');
  return existsSync(join(folder, 'README.md')) ? folder : null;
}

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
