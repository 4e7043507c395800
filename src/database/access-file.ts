/**
 * `mongo.json` in the data folder: how to get into the embedded database. Without it the data beside it stay closed.
 */
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { UnusableDataDir, writePrivate } from '../startup/data-dir.ts';
import { textOf } from './text-of.ts';

const AccessFile = z.object({
  user: z.string().min(1),
  password: z.string().min(1),
  /** The mongod that wrote last. */
  version: z.string(),
  /** Its port; taken again where it is free, because mongod finds itself in its replica set at once then. */
  port: z.int().min(1).max(65_535).optional(),
});

export type Access = z.infer<typeof AccessFile>;

export const accessFile = (dataDir: string): string => join(dataDir, 'mongo.json');

/** Whether there is such a file, whatever it says; also a link to one that is not there at present. */
export const hasAccess = (dataDir: string): boolean =>
  lstatSync(accessFile(dataDir), { throwIfNoEntry: false }) !== undefined;

/** Reads the file. @throws UnusableDataDir where it is missing, cut or says something else */
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

/** Writes the file, whole or not at all, and only where it changes. */
export function writeAccess(dataDir: string, access: Access): void {
  const text = `${JSON.stringify(access)}\n`;
  const file = accessFile(dataDir);
  if (text !== textOf(file)) writePrivate(file, text);
}

/** The address of the embedded database, with the password: for the driver, not for logs. */
export const embeddedUri = ({ user, password, port }: Access): string =>
  `mongodb://${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:${port}/leadwire` +
  '?directConnection=true&authSource=admin';
