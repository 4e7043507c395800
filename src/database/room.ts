/**
 * Checks the free space of the database's disk. mongod ends when it cannot write, so requests that would fill the disk
 * are refused before: the rest is for its journal, and for deletions, which also need space.
 */
import { statfs } from 'node:fs/promises';
import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import { Problem } from '../errors.ts';
import type { AwayWatch } from './away.ts';
import { hasWaitedInVain } from './failures.ts';

/**
 * Free space required to restart the embedded mongod: its journal, in files of 100 MiB, would use up less before it has
 * started.
 */
export const BYTES_TO_START = 256 * 1024 * 1024;
/** How long a measurement is valid. */
const FRESH_MS = 1_000;

export interface Room {
  /** Whether something large may be stored. Errors: those of a database that cannot be reached. */
  isEnough(): Promise<boolean>;
  /**
   * To be called before and while something large is stored. Errors: `storage-full` if too little is left, and those of
   * a database that cannot be reached.
   */
  ensure(): Promise<void>;
  /** Whether the disk of the embedded database is practically full: used to explain why the database has failed. */
  isExhausted(): Promise<boolean>;
  /** Whether the embedded database is stopped until there is space. */
  isWaitedFor(): boolean;
}

export interface RoomDeps {
  database: Connection;
  away: Pick<AwayWatch, 'assertNotAway'>;
  /** The folder of the embedded database; null for another database, which reports on its disk itself. */
  dataDir: string | null;
  /** Bytes that must remain free; 0 to refuse nothing. */
  reserve: number;
  /** The collection that grows; space freed by deletions in it counts as well. */
  growing: string;
  isWaitedFor: () => boolean;
  log: Logger;
}

/** Bytes still available on the disk of a folder. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** Monitors the disk of the database: at most once a second, and only on request. */
export function watchRoom({ database, away, dataDir, reserve, growing, isWaitedFor, log }: RoomDeps): Room {
  let measured: { at: number; isEnough: Promise<boolean> } | null = null;
  let wasEnough = true;

  const measure = async (): Promise<boolean> => {
    const free = (await diskOf(database, dataDir))?.freeBytes ?? null;
    // If the free space is unknown, the write itself will show.
    const isEnough =
      free === null ||
      free >= reserve ||
      (free >= reserve / 2 && free + (await reusableBytes(database, growing)) >= reserve);
    if (isEnough !== wasEnough) {
      if (isEnough)
        log.info({ freeBytes: free }, 'the disk of the database has space again; uploads and imports are accepted');
      else
        log.error(
          { freeBytes: free, reserve, dataDir },
          'the disk of the database is nearly full: uploads and imports are refused (MIN_FREE_DISK_BYTES)',
        );
      wasEnough = isEnough;
    }
    return isEnough;
  };

  const isEnough = async (): Promise<boolean> => {
    if (reserve === 0) return true;
    if (!measured || performance.now() - measured.at > FRESH_MS)
      measured = { at: performance.now(), isEnough: measure().catch(perhaps) };
    return measured.isEnough;
  };
  return {
    isEnough,
    ensure: async () => {
      // A client that sends little data seldom needs the database, and would otherwise be told late.
      away.assertNotAway();
      if (!(await isEnough())) throw noRoom();
    },
    isExhausted: async () => dataDir !== null && (await freeBytes(dataDir).catch(() => Infinity)) < BYTES_TO_START,
    isWaitedFor,
  };
}

/**
 * If this query fails, the write will show: unlike the query, the driver retries it if another primary is elected. Only
 * if the wait for a server has timed out is the error passed on, so that the request does not wait again.
 */
function perhaps(error: unknown): boolean {
  if (hasWaitedInVain(error)) throw error;
  return true;
}

const RETRY = { 'Retry-After': '60' } as const;
const ASK = 'the operator of the service';

/** The answer to a request that would fill the disk. */
const noRoom = (): Problem =>
  new Problem(
    'storage-full',
    'The disk of the database is nearly full (setting MIN_FREE_DISK_BYTES); nothing was stored. ' +
      `Delete recordings that are not needed, or ask ${ASK} for more space; then send it again.`,
    { headers: RETRY },
  );

/** The answer if the database has stopped because its disk is full. @param writes whether the request was a write */
export const diskFull = (writes: boolean, cause?: unknown): Problem =>
  new Problem(
    writes ? 'storage-full' : 'not-ready',
    `The disk of the database is full. Tell ${ASK}. The service continues by itself when there is space; then ` +
      'send the request again.',
    { cause, headers: RETRY },
  );

/** The answer if incoming data cannot be buffered on disk. */
export const spoolFull = (cause: unknown): Problem =>
  new Problem(
    'storage-full',
    'The service has no disk space to receive this; nothing was stored. Send it again later; if that does not ' +
      `help, tell ${ASK}.`,
    { cause, headers: RETRY },
  );

/** In bytes. */
export interface Disk {
  totalBytes: number;
  freeBytes: number;
}

/**
 * The disk of the database; null if its server does not report it, or the folder cannot be measured.
 * @param dataDir as in `RoomDeps`
 */
export async function diskOf(database: Connection, dataDir: string | null): Promise<Disk | null> {
  if (dataDir === null) return diskAtServer(database);
  const found = await statfs(dataDir).catch(() => null);
  return found && { totalBytes: found.blocks * found.bsize, freeBytes: found.bavail * found.bsize };
}

/** The disk with a server's data; null if it does not report it. */
async function diskAtServer(database: Connection): Promise<Disk | null> {
  const { fsTotalSize, fsUsedSize } = await database.getClient().db(database.name).command({ dbStats: 1 });
  if (typeof fsTotalSize !== 'number' || typeof fsUsedSize !== 'number') return null;
  return { totalBytes: fsTotalSize, freeBytes: fsTotalSize - fsUsedSize };
}

/**
 * Space freed by deletions remains in the collection's file, which does not shrink: new data are written there first.
 */
async function reusableBytes(database: Connection, collection: string): Promise<number> {
  const [stats] = await database
    .collection(collection)
    .aggregate<{ free?: number }>([
      { $collStats: { storageStats: {} } },
      { $group: { _id: null, free: { $sum: '$storageStats.freeStorageSize' } } },
    ])
    .toArray();
  return stats?.free ?? 0;
}
