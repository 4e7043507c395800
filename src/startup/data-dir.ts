/** The data folder: created if missing, and its contents protected from other users. */
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

/** The data folder or its contents cannot be used; the message says why and what to do. */
export class UnusableDataDir extends Explained {
  override readonly name = 'UnusableDataDir';

  /** From a system error on a file of the folder, such as a full disk. */
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

/** Contents of the folder that only its owner may read, and what to do if others had access. */
const PRIVATE: Readonly<Record<string, string>> = {
  'secrets.json': PASSWORDS,
  'mongo.json': PASSWORDS,
  'mongo.key': '',
  mongo: ' It contains all data.',
  'service.lock': '',
};

/** Write permission of others, who could replace our files with theirs. */
const WRITE_OF_OTHERS = 0o022;
const ALL_OF_OTHERS = 0o077;

const toStderr = (warning: string): void => void process.stderr.write(`${warning}\n`);

/**
 * Creates the data folder if it is missing, accessible only to its owner (mode 700). If it exists, private contents
 * that other users can access are closed, with a warning; of the folder itself only write permission is taken away,
 * since it may hold other things.
 * @param warn receives what was changed
 * @throws UnusableDataDir, also if something is accessible to others and belongs to another user
 */
export function makeDataDir(dataDir: string, warn: (warning: string) => void = toStderr): void {
  try {
    makeFolder(dataDir, 0o700);
    if (!statSync(dataDir).isDirectory()) throw Object.assign(new Error('not a directory'), { code: 'ENOTDIR' });
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw UnusableDataDir.from(dataDir, error as NodeJS.ErrnoException);
  }
  // Windows has no such modes.
  if (process.platform === 'win32') return;
  close(dataDir, WRITE_OF_OTHERS, '', warn);
  for (const [name, advice] of Object.entries(PRIVATE)) close(join(dataDir, name), ALL_OF_OTHERS, advice, warn);
}

/** Removes permissions of others if they have them. */
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
  // Some file systems have no modes of their own and ignore the change.
  if ((statSync(path).mode & rights) === 0) warn(`${was}; their access was removed (mode ${octal(mode)}).${advice}`);
  else warn(`${was}, and its file system cannot prevent that. Choose a folder on another file system with DATA_DIR.`);
}

const octal = (mode: number): string => (mode & 0o777).toString(8).padStart(4, '0');

/** Writes a file that only its owner can access (mode 600), replacing an existing one. Atomic. */
export function writePrivate(file: string, text: string): void {
  const draft = `${file}.${process.pid}`;
  writeDraft(draft, text);
  renameSync(draft, file);
}

/**
 * Writes a file that is then linked or renamed to its final name. The data is on disk when this returns: after a power
 * failure, no name refers to an empty file.
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
