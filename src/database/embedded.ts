/** The embedded database: a real mongod of our own on loopback, with its data in the data folder between starts. For trying out and small use. */
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mongoose from 'mongoose';
import type { Logger } from 'pino';
import type { Config } from '../startup/config.ts';
import { makeDataDir, UnusableDataDir } from '../startup/data-dir.ts';
import { Explained } from '../startup/explained.ts';
import { untilAborted } from '../until-aborted.ts';
import { type Access, accessFile, embeddedUri, readAccess, writeAccess } from './access-file.ts';
import { FolderInUse, type HolderKind, isAlive, lockFolder } from './instance-lock.ts';
import { finishMongoFolder, mongoFolder, openMongoFolder } from './mongo-folder.ts';
import { findMongod, type Mongod } from './mongod-binary.ts';
import { launchMongod, type MongodProcess, NotLaunched } from './mongod-process.ts';
import { type Run, supervise, type Supervised } from './supervise.ts';

type MongoClient = ReturnType<mongoose.Connection['getClient']>;

/** What of the configuration concerns it. */
export type EmbeddedConfig = Pick<Config, 'dataDir' | 'mongodBinary'>;

export type Embedded = Supervised;

/** The embedded mongod does not start; the message says why. */
export class MongodFailed extends Explained {
  override readonly name = 'MongodFailed';
}

const REPLICA_SET = 'rs0';
const USER = 'leadwire';
/** How long a mongod whose service was killed may take to end. */
const PREDECESSOR_MS = 10_000;
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
 * Starts the embedded mongod as a replica set of one, with a password, on a free port of loopback. Where it ends
 * without `stop`, it is started again. It ends with `stop`, and within seconds when this process is killed.
 * @param options `signal` gives the start up at any moment: it rejects when no mongod is left. `holder` is who asks,
 * `predecessorMs` how long a mongod whose service was killed may take to end
 * @throws NoMongod, FolderInUse, UnusableDataDir, MongodFailed
 */
export async function startEmbedded(
  config: EmbeddedConfig,
  log: Logger,
  options: { signal?: AbortSignal; holder?: HolderKind; predecessorMs?: number } = {},
): Promise<Embedded> {
  const { dataDir } = config;
  const { signal = new AbortController().signal, holder = 'service', predecessorMs = PREDECESSOR_MS } = options;
  makeDataDir(dataDir);
  const unlock = lockFolder(dataDir, holder);
  try {
    const mongod = await findMongod({ configured: config.mongodBinary, log, signal });
    signal.throwIfAborted();
    await endPredecessor(mongoFolder(dataDir), log, predecessorMs, signal);
    const begin = async (ending: AbortSignal, isAgain: boolean): Promise<Run> =>
      start(dataDir, mongod, log, AbortSignal.any([signal, ending]), isAgain);
    const supervised = await supervise(begin, { dataDir, log });
    const stop = async (): Promise<void> => {
      await supervised.stop();
      unlock();
    };
    return { ...supervised, stop };
  } catch (error) {
    unlock();
    // A full disk, a file where a folder should be.
    throw isOfFile(error, dataDir) ? UnusableDataDir.from(dataDir, error) : error;
  }
}

const isOfFile = (error: unknown, dataDir: string): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error && 'path' in error && String(error.path).startsWith(dataDir);

/**
 * @param signal kills the mongod that is being started
 * @param isAgain whether connections of this service wait for it at the port of the last start
 */
