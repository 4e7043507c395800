/**
 * How much room the disk of the database has. mongod ends itself when it cannot write, so that what would fill the disk
 * is refused before:
 * the rest is for its journal and for deleting, which needs room too.
 */
import { statfs } from 'node:fs/promises';
import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import { Problem } from '../errors.ts';
import type { AwayWatch } from './away.ts';
import { hasWaitedInVain } from './failures.ts';

/**
 * The embedded mongod is started again with so much: less is eaten up by its journal, in files of 100 MiB, before it
 * has started.
 */
export const BYTES_TO_START = 256 * 1024 * 1024;
/** How long a measurement counts. */
const FRESH_MS = 1_000;

export interface Room {
  /** Whether something large may be stored. Errors: those of a database that cannot be reached. */
  isEnough(): Promise<boolean>;
  /**
   * To be called before and while something large is stored. Errors: `storage-full` where too little is left, and those
   * of a database that cannot be reached.
   */
  ensure(): Promise<void>;
  /** Whether the disk of the embedded database is as good as full: asked when the database has failed, to tell why. */
  isExhausted(): Promise<boolean>;
  /** Whether the embedded database is not running, and is not started before there is room. */
  isWaitedFor(): boolean;
}

export interface RoomDeps {
  database: Connection;
  away: Pick<AwayWatch, 'assertNotAway'>;
  /** Of the embedded database; null if another one is used, which is asked for its disk itself. */
  dataDir: string | null;
  /** Bytes that must stay free; 0: nothing is refused. */
  reserve: number;
  /** The collection that grows; what was deleted from it makes room as well. */
  growing: string;
  isWaitedFor: () => boolean;
  log: Logger;
}

/** Bytes that may still be written on the disk of a folder. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** Watches the disk of the database, at most once a second and only while somebody asks. */
export function watchRoom({ database, away, dataDir, reserve, growing, isWaitedFor, log }: RoomDeps): Room {
  let measured: { at: number; isEnough: Promise<boolean> } | null = null;
  let wasEnough = true;

  const measure = async (): Promise<boolean> => {
    const free = dataDir === null ? await freeAtServer(database) : await freeBytes(dataDir);
    // Where nobody knows, the database will tell.
    const isEnough =
      free === null ||
      free >= reserve ||
      (free >= reserve / 2 && free + (await reusableBytes(database, growing)) >= reserve);
    if (isEnough !== wasEnough) {
      if (isEnough)
        log.info({ freeBytes: free }, 'the disk of the database has room again; uploads and imports are taken');
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
      // A client who sends little needs the database seldom, and would else be told late.
      away.assertNotAway();
      if (!(await isEnough())) throw noRoom();
    },
    isExhausted: async () => dataDir !== null && (await freeBytes(dataDir).catch(() => Infinity)) < BYTES_TO_START,
    isWaitedFor,
  };
}

/**
 * Where this question fails, the write will tell: unlike the question, the driver repeats it where another primary is
 * chosen. Only whoever has waited in vain for a server is told so, and not made to wait again.
 */
function perhaps(error: unknown): boolean {
  if (hasWaitedInVain(error)) throw error;
  return true;
}

const RETRY = { 'Retry-After': '60' } as const;
const ASK = 'whoever runs the service';

/** The answer to what would fill the disk. */
const noRoom = (): Problem =>
  new Problem(
    'storage-full',
    'The disk of the database is nearly full (setting MIN_FREE_DISK_BYTES), and nothing of this was kept. ' +
      `Delete recordings that nobody needs, or ask ${ASK} for more room; then send it again.`,
    { headers: RETRY },
  );

/**
 * The answer where the disk of the database is full and it has stopped. @param writes whether the request was to change
 * something
 */
export const diskFull = (writes: boolean, cause?: unknown): Problem =>
  new Problem(
    writes ? 'storage-full' : 'not-ready',
    `The disk of the database is full. Tell ${ASK}: it goes on by itself when there is room. Send the request again then.`,
    { cause, headers: RETRY },
  );

/** The answer where what arrives cannot be set aside. */
export const spoolFull = (cause: unknown): Problem =>
  new Problem(
    'storage-full',
    `The service has no room to take this in, and kept nothing of it. Send it again later; if that does not help, tell ${ASK}.`,
    { cause, headers: RETRY },
  );

/** What a server says of the disk below its data; null if it does not say. */
async function freeAtServer(database: Connection): Promise<number | null> {
  const { fsTotalSize, fsUsedSize } = await database.getClient().db(database.name).command({ dbStats: 1 });
  return typeof fsTotalSize === 'number' && typeof fsUsedSize === 'number' ? fsTotalSize - fsUsedSize : null;
}

/**
 * What was deleted leaves its room inside the collection's file, which does not shrink: what comes next goes there
 * first.
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
