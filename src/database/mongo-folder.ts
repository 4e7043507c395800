/**
 * `mongo` in the data folder: the data of the embedded mongod. Nothing is removed from it except the files of an
 * unfinished set-up.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UnusableDataDir } from '../startup/data-dir.ts';
import { accessFile, hasAccess, readAccess } from './access-file.ts';

export const mongoFolder = (dataDir: string): string => join(dataDir, 'mongo');

/** Inside the folder, so that it moves with the folder and does not apply to another folder in its place. */
const MARK = 'set-up.unfinished';
/** What a new disk contains that is mounted here. */
const OF_THE_DISK = 'lost+found';
/** Folders that mongod creates in its data folder. */
const FOLDERS_OF_MONGOD = ['journal', 'diagnostic.data', '_tmp'];

/**
 * Creates the folder if there is none, or only that of an unfinished set-up, in which nothing has been stored yet.
 * @returns whether the database has to be set up
 * @throws UnusableDataDir if earlier data are missing, or something else is in their place
 */
export function openMongoFolder(dataDir: string): { isNew: boolean } {
  const folder = mongoFolder(dataDir);
  const entries = entriesOf(folder);
  if (hasAccess(dataDir)) {
    // The password is written at the end of the set-up.
    if (entries.length > 0) return { isNew: false };
    // A damaged access file is reported first.
    readAccess(dataDir);
    throw new UnusableDataDir(
      `${folder} is missing or empty, but ${accessFile(dataDir)} contains the password of a database that was ` +
        `there. Restore the folder (is a disk not mounted?), or remove ${accessFile(dataDir)} to start ` +
        'with an empty database.',
    );
  }
  const names = entries.map(({ name }) => name);
  if (names.length > 0 && !names.includes(MARK)) return { isNew: false };
  const stranger = entries.find((entry) => entry.isDirectory() && !FOLDERS_OF_MONGOD.includes(entry.name));
  if (stranger) {
    throw new UnusableDataDir(
      `${folder} is an unfinished set-up and also contains something else: ${stranger.name}. ` +
        'Move that elsewhere, then start again.',
    );
  }
  // The folder itself is kept, since it may be a mount point or a link to one; so is the mark, until everything else is
  // removed.
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
  writeFileSync(join(folder, MARK), '');
  for (const name of names) if (name !== MARK) rmSync(join(folder, name), { recursive: true });
  return { isNew: true };
}

/** Marks the set-up as finished. The password must have been written. */
export function finishMongoFolder(dataDir: string): void {
  rmSync(join(mongoFolder(dataDir), MARK), { force: true });
}

function entriesOf(folder: string): { name: string; isDirectory: () => boolean }[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).filter(({ name }) => name !== OF_THE_DISK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    if (code !== 'ENOTDIR') throw error;
    throw new UnusableDataDir(
      `${folder} is a file, but the embedded database needs a folder there. Move it away, then start again.`,
      { cause: error },
    );
  }
}
