/** Starts the service when imported: configuration, database, migrations, first users, application, listening. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import { type App, createApp } from './app.ts';
import { type Config, DEMO_EMAIL, loadConfig } from './startup/config.ts';
import { connect } from './database/connect.ts';
import { startEmbedded } from './database/embedded.ts';
import { migrate } from './database/migrations.ts';
import type { Supervised } from './database/supervise.ts';
import { startDirectory } from './demo/directory.ts';
import { loadDemo } from './demo/load.ts';
import { startSweeper } from './ecgs/store/sweep.ts';
import { startDerivedBuilder } from './ecgs/upload/build-derived.ts';
import { envWarnings } from './startup/env-file.ts';
import { Explained } from './startup/explained.ts';
import { loggable, loggableText } from './log/loggable-error.ts';
import { onStopRequest } from './startup/lifecycle.ts';
import { outliveClosedOutputs } from './log/output.ts';
import { createLog } from './log/logger.ts';
import { markShown } from './startup/secrets.ts';
import { startUploadSweeper } from './uploads/sweep.ts';
import { ensureUser } from './users/ensure-user.ts';
import { openAt, showsPasswords, welcome } from './startup/welcome.ts';

/** How long a stopping service waits for the database to answer a ping. */
const SIGN_OF_LIFE_MS = 500;
/** If the ping fails, how long each part may take to end: all that it could still be waiting for is the database. */
const WITHOUT_DATABASE_MS = 300;

class CannotListen extends Explained {}

/** The part that is always ended in full, even when the database does not answer. */
const MONGOD = 'mongod';
/** What has been started, in order. It is ended in reverse order. */
const started: { name: string; end: () => Promise<void> }[] = [];
let stopping = null as Promise<void> | null;
/** Runs before any started part is ended. */
let beforeStopping = async (): Promise<void> => undefined;
let isDatabaseAway = false;
/** Null when another database is used, or before the embedded one has started. */
let embedded = null as Supervised | null;

async function start(): Promise<void> {
  outliveClosedOutputs();
  for (const warning of envWarnings()) process.stderr.write(`${warning}\n`);
  const loaded = loadConfig();
  const { config } = loaded;
  const log = createLog(config);
  // A stop is possible during the start, too: every step can be repeated, and what has been started so far is ended.
  onStopRequest((reason) => void stop(log, reason, 0));
  process.on('uncaughtException', (error) => {
    log.fatal({ error }, 'an uncaught error');
    void stop(log, 'an uncaught error', 1);
  });

  const database = await connectDatabase(config, log);
  await migrate(database, log);
  const adminId = await provision(database, config, log);
  const app = createApp({ config, database, log, isDatabaseWaiting: () => embedded?.state() === 'waiting' });
  if (config.loadDemo && config.demoPassword !== null) await provideDemo(database, config, config.demoPassword, app);
  started.push({ name: 'requests', end: () => app.close() });
  const sweeper = await startSweeper({
    database,
    log,
    uploads: app.uploads,
    silentMs: config.limits.instanceSilenceMs,
  });
  started.push({ name: 'sweeper', end: () => sweeper.stop() });
  const { blockEncoding } = config;
  const derived = startDerivedBuilder({ database, log, uploads: app.uploads, blockEncoding });
  started.push({ name: 'derived', end: () => derived.stop() });
  const uploadSweeper = startUploadSweeper({ database, log });
  started.push({ name: 'sweeper of uploads', end: () => uploadSweeper.stop() });
  const address = await listen(app.server, config);
  if (stopping) return;
  app.importWorker.start();
  if (config.loadDirectory && adminId !== null) {
    const directory = startDirectory(adminId, { database, log, importWorker: app.importWorker });
    started.push({ name: 'demo directory', end: () => directory.stop() });
  }
  log.info({ address: address.address, port: address.port }, 'listening');
  process.stderr.write(welcome(openAt(address), loaded));
  if (showsPasswords(loaded.passwordSources)) markShown(config.dataDir);
}

