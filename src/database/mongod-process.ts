/** One mongod as a process: it ends with the process that started it, whenever that ends. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoInstance } from 'mongodb-memory-server';
import { mongo } from 'mongoose';

/** What mongod is started with. */
export interface LaunchOptions {
  binary: string;
  version: string;
  dbPath: string;
  keyFile: string;
  replicaSet: string;
  args: string[];
  /** Where it takes commands, with the password. */
  uri: (port: number) => string;
  /** Taken where it is free. */
  preferredPort: number | undefined;
  /** Whether connections wait for it there, so that no other port will do. */
  isPortFixed: boolean;
}

export interface MongodProcess {
  port: number;
  pid: number;
  /** Resolves when it has ended, for whatever reason. */
  ended: Promise<void>;
  /** Ends it in order; what it has written is kept. */
  stop(): Promise<void>;
  /** Ends it soon, for a start that is given up. Its journal keeps what has been written. */
  kill(): Promise<void>;
}

/** Recovery after a kill reads the journal, which takes longer than a plain start. */
const LAUNCH_MS = 60_000;
/** A mongod that is asked to end in the middle of its start may not hear it. */
const KILL_MS = 1_000;
const SHUTDOWN_MS = 5_000;

/**
 * Starts mongod and waits until it takes connections.
 * @param signal gives the start up: rejects when the process has ended
 */
export async function launchMongod(options: LaunchOptions, signal: AbortSignal): Promise<MongodProcess> {
  const { preferredPort, isPortFixed } = options;
  const port = isPortFixed && preferredPort ? preferredPort : await freePort(preferredPort);
  signal.throwIfAborted();
  const instance = new MongoInstance({
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
    // Its own process group: a Ctrl-C in the terminal reaches the service alone, which stops mongod after the last
    // request.
    spawn: { detached: true },
  });

  let ended: Promise<void> = Promise.resolve();
  let killing = null as Promise<void> | null;
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
  // The last of what the library says before it waits: from here on there is a process, and another one that ends it
  // when this one has gone.
  instance.once('killerLaunched' as Parameters<MongoInstance['emit']>[0], () => {
    // Else the library would ask mongod to end before it sends a signal, and print what comes of that.
    instance.isReplSet = false;
    const child = instance.mongodProcess;
    if (!child) return;
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
    throw error;
  }
  signal.removeEventListener('abort', onAbort);
  const stop = async (): Promise<void> => {
    await shutDown(options.uri(port));
    await instance.stop();
  };
  return { port, pid: instance.mongodProcess?.pid ?? 0, ended, stop, kill };
}

/**
 * Asked by command a primary ends at once; after a signal it waits for others first. One that does not hear gets the
 * signal all the same.
 */
async function shutDown(uri: string): Promise<void> {
  const client = new mongo.MongoClient(uri, { serverSelectionTimeoutMS: SHUTDOWN_MS });
  try {
    await client.db('admin').command({ shutdown: 1, force: true, timeoutSecs: 1 });
  } catch {
    // The usual case: it has hung up before it could answer.
  } finally {
    await client.close();
  }
}

/** The preferred port where it is free on loopback, else any. */
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
