/** Counts what is fetched of the blocks, envelopes and minutes of recordings, from the driver's events for commands. */
import mongoose, { type Connection } from 'mongoose';
import { startTestApp, type TestApp } from './app.ts';
import type { StoredBlocks } from '../../src/ecgs/store/content-model.ts';

/** Counts since `forget` was called. */
export class Fetches {
  queries = 0;
  /** Replies to queries, and to requests for their further documents. */
  replies = 0;
  documents = 0;
  /** Documents of envelopes. */
  tiles = 0;
  /** Documents of minutes. */
  minutes = 0;
  /** Bytes of samples in all replies, and in the largest. */
  bytes = 0;
  largestReply = 0;

  forget(): void {
    Object.assign(this, new Fetches());
  }
}

interface Reply {
  cursor: { ns: string; firstBatch?: StoredBlocks[]; nextBatch?: StoredBlocks[] };
}

/** Another connection to a test's database, with counts of its fetches of blocks. The caller closes it. */
export async function watchedConnection(database: Connection): Promise<{ connection: Connection; fetches: Fetches }> {
  const { hosts, replicaSet } = database.getClient().options;
  const uri = `mongodb://${hosts.join(',')}/${database.name}?replicaSet=${replicaSet}`;
  const connection = await mongoose.createConnection(uri, { monitorCommands: true }).asPromise();
  const fetches = new Fetches();
  connection.getClient().on('commandSucceeded', ({ commandName, reply }) => {
    if (commandName !== 'find' && commandName !== 'getMore') return;
    const { ns, firstBatch, nextBatch } = (reply as Reply).cursor;
    const documents = firstBatch ?? nextBatch ?? [];
    if (ns === `${database.name}.ecgEnvelopes`) fetches.tiles += documents.length;
    if (ns === `${database.name}.ecgMinutes`) fetches.minutes += documents.length;
    if (ns !== `${database.name}.ecgBlocks`) return;
    const bytes = documents.flatMap(({ blocks }) => blocks).reduce((sum, { data }) => sum + data.length(), 0);
    if (commandName === 'find') fetches.queries++;
    fetches.replies++;
    fetches.documents += documents.length;
    fetches.bytes += bytes;
    fetches.largestReply = Math.max(fetches.largestReply, bytes);
  });
  return { connection, fetches };
}

/** A test application, and the counts of its own fetches. @param options of `startTestApp` */
export async function startWatchedApp(
  ...[config, options]: Parameters<typeof startTestApp>
): Promise<{ app: TestApp; fetches: Fetches }> {
  let fetches = new Fetches();
  const app = await startTestApp(config, {
    ...options,
    connected: async (database) => {
      const watched = await watchedConnection(database);
      ({ fetches } = watched);
      return watched.connection;
    },
  });
  return { app, fetches };
}
