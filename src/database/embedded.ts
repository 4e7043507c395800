/** The embedded database: a real mongod of our own on loopback, with its data in the data folder between starts. For trying out and small use. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoMemoryServer } from 'mongodb-memory-server';
import mongoose from 'mongoose';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { makeDataDir, writePrivate } from '../secrets.ts';
import { FolderInUse, isAlive, lockFolder } from './instance-lock.ts';
import { findMongod, type Mongod } from './mongod-binary.ts';
import { type Run, supervise, type Supervised } from './supervise.ts';

type MongoClient = ReturnType<mongoose.Connection['getClient']>;

export type Embedded = Supervised;

/** Kept beside the data; without it they cannot be opened. */
interface Access {
  user: string;
  password: string;
  /** The mongod that wrote last. */
  version: string;
  /** Its port; taken again where it is free, because mongod finds itself in its replica set at once then. */
  port?: number;
}

const REPLICA_SET = 'rs0';
const USER = 'leadwire';
/** How long a mongod whose service was killed may take to end. */
const PREDECESSOR_MS = 10_000;
/** Recovery after a kill reads the journal, which takes longer than a plain start. */
const LAUNCH_MS = 60_000;
/** mongod asks the port of the last start whether that is itself, and a silent listener there keeps it waiting for half a minute. */
const PRIMARY_MS = 60_000;

const MONGOD_ARGS = [
  '--wiredTigerCacheSizeGB=0.25',
  '--networkMessageCompressors=disabled',
  // The default is 5 % of the disk; nobody replicates from here.
  '--oplogSize=512',
  // Otherwise up to 200 MB of diagnostics in the data folder.
  '--setParameter=diagnosticDataCollectionEnabled=false',
];

/**
 * Starts the embedded mongod as a replica set of one, with a password, on a free port of loopback. Where it ends without
 * `stop`, it is started again.
 * It ends with `stop`, and within seconds when this process is killed.
 * @param predecessorMs how long a mongod whose service was killed may take to end
 * @throws NoMongod, FolderInUse, or an Error that says why mongod does not start
 */
export async function startEmbedded(
  config: Pick<Config, 'dataDir' | 'mongodBinary'>, log: Logger, predecessorMs = PREDECESSOR_MS,
): Promise<Embedded> {
  const { dataDir } = config;
  makeDataDir(dataDir);
  const unlock = lockFolder(dataDir);
  try {
    const mongod = await findMongod({ configured: config.mongodBinary, log });
    await endPredecessor(join(dataDir, 'mongo'), log, predecessorMs);
    const supervised = await supervise(async (signal) => start(dataDir, mongod, log, signal), { dataDir, log });
    const stop = async (): Promise<void> => {
      await supervised.stop();
      unlock();
    };
    return { ...supervised, stop };
  } catch (error) {
    unlock();
    throw error;
  }
}

/** @param signal kills the mongod that is being started */
async function start(dataDir: string, mongod: Mongod, log: Logger, signal: AbortSignal): Promise<Run> {
  const files = { data: join(dataDir, 'mongo'), key: join(dataDir, 'mongo.key'), access: join(dataDir, 'mongo.json'), unfinished: join(dataDir, 'mongo.unfinished') };
  // Only a set-up that never came to its end leaves this file, and then nothing has been stored yet.
  if (existsSync(files.unfinished)) rmSync(files.data, { recursive: true, force: true });
  const isNew = !existsSync(files.data);
  if (isNew) {
    writeFileSync(files.unfinished, '');
    mkdirSync(files.data, { mode: 0o700 });
    rmSync(files.key, { force: true });
    writeFileSync(files.key, randomBytes(384).toString('base64'), { mode: 0o400 });
  }
  const access = isNew ? { user: USER, password: randomBytes(24).toString('base64url'), version: mongod.version } : readAccess(files.access);

  const killing = new AbortController();
  const kill = (): void => killing.abort();
  signal.addEventListener('abort', kill);
  const server = await launch(mongod, files, access, killing.signal).catch((error: unknown) => {
    kill();
    throw error;
  });
  const port = server.instanceInfo?.port;
  const address = (credentials: string): string => `mongodb://${credentials}127.0.0.1:${port}/leadwire?directConnection=true`;
  const uri = `${address(`${access.user}:${access.password}@`)}&authSource=admin`;
  // It would order a mongod that breaks down to shut down, and wait for that.
  server.instanceInfo?.instance.removeAllListeners('instanceError');
  let isStopping = false;
  const lost = new Promise<void>((resolve) => {
    server.instanceInfo?.instance.mongodProcess?.once('exit', () => {
      if (!isStopping) resolve();
    });
  });
  const stop = async (): Promise<void> => {
    isStopping = true;
    // One that is breaking down takes no orders any more.
    if (!(await listens(port))) kill();
    await server.stop({ doCleanup: false });
  };
  try {
    const host = `127.0.0.1:${port}`;
    const ready = isNew
      ? withClient(address(''), (client) => setUp(client, host, access))
      : withClient(uri, (client) => moveMember(client, host));
    await Promise.race([ready, aborted(killing.signal)]);
  } catch (error) {
    isStopping = true;
    kill();
    throw error;
  }
  signal.removeEventListener('abort', kill);
  writePrivate(files.access, `${JSON.stringify({ ...access, version: mongod.version, port })}\n`);
  rmSync(files.unfinished, { force: true });
  log.info({ version: mongod.version, port, mongodPid: server.instanceInfo?.instance.mongodProcess?.pid }, isNew ? 'set up the embedded database' : 'started the embedded database');
  return { uri, lost, stop };
}

