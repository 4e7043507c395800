/**
 * The embedded database: our own real mongod on loopback, which keeps its data in the data folder. For evaluation and
 * small installations.
 */
import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from '../startup/config.ts';
import { makeDataDir, UnusableDataDir } from '../startup/data-dir.ts';
import { accessFile, embeddedUri, readAccess, writeAccess } from './access-file.ts';
import { launch } from './embedded-launch.ts';
import { type HolderKind, lockFolder } from './instance-lock.ts';
import { finishMongoFolder, mongoFolder, openMongoFolder } from './mongo-folder.ts';
import { findMongod, type Mongod } from './mongod-binary.ts';
import { MongodFailed } from './mongod-failed.ts';
import { endPredecessor } from './predecessor.ts';
import { moveMember, setUp } from './replica-set.ts';
import { type Run, supervise, type Supervised } from './supervise.ts';

/** The part of the configuration that it needs. */
export type EmbeddedConfig = Pick<Config, 'dataDir' | 'mongodBinary'>;

const USER = 'leadwire';
/** How long the mongod of a killed service may take to end. */
const PREDECESSOR_MS = 10_000;

/**
 * Starts the embedded mongod as a replica set of one, with a password, on a free port of loopback. If it ends without
 * `stop`, it is started again. It ends with `stop`, and within seconds after this process is killed.
 * @param options `signal` aborts the start at any time: the promise rejects when no mongod is left. `holder` is the
 * caller's kind; `predecessorMs` is how long the mongod of a killed service may take to end
 * @throws NoMongod, FolderInUse, UnusableDataDir, MongodFailed
 */
export async function startEmbedded(
  config: EmbeddedConfig,
  log: Logger,
  options: { signal?: AbortSignal; holder?: HolderKind; predecessorMs?: number } = {},
): Promise<Supervised> {
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
    // Such as a full disk, or a file in place of a folder.
    throw isOfFile(error, dataDir) ? UnusableDataDir.from(dataDir, error) : error;
  }
}

const isOfFile = (error: unknown, dataDir: string): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error && 'path' in error && String(error.path).startsWith(dataDir);

/**
 * @param signal kills the mongod being started
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
  // The members of a replica set authenticate each other with it. There is only one member, so each start may have a
  // new key.
  rmSync(files.key, { force: true });
  writeFileSync(files.key, randomBytes(384).toString('base64'), { mode: 0o400 });

  log.info({ version: mongod.version }, isNew ? 'setting up the embedded database' : 'starting the embedded database');
  const server = await launch(mongod, files, access, signal, isAgain);
  const host = `127.0.0.1:${server.port}`;
  const uri = embeddedUri({ ...access, port: server.port });
  const giveUp = (): void => void server.kill();
  signal.addEventListener('abort', giveUp, { once: true });
  const gone = new AbortController();
  const goneReason = `The embedded mongod ${mongod.version} ended during its start`;
  void server.ended.then(() => gone.abort(new MongodFailed(goneReason)));
  try {
    signal.throwIfAborted();
    const giveUpOrGone = AbortSignal.any([signal, gone.signal]);
    if (isNew) await setUp(host, access, giveUpOrGone);
    else await moveMember(uri, host, giveUpOrGone);
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

/** mongod's answer to a wrong password. */
const AUTHENTICATION_FAILED = 18;
const isRefused = (error: unknown): boolean => (error as { code?: unknown }).code === AUTHENTICATION_FAILED;

const misfit = (dataDir: string, cause: unknown): UnusableDataDir =>
  new UnusableDataDir(
    `${accessFile(dataDir)} does not fit the data in ${mongoFolder(dataDir)}: its password does not open the ` +
      'database. ' +
      `Restore both from the same backup, or move ${dataDir} away to start with an empty database.`,
    { cause },
  );
