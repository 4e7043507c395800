/** The data folder: made where it is missing, and what lies in it kept from other users. */
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  fsyncSync,
  openSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { Explained } from './explained.ts';
import { makeFolder } from './make-folder.ts';

/** The data folder, or what is kept in it, cannot be used; the message says why and what to do. */
export class UnusableDataDir extends Explained {
  override readonly name = 'UnusableDataDir';

  /** What the system says about a file of the folder, such as a full disk. */
  static from(dataDir: string, error: NodeJS.ErrnoException): UnusableDataDir {
    const why = isBelowFile(error) ? 'it is a file, or is inside one' : reasonOf(error);
    return new UnusableDataDir(
      `The data folder ${dataDir} cannot be used: ${why}. Choose a folder that this user may write to with DATA_DIR.`,
      { cause: error },
    );
  }
}

const isBelowFile = ({ code }: NodeJS.ErrnoException): boolean => code === 'EEXIST' || code === 'ENOTDIR';
const reasonOf = ({ code, syscall, message }: NodeJS.ErrnoException): string =>
  code === 'ENOENT' && syscall === 'mkdir' ? `it cannot be created there (${message})` : message;

const PASSWORDS = ' If one of them may have read it, change the passwords in it.';

/** What lies in the folder for its owner alone, and what to do where others had a look at it. */
const PRIVATE: Readonly<Record<string, string>> = {
  'secrets.json': PASSWORDS,
  'mongo.json': PASSWORDS,
  'mongo.key': '',
  mongo: ' It contains all data.',
  'service.lock': '',
};

/** Others, who could put files of their own in the place of ours. */
const WRITE_OF_OTHERS = 0o022;
const ALL_OF_OTHERS = 0o077;

const toStderr = (warning: string): void => void process.stderr.write(`${warning}\n`);

/**
 * Makes the data folder where it is missing, for its owner alone (mode 700). In one that exists, what is open to
 * other users is closed, with a
 * warning; the folder itself only loses the right of others to write to it, for it may hold other things.
 * @param warn receives what was changed
 * @throws UnusableDataDir, also where something is open to others and belongs to another user
 */
export function makeDataDir(dataDir: string, warn: (warning: string) => void = toStderr): void {
  try {
    makeFolder(dataDir, 0o700);
    if (!statSync(dataDir).isDirectory()) throw Object.assign(new Error('not a directory'), { code: 'ENOTDIR' });
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw UnusableDataDir.from(dataDir, error as NodeJS.ErrnoException);
  }
  // There are no such modes on Windows.
  if (process.platform === 'win32') return;
  close(dataDir, WRITE_OF_OTHERS, '', warn);
  for (const [name, advice] of Object.entries(PRIVATE)) close(join(dataDir, name), ALL_OF_OTHERS, advice, warn);
}

/** Takes rights away from others, where they have them. */
function close(path: string, rights: number, advice: string, warn: (warning: string) => void): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat || (stat.mode & rights) === 0) return;
  const mode = stat.mode & 0o777 & ~rights;
  const how = rights === WRITE_OF_OTHERS ? 'could be written to by' : 'was open to';
  const was = `${path} ${how} other users (mode ${octal(stat.mode)})`;
  try {
    chmodSync(path, mode);
  } catch (error) {
    if (stat.uid !== process.geteuid?.()) {
      throw new UnusableDataDir(`${was} and belongs to another user. Let its owner run: chmod ${octal(mode)} ${path}`, {
        cause: error,
      });
    }
  }
  // Some file systems have no modes of their own and change nothing.
  if ((statSync(path).mode & rights) === 0) warn(`${was}; their access was removed (mode ${octal(mode)}).${advice}`);
  else warn(`${was}, and its file system cannot prevent that. Choose a folder on another file system with DATA_DIR.`);
}

const octal = (mode: number): string => (mode & 0o777).toString(8).padStart(4, '0');

/** Writes a file for its owner alone (mode 600), whole or not at all, and replaces what was there. */
export function writePrivate(file: string, text: string): void {
  const draft = `${file}.${process.pid}`;
  writeDraft(draft, text);
  renameSync(draft, file);
}

/**
 * Writes a file that another one is to be made of. It is on the disk when this returns: after a power cut no name
 * stands for an empty file.
 * @throws UnusableDataDir
 */
export function writeDraft(draft: string, text: string): void {
  try {
    const descriptor = openSync(draft, 'w', 0o600);
    try {
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw UnusableDataDir.from(dirname(draft), error as NodeJS.ErrnoException);
  }
}
