/**
 * The database for a command: the one in MONGODB_URI, the embedded one of a running service, or otherwise an embedded
 * one started for the duration of the command.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import mongoose, { type Connection } from 'mongoose';
import type { Logger } from 'pino';
import type { Config } from '../startup/config.ts';
import { untilAborted } from '../until-aborted.ts';
import { embeddedUri, readAccess } from './access-file.ts';
import { connect } from './connect.ts';
import { startEmbedded } from './embedded.ts';
import { FolderInUse } from './instance-lock.ts';

/** How long a command waits for a service that is starting, or for another command. */
const BUSY_MS = 30_000;
const POLL_MS = 250;
const ANSWER_MS = 1_000;

interface Place {
  uri: string;
  /** Whether a service on this machine is using the database now. */
  isInService: boolean;
  stop(): Promise<void>;
}

/**
 * Runs a command with the database, and afterwards stops whatever was started for it.
 * @param signal aborts at any time
 * @throws FolderInUse if the running service does not admit commands; NoDatabase and the errors of `startEmbedded`
 */
export async function withDatabase(
  {
    config,
    log,
    signal,
  }: { config: Pick<Config, 'dataDir' | 'mongodBinary' | 'mongodbUri'>; log: Logger; signal: AbortSignal },
  work: (database: Connection, place: { isInService: boolean }) => Promise<void>,
): Promise<void> {
  const { mongodbUri } = config;
  const place =
    mongodbUri === null
      ? await embedded(config, log, signal)
      : { uri: mongodbUri, isInService: false, stop: () => Promise.resolve() };
  try {
    const database = await untilAborted(connect(place.uri, log), signal);
    try {
      await untilAborted(work(database, place), signal);
    } finally {
      await database.close();
    }
  } finally {
    await place.stop();
  }
}

async function embedded(
  config: Pick<Config, 'dataDir' | 'mongodBinary'>,
  log: Logger,
  signal: AbortSignal,
): Promise<Place> {
  for (const giveUp = Date.now() + BUSY_MS; ; await sleep(POLL_MS, undefined, { signal })) {
    try {
      const own = await startEmbedded(config, log, { signal, holder: 'command' });
      return { uri: own.uri, isInService: false, stop: () => own.stop() };
    } catch (error) {
      if (!(error instanceof FolderInUse)) throw error;
      const uri = error.holder === 'service' ? await running(config.dataDir) : null;
      if (uri !== null) {
        log.info('using the database of the running service');
        return { uri, isInService: true, stop: () => Promise.resolve() };
      }
      if (Date.now() > giveUp) throw error;
    }
  }
}

/** The address of a running service's mongod; null while it is starting, when the port is outdated or unknown. */
async function running(dataDir: string): Promise<string | null> {
  try {
    const uri = embeddedUri(readAccess(dataDir));
    const connection = mongoose.createConnection(uri, { serverSelectionTimeoutMS: ANSWER_MS });
    try {
      await connection.asPromise();
      const hello = await connection.getClient().db('admin').command({ hello: 1 });
      return hello['isWritablePrimary'] === true ? uri : null;
    } finally {
      await connection.close();
    }
  } catch {
    return null;
  }
}
