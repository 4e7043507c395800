/**
 * `mongo` in the data folder: where the embedded mongod keeps its data. Nothing is removed from it but what a set-up
 * has made that did not come to its end.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UnusableDataDir } from '../startup/data-dir.ts';
import { accessFile, hasAccess, readAccess } from './access-file.ts';

export const mongoFolder = (dataDir: string): string => join(dataDir, 'mongo');

/** Inside the folder, so that it goes where the folder goes and says nothing of another one in its place. */
const MARK = 'set-up.unfinished';
/** What a new disk holds that is mounted here. */
const OF_THE_DISK = 'lost+found';
/** The folders that mongod makes in its own. */
const FOLDERS_OF_MONGOD = ['journal', 'diagnostic.data', '_tmp'];

/**
 * Makes the folder where there is none, or only one of a set-up that did not come to its end: then nothing has been
 * stored yet.
 * @returns whether the database has to be set up
 * @throws UnusableDataDir where data are missing that there have been, or where something else lies in their place
 */
export function openMongoFolder(dataDir: string): { isNew: boolean } {
  const folder = mongoFolder(dataDir);
  const entries = entriesOf(folder);
  if (hasAccess(dataDir)) {
    // The password is written when the set-up is done.
    if (entries.length > 0) return { isNew: false };
    // One that is damaged is told first.
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
  // The folder itself stays, which may be a disk's mount point or a link to one; so does the mark, until all is gone.
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
  writeFileSync(join(folder, MARK), '');
  for (const name of names) if (name !== MARK) rmSync(join(folder, name), { recursive: true });
  return { isNew: true };
}

/** Notes that the set-up has come to its end. The password must have been written. */
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