function readAccess(file: string): Access {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Access;
  } catch (error) {
    throw new Error(`${file} holds the password of the embedded database and cannot be read: ${(error as Error).message}. Restore it; without it the data beside it stay closed.`, { cause: error });
  }
}

async function launch(
  mongod: Mongod, files: { data: string; key: string }, access: Access, signal: AbortSignal,
): Promise<MongoMemoryServer> {
  try {
    return await MongoMemoryServer.create({
      binary: { systemBinary: mongod.path, version: mongod.version },
      instance: { ip: '127.0.0.1', dbPath: files.data, storageEngine: 'wiredTiger', replSet: REPLICA_SET, keyfileLocation: files.key, launchTimeout: LAUNCH_MS, args: MONGOD_ARGS, ...(access.port ? { port: access.port } : {}) },
      auth: { enable: true, customRootName: access.user, customRootPwd: access.password },
      // Its own process group: a Ctrl-C in the terminal reaches the service alone, which stops mongod after the last request.
      spawn: { detached: true, signal, killSignal: 'SIGKILL' },
    });
  } catch (error) {
    if (/DBPathInUse/.test((error as Error).message)) throw new FolderInUse(files.data);
    const upgrade = access.version.split('.')[0] === mongod.version.split('.')[0] ? '' : ` The data were written by mongod ${access.version}: name one of that version with MONGOD_BINARY.`;
    throw new Error(`The embedded mongod ${mongod.version} (${mongod.path}) does not start on ${files.data}: ${(error as Error).message}.${upgrade}`, { cause: error });
  }
}

async function withClient(uri: string, work: (client: MongoClient) => Promise<void>): Promise<void> {
  const connection = await mongoose.createConnection(uri, { serverSelectionTimeoutMS: LAUNCH_MS }).asPromise();
  try {
    await work(connection.getClient());
  } finally {
    await connection.close();
  }
}

/** The first start. mongod lets a client on loopback do this much without a password, as long as there is no user. */
async function setUp(client: MongoClient, host: string, access: Access): Promise<void> {
  const admin = client.db('admin');
  await admin.command({ replSetInitiate: { _id: REPLICA_SET, members: [{ _id: 0, host }] } });
  await primary(client);
  await admin.command({ createUser: access.user, pwd: access.password, roles: ['root'] });
}

/** The stored member has the port of the last start, which may be another one's by now. */
async function moveMember(client: MongoClient, host: string): Promise<void> {
  const admin = client.db('admin');
  const config = await eventually('read its replica set', () => storedConfig(client));
  const [member] = config.members;
  if (member?.host !== host) await admin.command({ replSetReconfig: { ...config, version: config.version + 1, members: [{ ...member, host }] }, force: true });
  await primary(client);
}

interface ReplicaSetConfig {
  version: number;
  members: { host: string }[];
}

/** Null while mongod is still reading it. */
async function storedConfig(client: MongoClient): Promise<ReplicaSetConfig | null> {
  try {
    return (await client.db('admin').command({ replSetGetConfig: 1 }))['config'] as ReplicaSetConfig;
  } catch (error) {
    if ((error as { codeName?: unknown }).codeName === 'NotYetInitialized') return null;
    throw error;
  }
}

async function primary(client: MongoClient): Promise<void> {
  await eventually('become primary', async () => ((await client.db('admin').command({ hello: 1 }))['isWritablePrimary'] ? true : null));
}

async function eventually<T>(what: string, look: () => Promise<T | null>): Promise<T> {
  for (const end = Date.now() + PRIMARY_MS; Date.now() < end; await sleep(20)) {
    const found = await look();
    if (found !== null) return found;
  }
  throw new Error(`The embedded mongod did not ${what} within ${PRIMARY_MS / 1000} s`);
}

/** Ends the mongod of a service that was killed, and waits for it: mongod keeps its process number in its lock file and empties that when it has ended well. */
async function endPredecessor(data: string, log: Logger, patienceMs: number): Promise<void> {
  const pid = Number(read(join(data, 'mongod.lock')).trim());
  const hasProc = process.platform === 'linux';
  const isOurs = (): boolean => pid > 0 && isAlive(pid) && (!hasProc || read(`/proc/${pid}/cmdline`).split('\0').includes(data));
  if (!isOurs()) return;
  log.info({ mongodPid: pid }, 'waiting for the mongod of a service that was killed');
  if (hasProc) process.kill(pid, 'SIGTERM');
  for (const end = Date.now() + patienceMs; isOurs(); await sleep(50)) {
    if (Date.now() > end) throw new Error(`A mongod (process ${pid}) of an earlier start still holds ${data} and does not end. End it, then start again.`);
  }
}

/** Rejects when the signal is given. */
const aborted = (signal: AbortSignal): Promise<never> => new Promise((_resolve, reject) => {
  signal.addEventListener('abort', () => reject(new Error('The start was broken off')));
});

/** Whether anything on loopback takes connections at a port. */
async function listens(port: number | undefined): Promise<boolean> {
  if (port === undefined) return false;
  const socket = createConnection({ host: '127.0.0.1', port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
