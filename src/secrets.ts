/** Secrets that were made up, kept in the data folder: read where they exist, made where they are missing. */
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is made up for a newcomer. */
export interface Secrets {
  secretKey: string;
  adminPassword: string;
  demoPassword: string;
}

/** Where they are kept. */
export const secretsFile = (dataDir: string): string => join(dataDir, 'secrets.json');

/** Makes the data folder where it is missing, for its owner alone (mode 700); one that exists keeps its mode, for it may hold other things. */
export function makeDataDir(dataDir: string): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
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
 * @returns the secrets, and whether any was made up just now
 */
export function keptSecrets(dataDir: string): { secrets: Secrets; isNew: boolean } {
  const file = secretsFile(dataDir);
  const kept = read(file);
  if (kept) return { secrets: kept, isNew: false };
  makeDataDir(dataDir);
  const secrets: Secrets = { secretKey: randomBytes(48).toString('base64url'), adminPassword: newPassword(), demoPassword: newPassword() };
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  try {
    linkSync(draft, file);
    return { secrets, isNew: true };
  } catch (error) {
    const winner = read(file);
    if (!winner) throw error;
    return { secrets: winner, isNew: false };
  } finally {
    rmSync(draft, { force: true });
  }
}

/** 20 characters, 120 bits. */
const newPassword = (): string => randomBytes(15).toString('base64url');

function read(file: string): Secrets | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const secrets = parse(text);
  if (!secrets) throw new Error(`${file} is not readable as kept secrets; restore it, or remove it and every token and first password is made anew`);
  return secrets;
}

function parse(text: string): Secrets | null {
  try {
    const { secretKey, adminPassword, demoPassword } = JSON.parse(text) as Partial<Secrets>;
    return secretKey && adminPassword && demoPassword ? { secretKey, adminPassword, demoPassword } : null;
  } catch {
    return null;
  }
}
