/** Runs one mongod process, which always ends with the process that started it. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoInstance } from 'mongodb-memory-server';
import { mongo } from 'mongoose';
import { type MongodFault, mongodFault } from './mongod-words.ts';

/** Options of a start. */
export interface LaunchOptions {
  binary: string;
  version: string;
  dbPath: string;
  keyFile: string;
  replicaSet: string;
  args: string[];
  /** The address for commands, with the password. */
  uri: (port: number) => string;
  /** Used if it is free. */
  preferredPort: number | undefined;
  /** Whether existing connections wait for it at that port, so that no other is possible. */
  isPortFixed: boolean;
}

export interface MongodProcess {
  port: number;
  pid: number;
  /** Resolves when it has ended, for any reason. */
  ended: Promise<void>;
  /** Shuts it down cleanly; written data are kept. */
  stop(): Promise<void>;
  /** Ends it quickly, when a start is aborted. Its journal keeps written data. */
  kill(): Promise<void>;
}

/** Recovery after a kill reads the journal, which takes longer than a plain start. */
const LAUNCH_MS = 60_000;
/** A mongod that is asked to end during its start may ignore that. */
const KILL_MS = 1_000;
/** How long to wait for a mongod that does not react to the request to end. */
const SILENT_MS = 1_000;
/** How long to wait for one that has reacted. */
const SHUTDOWN_MS = 5_000;

/** mongod ended before it accepted connections, or does not get that far. */
export class NotLaunched extends Error {
  /** Null if it has reported nothing. */
  readonly fault: MongodFault | null;

  constructor(fault: MongodFault | null, cause: unknown) {
    super(fault?.text ?? (cause as Error).message, { cause });
    this.fault = fault;
  }
}

class OwnInstance extends MongoInstance {
  /**
   * mongod's log arrives in pieces, which the library takes for lines; it would throw an error on an incomplete line.
   */
  protected override checkErrorInLine(): void {
    // `mongodFault` does this.
  }
}

/**
 * Starts mongod and waits until it accepts connections.
 * @param signal aborts the start: the promise rejects when the process has ended
 * @throws NotLaunched
 */
export async function launchMongod(options: LaunchOptions, signal: AbortSignal): Promise<MongodProcess> {
  const { preferredPort, isPortFixed } = options;
  const port = isPortFixed && preferredPort ? preferredPort : await freePort(preferredPort);
  signal.throwIfAborted();
  const instance = new OwnInstance({
    binary: { systemBinary: options.binary, version: options.version },
    instance: {
      ip: '127.0.0.1',
      port,
      dbPath: options.dbPath,
      storageEngine: 'wiredTiger',
      replSet: options.replicaSet,
      auth: true,
      keyfileLocation: options.keyFile,
      launchTimeout: LAUNCH_MS,
      args: options.args,
    },
    // Its own process group: Ctrl-C in the terminal reaches only the service, which stops mongod after the last
    // request.
    spawn: { detached: true },
  });

  let ended: Promise<void> = Promise.resolve();
  let killing = null as Promise<void> | null;
  let fault = null as (() => MongodFault | null) | null;
  const killAtExit = (): void => void instance.mongodProcess?.kill();
  const kill = async (): Promise<void> => {
    instance.mongodProcess?.kill();
    if ((await Promise.race([ended, sleep(KILL_MS, 'late' as const)])) === 'late')
      instance.mongodProcess?.kill('SIGKILL');
    await ended;
    await instance.stop();
  };
  const onAbort = (): void => {
    killing ??= kill();
  };
  // The library's last message before it waits: from here on the process exists, and a watcher that ends it after this
  // process is gone.
  instance.once('killerLaunched' as Parameters<MongoInstance['emit']>[0], () => {
    // Otherwise the library would first ask mongod to end, and print the result.
    instance.isReplSet = false;
    const child = instance.mongodProcess;
    if (!child) return;
    fault = mongodFault([child.stdout, child.stderr]);
    process.once('exit', killAtExit);
    ended = once(child, 'exit').then(() => void process.off('exit', killAtExit));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    await instance.start();
  } catch (error) {
    await killing;
    signal.throwIfAborted();
    // A mongod that runs, but is not ready in time.
    await kill();
    throw new NotLaunched(fault?.() ?? null, error);
  }
  signal.removeEventListener('abort', onAbort);
  const stop = async (): Promise<void> => {
    const asked = askToEnd(options.uri(port));
    const patience = new AbortController();
    const late = sleep(SHUTDOWN_MS, undefined, { signal: patience.signal }).catch(() => undefined);
    await Promise.race([ended, late, asked.then((hasHeard) => (hasHeard ? ended : undefined))]);
    patience.abort();
    // Safe because of its journal.
    instance.mongodProcess?.kill('SIGKILL');
    await Promise.all([ended, asked]);
    await instance.stop();
  };
  return { port, pid: instance.mongodProcess?.pid ?? 0, ended, stop, kill };
}

/**
 * By command, a primary ends at once; after a signal it first waits for other members.
 * @returns whether it has reacted, once it has closed the connection or refuses connections
 */
async function askToEnd(uri: string): Promise<boolean> {
  const client = new mongo.MongoClient(uri, { serverSelectionTimeoutMS: SILENT_MS });
  try {
    await client.connect();
    // Usually it closes the connection before it can answer.
    await client
      .db('admin')
      .command({ shutdown: 1, force: true, timeoutSecs: 1 })
      .catch(() => undefined);
    return true;
  } catch {
    return false;
  } finally {
    await client.close();
  }
}

/** The preferred port if it is free on loopback, otherwise any port. */
async function freePort(preferred: number | undefined): Promise<number> {
  return (preferred && (await tryPort(preferred))) || ((await tryPort(0)) ?? 0);
}

async function tryPort(port: number): Promise<number | null> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return (server.address() as { port: number }).port;
  } catch {
    return null;
  } finally {
    if (server.listening) await once(server.close(), 'close');
  }
}
