/** One real mongod for all tests of a run, started by the first that asks for a database, and stopped after the last test. */
import { MongoMemoryReplSet } from 'mongodb-memory-server';
import mongoose, { type Connection } from 'mongoose';
import { pino } from 'pino';
import { connect } from '../../src/database/connect.ts';
import { migrate } from '../../src/database/migrations.ts';
import { findMongod, type Mongod } from '../../src/database/mongod-binary.ts';

const log = pino({ level: 'silent' });
const connections: Connection[] = [];
let server: Promise<MongoMemoryReplSet> | null = null;
let names = 0;

/** The binary that tests use; the same search as the service's. */
export const testMongod = (): Promise<Mongod> => (mongod ??= findMongod({ configured: process.env['MONGOD_BINARY'] || null, log: console }));
let mongod: Promise<Mongod> | null = null;

async function startServer(): Promise<MongoMemoryReplSet> {
  const { path, version } = await testMongod();
  return MongoMemoryReplSet.create({
    binary: { systemBinary: path, version },
    replSet: { count: 1, storageEngine: 'wiredTiger', args: ['--wiredTigerCacheSizeGB=0.25', '--setParameter=diagnosticDataCollectionEnabled=false', '--setParameter=enableTestCommands=1'] },
  });
}

/** Collections whose documents belong to the shape of a database. */
const MADE_BY_MIGRATIONS = new Set(['migrations', 'guards']);
/** Databases that were given back: migrated, and empty. */
const free: Connection[] = [];

/** Empties a database for the next that asks: making all indexes anew takes longer than most tests. */
export async function giveBack(connection: Connection): Promise<void> {
  if (connection.readyState !== mongoose.ConnectionStates.connected) return;
  const collections = (await connection.listCollections()).map(({ name }) => name);
  // A test that had mongod keep a profile leaves a database like no other.
  if (collections.some((name) => name.startsWith('system.'))) return;
  await Promise.all(collections.filter((name) => !MADE_BY_MIGRATIONS.has(name)).map((name) => connection.collection(name).deleteMany({})));
  free.push(connection);
}

/** An empty, migrated database that nobody else uses; closed after the last test. */
export async function testDatabase(): Promise<Connection> {
  const used = free.pop();
  if (used) return used;
  const connection = await connect(await testUri(), log);
  connections.push(connection);
  await migrate(connection, log);
  return connection;
}

/** The address of a database that nobody has used yet; for a test that makes several connections to it, which it closes itself. */
export async function testUri(): Promise<string> {
  server ??= startServer();
  names += 1;
  return (await server).getUri(`test_${names}`);
}

export const mochaHooks = {
  /** On a new machine this is a download, which is no test's time. */
  async beforeAll(this: Mocha.Context): Promise<void> {
    this.timeout(600_000);
    await testMongod();
  },
  /** Everything goes with the server: its data lie in a temporary folder. */
  async afterAll(): Promise<void> {
    await Promise.all(connections.map((connection) => connection.close()));
    if (server) await (await server).stop();
  },
};
