/**
 * The connection to MongoDB: every write is acknowledged by a majority and journaled, and a filter with a misspelt
 * field throws an error.
 */
import mongoose from 'mongoose';
import type { Logger } from 'pino';
import { Explained } from '../startup/explained.ts';
import { loggable } from '../log/loggable-error.ts';
import { faultOfServer, faultOfTopology } from './deployment.ts';
import { endWritesOfClosedConnections } from './driver-writes.ts';

/** Used if the address names no database. */
const DEFAULT_DATABASE = 'leadwire';

/**
 * How long an operation waits for a primary; a server may leave a heartbeat unanswered for three quarters of it. Both
 * together are below the 20 s in which every request ends after the database has gone. Hung servers are detected by
 * their heartbeats only, and operations waiting for them are then aborted: a limit per operation would abort slow index
 * builds of migrations and large inserts.
 */
const PATIENCE_MS = 10_000;
/** The driver's minimum between two heartbeats. */
const MIN_HEARTBEAT_MS = 500;

/**
 * MongoDB cannot be reached, or is of an unsuitable kind; the message names its address, without the
 * password.
 */
export class NoDatabase extends Explained {
  override readonly name = 'NoDatabase';
}

/**
 * Connects to MongoDB.
 * @param uri a `mongodb:` or `mongodb+srv:` address
 * @param patienceMs a hung server is given up after this time, an operation that waits for another server after as much
 * again
 * @throws NoDatabase when no primary answers in time, or the one that answers does not support transactions
 */
export async function connect(uri: string, log: Logger, patienceMs = PATIENCE_MS): Promise<mongoose.Connection> {
  endWritesOfClosedConnections();
  // mongoose looks these up in the instance, not in the connection. Updates write what they name, and nothing else.
  mongoose.set({ strictQuery: 'throw', updatePipeline: true, setDefaultsOnInsert: false });
  const connection = mongoose.createConnection(uri, {
    ...(namesDatabase(uri) ? {} : { dbName: DEFAULT_DATABASE }),
    appName: 'leadwire',
    writeConcern: { w: 'majority', journal: true },
    readPreference: 'primary',
    serverSelectionTimeoutMS: patienceMs,
    // A heartbeat is overdue after both together.
    connectTimeoutMS: patienceMs / 2,
    heartbeatFrequencyMS: Math.max(MIN_HEARTBEAT_MS, patienceMs / 4),
    // With buffering, mongoose would wait with its own timeout before the driver does with its.
    bufferCommands: false,
  });
  try {
    await connection.asPromise();
    const fault = faultOfServer(await connection.getClient().db('admin').command({ hello: 1 }));
    if (fault !== null) throw new NoDatabase(`MongoDB at ${withoutPassword(uri)} ${fault}`);
  } catch (error) {
    await connection.close(true);
    if (error instanceof NoDatabase) throw error;
    const refuses = error instanceof mongoose.mongo.MongoServerError;
    const what = refuses ? 'refuses the connection' : 'does not answer';
    const fault = faultOfTopology(error) ?? `${what}: ${(error as Error).message}`;
    throw new NoDatabase(`MongoDB at ${withoutPassword(uri)} ${fault}`, { cause: error });
  }
  connection.on('error', (error: Error) => log.error({ error: loggable(error) }, 'the database connection failed'));
  return connection;
}

const namesDatabase = (uri: string): boolean => /^mongodb(\+srv)?:\/\/[^/?]+\/[^?]/.test(uri);
const withoutPassword = (uri: string): string => uri.replace(/\/\/[^@/]*@/, '//').replace(/\?.*$/, '');
