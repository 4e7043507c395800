/** The replica set of the embedded mongod, of which it is the only member: transactions need one. */
import { setTimeout as sleep } from 'node:timers/promises';
import mongoose from 'mongoose';
import { untilAborted } from '../until-aborted.ts';
import type { Access } from './access-file.ts';
import { MongodFailed } from './mongod-failed.ts';

type MongoClient = ReturnType<mongoose.Connection['getClient']>;

export const REPLICA_SET = 'rs0';
/**
 * mongod asks the port of the last start whether that is itself; a silent listener there makes it wait for half a
 * minute.
 */
const PRIMARY_MS = 60_000;

/**
 * The first start: creates the replica set and its user. mongod allows this without a password to a client on loopback,
 * as long as there is no user.
 * @param host its address, such as `127.0.0.1:27017`
 * @throws MongodFailed
 */
export async function setUp(host: string, access: Access, signal: AbortSignal): Promise<void> {
  await withClient(`mongodb://${host}/?directConnection=true`, signal, async (client) => {
    const admin = client.db('admin');
    await admin.command({ replSetInitiate: { _id: REPLICA_SET, members: [{ _id: 0, host }] } });
    await primary(client);
    await admin.command({ createUser: access.user, pwd: access.password, roles: ['root'] });
  });
}

/**
 * A later start: the stored member has the port of the last start, which another process may now use.
 * @param uri of the mongod, with the password
 * @throws MongodFailed
 */
export async function moveMember(uri: string, host: string, signal: AbortSignal): Promise<void> {
  await withClient(uri, signal, async (client) => {
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
  });
}

/** Rejects at once on the signal: the current operation would wait for a mongod that has gone. */
async function withClient(
  uri: string,
  signal: AbortSignal,
  work: (client: MongoClient) => Promise<void>,
): Promise<void> {
  // Of the driver: a mongoose connection that is being opened cannot be closed before that has succeeded or failed.
  let client: MongoClient | null = null;
  const connected = async (): Promise<MongoClient> => {
    await client?.close();
    signal.throwIfAborted();
    client = new mongoose.mongo.MongoClient(uri, { serverSelectionTimeoutMS: PRIMARY_MS });
    return client.connect();
  };
  try {
    await untilAborted(eventually('accept connections', connected).then(work), signal);
  } finally {
    await (client as MongoClient | null)?.close();
  }
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
 * Repeats until there is a result. If mongod does not find itself in its stored replica set, it closes all its
 * connections, even during a command; the command is then repeated.
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