async function connectDatabase(config: Config, log: Logger): Promise<Connection> {
  let uri = config.mongodbUri;
  if (uri === null) {
    const giveUp = new AbortController();
    const starting = startEmbedded(config, log, { signal: giveUp.signal });
    started.push({
      name: MONGOD,
      end: async () => {
        giveUp.abort();
        await starting.then(
          (own) => own.stop(),
          () => undefined,
        );
      },
    });
    embedded = await starting;
    void embedded.lost.then(() => stop(log, 'mongod has ended', 1));
    uri = embedded.uri;
  }
  const database = await connect(uri, log);
  started.push({ name: 'database connection', end: () => database.close() });
  beforeStopping = async () => {
    isDatabaseAway = !(await answers(database));
    // Operations in progress are aborted at once. Then the driver itself waits for the database, for up to 20 s.
    if (isDatabaseAway) void database.close(true).catch(() => undefined);
  };
  return database;
}

/** Whether the database answers within `SIGN_OF_LIFE_MS`. */
async function answers(database: Connection): Promise<boolean> {
  if (embedded && embedded.state() !== 'running') return false;
  const ping = database
    .getClient()
    .db('admin')
    .command({ ping: 1 })
    .then(
      () => true,
      () => false,
    );
  return Promise.race([ping, sleep(SIGN_OF_LIFE_MS, false, { ref: false })]);
}

/**
 * Makes sure that the first admin exists; an existing one is not changed. Returns the admin's id, or null when no admin
 * is provisioned.
 */
async function provision(database: Connection, config: Config, log: Logger): Promise<string | null> {
  if (config.firstSuperuserPassword === null) return null;
  const { id, created } = await ensureUser(database, {
    email: config.firstSuperuser,
    password: config.firstSuperuserPassword,
    fullName: 'Administrator',
    role: 'admin',
  });
  if (created) log.info('created the first admin');
  return id;
}

/** Makes sure that the demo clinician exists, with a few recordings for newcomers. */
async function provideDemo(database: Connection, config: Config, password: string, app: App): Promise<void> {
  const { id } = await ensureUser(database, {
    email: DEMO_EMAIL,
    password,
    fullName: 'Demo Clinician',
    role: 'clinician',
  });
  await loadDemo(id, config, {
    database,
    uploads: app.uploads,
    zone: app.zone,
    blockEncoding: config.blockEncoding,
    keepOriginals: config.keepOriginals,
  });
}

async function listen(server: Server, { host, port }: Config): Promise<AddressInfo> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why =
      code === 'EADDRINUSE' ? 'the port is already in use; choose another one, for example PORT=3001' : message;
    throw new CannotListen(`Cannot listen on ${host}, port ${port}: ${why}`);
  }
  return server.address() as AddressInfo;
}

/** Ends everything once, in order. A part that fails to end does not keep the others from ending. */
function stop(log: Logger, reason: string, exitCode: number): Promise<void> {
  stopping ??= (async () => {
    log.info({ reason }, 'stopping');
    await beforeStopping().catch((error: unknown) => {
      log.warn({ error: loggable(error) }, 'cannot check whether the database answers');
    });
    const isClean = await endAll();
    log.info('stopped');
    process.exit(isClean ? exitCode : 1);
  })();
  return stopping;
}

async function endAll(): Promise<boolean> {
  let isClean = true;
  for (const { name, end } of started.toReversed()) {
    try {
      const mayHang = isDatabaseAway && name !== MONGOD;
      await (mayHang ? Promise.race([end(), sleep(WITHOUT_DATABASE_MS)]) : end());
    } catch (error) {
      isClean = false;
      process.stderr.write(`Could not stop the ${name}: ${loggableText(error)}\n`);
    }
  }
  return isClean;
}

try {
  await start();
} catch (error) {
  // Whatever was in progress fails when a stop is requested; that is not worth reporting.
  if (stopping) await stopping;
  const text = error instanceof Explained ? error.message : `The service could not start: ${loggableText(error)}`;
  process.stderr.write(`${text}\n`);
  await endAll();
  process.exit(1);
}
