/** Generated secrets in the data folder: read if they exist, created if they are missing. */
import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { makeDataDir, UnusableDataDir, writeDraft, writePrivate } from './data-dir.ts';

/** The generated secrets. */
export interface Secrets {
  secretKey: string;
  adminPassword: string;
  demoPassword: string;
}

/** The secrets of a data folder. */
export interface Kept {
  secrets: Secrets;
  /** Whether a service has shown the passwords after it began to listen. */
  isShown: boolean;
}

/** The file that holds them. */
export const secretsFile = (dataDir: string): string => join(dataDir, 'secrets.json');

/**
 * The stored secrets of a data folder; missing ones are generated and stored (mode 600). Two processes that start
 * together on an empty folder end up with the same secrets.
 * @throws UnusableDataDir
 */
export function keptSecrets(dataDir: string): Kept {
  makeDataDir(dataDir);
  const file = secretsFile(dataDir);
  const kept = read(file);
  if (kept) return kept;
  const secrets: Secrets = {
    secretKey: randomBytes(48).toString('base64url'),
    adminPassword: newPassword(),
    demoPassword: newPassword(),
  };
  const draft = `${file}.${process.pid}`;
  writeDraft(draft, asText(secrets));
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

/** Records that the passwords of a data folder have been shown. */
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
    throw new UnusableDataDir(`The stored secrets cannot be read: ${(error as Error).message}`, { cause: error });
  }
  const kept = parse(text);
  if (!kept) {
    throw new UnusableDataDir(
      `${file} is damaged: it does not contain the stored secrets. Restore it, or remove it: ` +
        'then a new token key and new first passwords are generated, and existing users keep their passwords.',
    );
  }
  return kept;
}

const SecretsFile = z.object({
  secretKey: z.string().min(32),
  adminPassword: z.string().min(10),
  demoPassword: z.string().min(10),
  passwordsShown: z.boolean().default(false),
});

function parse(text: string): Kept | null {
  try {
    const { passwordsShown, ...secrets } = SecretsFile.parse(JSON.parse(text));
    return { secrets, isShown: passwordsShown };
  } catch {
    return null;
  }
}
