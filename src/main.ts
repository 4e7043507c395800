/** The service: configuration, database, migrations, first users, application, listening. The only file that does something when it is imported. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Connection } from 'mongoose';
import { type Logger, pino } from 'pino';
import { createApp } from './app.ts';
import { type Config, ConfigError, DEMO_EMAIL, loadConfig } from './config.ts';
import { connect, NoDatabase } from './database/connect.ts';
import { type Embedded, startEmbedded } from './database/embedded.ts';
import { FolderInUse } from './database/instance-lock.ts';
import { migrate } from './database/migrations.ts';
import { NoMongod } from './database/mongod-binary.ts';
import { startDirectory } from './demo/directory.ts';
import { loadDemo } from './demo/load.ts';
import { misspelt } from './env-file.ts';
import { startSweeper } from './ecgs/sweep.ts';
import type { Uploads } from './ecgs/uploads.ts';
import { onStopRequest } from './lifecycle.ts';
import { logOutput, outliveClosedOutputs } from './log-output.ts';
import { markShown, UnusableDataDir } from './secrets.ts';
import { ensureUser, InvalidUser } from './users/ensure-user.ts';
import { openAt, showsPasswords, welcome } from './welcome.ts';

/** A mistake of whoever starts the service: its message is all that is shown. */
class CannotListen extends Error {}
const EXPECTED = [ConfigError, UnusableDataDir, NoMongod, FolderInUse, NoDatabase, InvalidUser, CannotListen];

/** What has been started, in order; ended in the opposite order. */
const started: { name: string; end: () => Promise<void> }[] = [];
let stopping: Promise<void> | null = null;
/** Done before anything that was started is ended. */
let beforeStopping = async (): Promise<void> => undefined;
/** Null where another database is used, or before it has started. */
let embedded: Embedded | null = null;

async function start(): Promise<void> {
  outliveClosedOutputs();
  for (const warning of misspelt()) process.stderr.write(`${warning}\n`);
  const loaded = loadConfig();
  const { config } = loaded;
  const log = pino({ level: config.logLevel }, logOutput(1));
  let isUp = false;
  onStopRequest((reason) => {
    // While starting nothing has to be finished: mongod ends with the process, and each step of the start may be repeated.
    if (!isUp) process.exit(1);
    void stop(log, reason, 0);
  });

  const database = await connectDatabase(config, log);
  await migrate(database, log);
  const adminId = await provision(database, config, log);
  const app = createApp({ config, database, log, isDatabaseWaiting: () => embedded?.state() === 'waiting' });
  if (config.loadDemo && config.demoPassword !== null) await provideDemo(database, config, config.demoPassword, app.uploads);
  started.push({ name: 'requests', end: () => app.close() });
  const sweeper = await startSweeper({ database, log, uploads: app.uploads, silentMs: config.limits.instanceSilenceMs });
  started.push({ name: 'sweeper', end: () => sweeper.stop() });
  const address = await listen(app.server, config);
  app.importWorker.start();
  if (config.loadDirectory && adminId !== null) {
    const directory = startDirectory(adminId, { database, log, importWorker: app.importWorker });
    started.push({ name: 'demo directory', end: () => directory.stop() });
  }
  isUp = true;
  log.info({ address: address.address, port: address.port }, 'listening');
  process.stderr.write(welcome(openAt(address), loaded));
  if (showsPasswords(loaded.passwordSources)) markShown(config.dataDir);
}

async function connectDatabase(config: Config, log: Logger): Promise<Connection> {
  let uri = config.mongodbUri;
  if (uri === null) {
    const own = await startEmbedded(config, log);
    embedded = own;
    started.push({ name: 'mongod', end: () => own.stop() });
    void own.lost.then(() => stop(log, 'mongod has ended', 1));
    uri = own.uri;
  }
  const database = await connect(uri, log);
  started.push({ name: 'database connection', end: () => database.close() });
  // While mongod is away, whatever waits for it would keep the service from stopping.
  beforeStopping = async () => (embedded && embedded.state() !== 'running' ? database.close(true) : undefined);
  return database;
}

/** The first admin, who must be there at the start, and stays as they are where they exist. Answers their id, null where nobody is provisioned. */
async function provision(database: Connection, config: Config, log: Logger): Promise<string | null> {
  if (config.firstSuperuserPassword === null) return null;
  const { id, created } = await ensureUser(database, { email: config.firstSuperuser, password: config.firstSuperuserPassword, fullName: 'Administrator', role: 'admin' });
  if (created) log.info('made the first admin');
  return id;
}

/** A clinician with a few recordings, for newcomers. */
async function provideDemo(database: Connection, config: Config, password: string, uploads: Uploads): Promise<void> {
  const { id } = await ensureUser(database, { email: DEMO_EMAIL, password, fullName: 'Demo Clinician', role: 'clinician' });
  await loadDemo(id, config, { database, uploads });
}

async function listen(server: Server, { host, port }: Config): Promise<AddressInfo> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'something listens there already; choose another port, for example PORT=3001' : message;
    throw new CannotListen(`Cannot listen on ${host}, port ${port}: ${why}`);
  }
  return server.address() as AddressInfo;
}

/** Ends everything once, in order; what fails to end does not keep the rest from ending. */
function stop(log: Logger, reason: string, exitCode: number): Promise<void> {
  stopping ??= (async () => {
    log.info({ reason }, 'stopping');
    await beforeStopping();
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
      await end();
    } catch (error) {
      isClean = false;
      process.stderr.write(`Could not end the ${name}: ${(error as Error).message}\n`);
    }
  }
  return isClean;
}

try {
  await start();
} catch (error) {
  const isExpected = EXPECTED.some((kind) => error instanceof kind);
  process.stderr.write(`${isExpected ? (error as Error).message : `The service does not start: ${(error as Error).stack}`}\n`);
  await endAll();
  process.exit(1);
}
