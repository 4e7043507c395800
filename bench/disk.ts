/** What a service has stored: bytes of documents, and bytes of the files of its database. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection, mongo } from 'mongoose';
import { pino } from 'pino';
import { connect } from '../src/database/connect.ts';
import type { Bench, Service } from './support.ts';

/** The collections of a recording's samples, and of what is derived from them. */
const CONTENT = ['ecgBlocks', 'ecgEnvelopes', 'ecgMinutes'];

/** The parts of $collStats that are used here. */
interface Stats {
  storageSize: number;
  wiredTiger: { uri: string };
  indexDetails: Record<string, { uri: string }>;
}

/** Calls `work` with the database of a service. */
export async function inDatabase<Result>(
  bench: Bench,
  { database }: Service,
  work: (db: mongo.Db, connection: Connection) => Promise<Result>,
): Promise<Result> {
  const connection = await connect(bench.uri(database), pino({ level: 'silent' }));
  try {
    if (!connection.db) throw new Error('the database is not connected');
    return await work(connection.db, connection);
  } finally {
    await connection.close();
  }
}

/** Bytes of the documents with a recording's samples and what is derived from them, by collection. */
export async function documentBytes(bench: Bench, service: Service): Promise<Map<string, number>> {
  return inDatabase(bench, service, async (db) => {
    const sizes = new Map<string, number>();
    for (const name of CONTENT) {
      const [sum] = await db
        .collection(name)
        .aggregate<{ bytes: number }>([{ $group: { _id: null, bytes: { $sum: { $bsonSize: '$$ROOT' } } } }])
        .toArray();
      if (sum) sizes.set(name, sum.bytes);
    }
    return sizes;
  });
}

export interface OnDisk {
  /** Bytes of the files of all its collections and indexes. */
  files: number;
  /** $collStats' storageSize of its collections. */
  storage: number;
}

/** Writes a checkpoint, and measures the files of the service's database. The oplog is not part of it. */
export async function onDisk(bench: Bench, service: Service): Promise<OnDisk> {
  return inDatabase(bench, service, async (db) => {
    await db.admin().command({ fsync: 1 });
    const found: OnDisk = { files: 0, storage: 0 };
    const collections = await db.listCollections({ type: 'collection' }, { nameOnly: true }).toArray();
    for (const { name } of collections) {
      const [stats] = await db
        .collection(name)
        .aggregate<{ storageStats: Stats }>([{ $collStats: { storageStats: {} } }])
        .toArray();
      if (!stats) continue;
      const { storageSize, wiredTiger, indexDetails } = stats.storageStats;
      found.storage += storageSize;
      for (const { uri } of [wiredTiger, ...Object.values(indexDetails)])
        found.files += statSync(join(bench.mongodFolder, `${uri.replace('statistics:table:', '')}.wt`)).size;
    }
    return found;
  });
}

/** Bytes of mongod's whole folder, with journal and oplog, for comparison. */
export const folderBytes = ({ mongodFolder }: Bench): number =>
  (readdirSync(mongodFolder, { recursive: true }) as string[]).reduce((sum, name) => {
    const stat = statSync(join(mongodFolder, name), { throwIfNoEntry: false });
    return sum + (stat?.isFile() ? stat.size : 0);
  }, 0);