async function start(
  dataDir: string,
  mongod: Mongod,
  log: Logger,
  signal: AbortSignal,
  isAgain: boolean,
): Promise<Run> {
  const files = { data: mongoFolder(dataDir), key: join(dataDir, 'mongo.key') };
  const { isNew } = openMongoFolder(dataDir);
  const access = isNew
    ? { user: USER, password: randomBytes(24).toString('base64url'), version: mongod.version }
    : readAccess(dataDir);
  // By it the members of a replica set know each other. This one is alone, so that each start may have its own.
  rmSync(files.key, { force: true });
  writeFileSync(files.key, randomBytes(384).toString('base64'), { mode: 0o400 });

  log.info({ version: mongod.version }, isNew ? 'setting up the embedded database' : 'starting the embedded database');
  const server = await launch(mongod, files, access, signal, isAgain);
  const host = `127.0.0.1:${server.port}`;
  const uri = embeddedUri({ ...access, port: server.port });
  const giveUp = (): void => void server.kill();
  signal.addEventListener('abort', giveUp, { once: true });
  const gone = new AbortController();
  const goneReason = `The embedded mongod ${mongod.version} ended while it was started`;
  void server.ended.then(() => gone.abort(new MongodFailed(goneReason)));
  try {
    signal.throwIfAborted();
    const open = `mongodb://${host}/?directConnection=true`;
    const giveUpOrGone = AbortSignal.any([signal, gone.signal]);
    if (isNew) await withClient(open, giveUpOrGone, (client) => setUp(client, host, access));
    else await withClient(uri, giveUpOrGone, (client) => moveMember(client, host));
    signal.throwIfAborted();
    writeAccess(dataDir, { ...access, version: mongod.version, port: server.port });
    finishMongoFolder(dataDir);
  } catch (error) {
    await server.kill();
    signal.throwIfAborted();
    throw isRefused(error) ? misfit(dataDir, error) : error;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
  let isStopping = false;
  const lost = server.ended.then(() => (isStopping ? new Promise<never>(() => undefined) : undefined));
  const stop = async (): Promise<void> => {
    isStopping = true;
    await server.stop();
  };
  const { port, pid: mongodPid } = server;
  const done = isNew ? 'set up the embedded database' : 'started the embedded database';
  log.info({ version: mongod.version, port, mongodPid }, done);
  return { uri, lost, stop };
}

async function launch(
  mongod: Mongod,
  files: { data: string; key: string },
  access: Access,
  signal: AbortSignal,
  isPortFixed: boolean,
): Promise<MongodProcess> {
  const { path: binary, version } = mongod;
  const uri = (port: number): string => embeddedUri({ ...access, port });
  try {
    return await launchMongod(
      {
        binary,
        version,
        dbPath: files.data,
        keyFile: files.key,
        replicaSet: REPLICA_SET,
        args: MONGOD_ARGS,
        uri,
        preferredPort: access.port,
        isPortFixed,
      },
      signal,
    );
  } catch (error) {
    signal.throwIfAborted();
    const fault = error instanceof NotLaunched ? error.fault : null;
    if (fault?.kind === 'in-use') throw new FolderInUse(files.data, null);
    const isSameMajor = access.version.split('.')[0] === version.split('.')[0];
    const upgrade = ` The data were written by mongod ${access.version}: name one of that version with MONGOD_BINARY.`;
    const why = (error as Error).message.replaceAll(/\s+/g, ' ');
    throw new MongodFailed(
      `The embedded mongod ${version} (${binary}) does not start on ${files.data}: ${why.replace(/\.$/, '')}.` +
        `${isSameMajor ? '' : upgrade}${fault?.kind === 'damaged' ? DAMAGED : ''}`,
      { cause: error },
    );
  }
}

const DAMAGED =
  ' Its data are damaged or incomplete. Put back a backup of the whole data folder, or move the data folder away to ' +
  'begin anew without them.';

/** What mongod answers to a wrong password. */
const AUTHENTICATION_FAILED = 18;
const isRefused = (error: unknown): boolean => (error as { code?: unknown }).code === AUTHENTICATION_FAILED;

const misfit = (dataDir: string, cause: unknown): UnusableDataDir =>
  new UnusableDataDir(
    `${accessFile(dataDir)} does not fit the data in ${mongoFolder(dataDir)}: they do not open with its password. ` +
      `Put back the two that belong together, or move ${dataDir} away to begin anew without these data.`,
    { cause },
  );

/** Rejects at once when the signal comes: what is under way would wait for a mongod that has gone. */
async function withClient(
  uri: string,
  signal: AbortSignal,
  work: (client: MongoClient) => Promise<void>,
): Promise<void> {
  const connection = mongoose.createConnection(uri, { serverSelectionTimeoutMS: PRIMARY_MS });
  try {
    await untilAborted(
      connection.asPromise().then(() => work(connection.getClient())),
      signal,
    );
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
  await eventually('move to its port', async () => {
    const config = await storedConfig(client);
    if (config === null) return null;
    const [member] = config.members;
    if (member?.host === host) return true;
    const moved = { ...config, version: config.version + 1, members: [{ ...member, host }] };
    await client.db('admin').command({ replSetReconfig: moved, force: true });
    return true;
  });
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
  await eventually('become primary', async () =>
    (await client.db('admin').command({ hello: 1 }))['isWritablePrimary'] ? true : null,
  );
}

/**
 * Looks until there is something. mongod closes all its connections when it does not find itself in its stored replica
 * set, in the middle of a command too: what it was asked is asked again.
 */
async function eventually<T>(what: string, look: () => Promise<T | null>): Promise<T> {
  for (const end = Date.now() + PRIMARY_MS; Date.now() < end; await sleep(20)) {
    const found = await look().catch((error: unknown) => {
      if (error instanceof mongoose.mongo.MongoNetworkError) return null;
      throw error;
    });
    if (found !== null) return found;
  }
  throw new MongodFailed(`The embedded mongod did not ${what} within ${PRIMARY_MS / 1000} s`);
}

/** Ends the mongod of a service that was killed, and waits for it: mongod keeps its process number in its lock file and empties that when it has ended well. */
async function endPredecessor(data: string, log: Logger, patienceMs: number, signal: AbortSignal): Promise<void> {
  const pid = Number(read(join(data, 'mongod.lock')).trim());
  const hasProc = process.platform === 'linux';
  const isOurs = (): boolean =>
    pid > 0 && isAlive(pid) && (!hasProc || read(`/proc/${pid}/cmdline`).split('\0').includes(data));
  if (!isOurs()) return;
  log.info({ mongodPid: pid }, 'waiting for the mongod of a service that was killed');
  if (hasProc) process.kill(pid, 'SIGTERM');
  for (const end = Date.now() + patienceMs; isOurs(); await sleep(50, undefined, { signal })) {
    if (Date.now() > end) {
      throw new MongodFailed(
        `A mongod (process ${pid}) of an earlier start still holds ${data} and does not end. End it, then start again.`,
      );
    }
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
