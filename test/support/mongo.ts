/**
 * One real mongod per process that runs tests. The first test that needs a database starts it, and it is stopped after
 * the last. Mocha distributes test files over several processes.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoMemoryReplSet } from 'mongodb-memory-server';
import mongoose, { type Connection } from 'mongoose';
import { pino } from 'pino';
import { connect } from '../../src/database/connect.ts';
import { migrate } from '../../src/database/migrations.ts';
import { findMongod, type Mongod } from '../../src/database/mongod-binary.ts';

// Mocha sends its worker processes this signal one second after it has asked them to end, which may not be enough to
// write their coverage.
if (process.env['NODE_V8_COVERAGE'] && process.env['MOCHA_WORKER_ID']) process.on('SIGTERM', () => {});

const log = pino({ level: 'silent' });
const connections: Connection[] = [];
let server: Promise<MongoMemoryReplSet> | null = null;
let names = 0;

/** The binary for tests; found in the same way as the service's. */
export const testMongod = (): Promise<Mongod> =>
  (mongod ??= findMongod({ configured: process.env['MONGOD_BINARY'] || null, log: console }));
let mongod: Promise<Mongod> | null = null;

/** The environment variable that passes the folder of this run to Mocha's processes. */
const FOLDER = 'TEST_DATABASES';

async function startServer(): Promise<MongoMemoryReplSet> {
  const { path, version } = await testMongod();
  const folder = process.env[FOLDER];
  const dbPath = folder && join(folder, String(process.pid));
  if (dbPath) await mkdir(dbPath);
  const started = await MongoMemoryReplSet.create({
    binary: { systemBinary: path, version },
    instanceOpts: [dbPath ? { dbPath } : {}],
    replSet: {
      count: 1,
      storageEngine: 'wiredTiger',
      args: [
        '--wiredTigerCacheSizeGB=0.25',
        '--setParameter=diagnosticDataCollectionEnabled=false',
        '--setParameter=enableTestCommands=1',
      ],
    },
  });
  // Mocha ends its worker processes abruptly; the data of this mongod is not needed any more.
  process.once('exit', () => started.servers[0]?.instanceInfo?.instance.mongodProcess?.kill('SIGKILL'));
  return started;
}

/** Collections whose documents are part of a database's schema. */
const MADE_BY_MIGRATIONS = new Set(['migrations', 'guards']);
/** Databases that were given back: migrated and empty. */
const free: Connection[] = [];

/** Empties a database for the next test: creating all indexes again would take longer than most tests. */
export async function giveBack(connection: Connection): Promise<void> {
  if (connection.readyState !== mongoose.ConnectionStates.connected) return;
  const collections = (await connection.listCollections()).map(({ name }) => name);
  // A database with mongod's profile collection is not reused.
  if (collections.some((name) => name.startsWith('system.'))) return;
  await Promise.all(
    collections
      .filter((name) => !MADE_BY_MIGRATIONS.has(name))
      .map((name) => connection.collection(name).deleteMany({})),
  );
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

/** The address of an unused database, for a test that opens several connections to it and closes them itself. */
export async function testUri(): Promise<string> {
  server ??= startServer();
  names += 1;
  return (await server).getUri(`test_${names}`);
}

/** On a new machine the binary must be downloaded; this must not count against a test's time. */
export async function mochaGlobalSetup(): Promise<void> {
  await testMongod();
  process.env[FOLDER] = await mkdtemp(join(tmpdir(), 'leadwire-tests-'));
}

/** Stops the mongod of this process if one was started. */
export async function stopServer(): Promise<void> {
  await Promise.all(connections.map((connection) => connection.close()));
  if (server) await (await server).stop();
}

/** The other processes have ended by now; a killed mongod may still be writing for a moment. */
export async function mochaGlobalTeardown(): Promise<void> {
  await stopServer();
  await rm(process.env[FOLDER]!, { recursive: true, force: true, maxRetries: 10 });
}
