/**
 * `mongo.json` in the data folder: the credentials of the embedded database. Without it, the data next to it are
 * inaccessible.
 */
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { UnusableDataDir, writePrivate } from '../startup/data-dir.ts';
import { textOf } from './text-of.ts';

const AccessFile = z.object({
  user: z.string().min(1),
  password: z.string().min(1),
  /** Version of the mongod that last wrote the data. */
  version: z.string(),
  /** Its port; reused if it is free, because mongod then finds itself in its replica set at once. */
  port: z.int().min(1).max(65_535).optional(),
});

export type Access = z.infer<typeof AccessFile>;

export const accessFile = (dataDir: string): string => join(dataDir, 'mongo.json');

/** Whether such a file exists, with any content; true also for a link whose target is missing. */
export const hasAccess = (dataDir: string): boolean =>
  lstatSync(accessFile(dataDir), { throwIfNoEntry: false }) !== undefined;

/** Reads the file. @throws UnusableDataDir if it is missing, truncated or has other content */
export function readAccess(dataDir: string): Access {
  const file = accessFile(dataDir);
  let fault = 'it is damaged';
  try {
    return AccessFile.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) fault = error.message;
    throw new UnusableDataDir(
      `${file} contains the password of the embedded database and cannot be read: ${fault}. ` +
        `Restore it; without it the data in ${join(dataDir, 'mongo')} ` +
        `cannot be opened. To start with an empty database, move ${dataDir} away.`,
      { cause: error },
    );
  }
}

/** Writes the file atomically, and only if it changes. */
export function writeAccess(dataDir: string, access: Access): void {
  const text = `${JSON.stringify(access)}\n`;
  const file = accessFile(dataDir);
  if (text !== textOf(file)) writePrivate(file, text);
}

/** The address of the embedded database, with the password: for the driver, not for logs. */
export const embeddedUri = ({ user, password, port }: Access): string =>
  `mongodb://${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:${port}/leadwire` +
  '?directConnection=true&authSource=admin';
