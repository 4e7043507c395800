/** Secrets that were made up, kept in the data folder: read where they exist, made where they are missing. */
import { randomBytes } from 'node:crypto';
import { accessSync, constants, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is made up for a newcomer. */
export interface Secrets {
  secretKey: string;
  adminPassword: string;
  demoPassword: string;
}

/** Secrets as they are found in a data folder. */
export interface Kept {
  secrets: Secrets;
  /** Whether a service that got as far as listening has shown the passwords. */
  isShown: boolean;
}

/** The data folder, or what is kept in it, cannot be used; the message says why and what to do. */
export class UnusableDataDir extends Error {
  override readonly name = 'UnusableDataDir';
}

/** Where they are kept. */
export const secretsFile = (dataDir: string): string => join(dataDir, 'secrets.json');

/**
 * Makes the data folder where it is missing, for its owner alone (mode 700); one that exists keeps its mode, for it may hold other things.
 * @throws UnusableDataDir
 */
export function makeDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    const why = code === 'EEXIST' || code === 'ENOTDIR' ? 'it is a file, or lies below one' : message;
    throw new UnusableDataDir(`The data folder ${dataDir} cannot be used: ${why}. Name a folder that this user may write to with DATA_DIR.`, { cause: error });
  }
}

/** Writes a file for its owner alone (mode 600), whole or not at all, and replaces what was there. */
export function writePrivate(file: string, text: string): void {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, file);
}

/**
 * The kept secrets of a data folder; those that are missing are made up and kept (mode 600).
 * Two processes that start together on an empty folder end up with the same secrets.
 * @throws UnusableDataDir
 */
export function keptSecrets(dataDir: string): Kept {
  makeDataDir(dataDir);
  const file = secretsFile(dataDir);
  const kept = read(file);
  if (kept) return kept;
  const secrets: Secrets = { secretKey: randomBytes(48).toString('base64url'), adminPassword: newPassword(), demoPassword: newPassword() };
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, asText(secrets), { mode: 0o600 });
  try {
    linkSync(draft, file);
    return { secrets, isShown: false };
  } catch (error) {
    const winner = read(file);
    if (!winner) throw error;
    return winner;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Notes that the passwords of a data folder have been shown. */
export function markShown(dataDir: string): void {
  const kept = read(secretsFile(dataDir));
  if (kept) writePrivate(secretsFile(dataDir), asText({ ...kept.secrets, passwordsShown: true }));
}

const asText = (content: object): string => `${JSON.stringify(content, null, 2)}\n`;

/** 20 characters, 120 bits. */
const newPassword = (): string => randomBytes(15).toString('base64url');

function read(file: string): Kept | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new UnusableDataDir(`The kept secrets cannot be read: ${(error as Error).message}`, { cause: error });
  }
  const kept = parse(text);
  if (!kept) throw new UnusableDataDir(`${file} is not readable as kept secrets. Restore it, or remove it: the key of the tokens and the first passwords of new users are made anew then.`);
  return kept;
}

function parse(text: string): Kept | null {
  try {
    const { secretKey, adminPassword, demoPassword, passwordsShown = false } = JSON.parse(text) as Partial<Secrets & { passwordsShown: boolean }>;
    return secretKey && adminPassword && demoPassword ? { secrets: { secretKey, adminPassword, demoPassword }, isShown: passwordsShown } : null;
  } catch {
    return null;
  }
}
