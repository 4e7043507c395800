/** Creates folders together with their parents. */
import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Creates a folder and its parents where they are missing, one at a time. Node's `recursive` option never returns if
 * the system reports ENOENT for a new folder in an existing one, as /proc does.
 * @param mode of the created folders
 * @throws the system's error
 */
export function makeFolder(folder: string, mode = 0o777): void {
  const missing: string[] = [];
  let path = resolve(folder);
  for (; statSync(path, { throwIfNoEntry: false }) === undefined && dirname(path) !== path; path = dirname(path))
    missing.push(path);
  for (const each of missing.toReversed()) makeOne(each, mode);
}

/** Another process may have created it in the meantime. */
function makeOne(folder: string, mode: number): void {
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}
