/** Folders that are made together with those above them. */
import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder where it is missing, and those above it. One step each: Node's own `recursive` never ends where the
 * system says of a folder in one that exists that there is no such place, as /proc does.
 * @param mode of what is made
 * @throws what the system says
 */
export function makeFolder(folder: string, mode = 0o777): void {
  const missing: string[] = [];
  let path = resolve(folder);
  for (; statSync(path, { throwIfNoEntry: false }) === undefined && dirname(path) !== path; path = dirname(path))
    missing.push(path);
  for (const each of missing.toReversed()) makeOne(each, mode);
}

/** Another process may have been quicker. */
function makeOne(folder: string, mode: number): void {
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}
