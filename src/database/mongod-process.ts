/** One mongod as a process: it ends with the process that started it, whenever that ends. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoInstance } from 'mongodb-memory-server';
import { mongo } from 'mongoose';
import { type MongodFault, mongodFault } from './mongod-words.ts';

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
/** So long is waited for one that shows no sign of life when it is told to end. */
const SILENT_MS = 1_000;
/** So long for one that has heard it. */
const SHUTDOWN_MS = 5_000;

/** mongod has ended before it took connections, or does not come to that. */
export class NotLaunched extends Error {
  /** Null if it has not said anything. */
  readonly fault: MongodFault | null;

  constructor(fault: MongodFault | null, cause: unknown) {
    super(fault?.text ?? (cause as Error).message, { cause });
    this.fault = fault;
  }
}

class OwnInstance extends MongoInstance {
  /** mongod's log comes in pieces, which the library takes for lines; it would throw where one is cut. */
  protected override checkErrorInLine(): void {
    // `mongodFault` does this.
  }
}

/**
 * Starts mongod and waits until it takes connections.
 * @param signal gives the start up: rejects when the process has ended
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
    // Its own process group: a Ctrl-C in the terminal reaches the service alone, which stops mongod after the last
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
  // The last of what the library says before it waits: from here on there is a process, and another one that ends it
  // when this one has gone.
  instance.once('killerLaunched' as Parameters<MongoInstance['emit']>[0], () => {
    // Else the library would ask mongod to end before it sends a signal, and print what comes of that.
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
    // One that lives and is not ready in time.
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
    // Its journal bears it.
    instance.mongodProcess?.kill('SIGKILL');
    await Promise.all([ended, asked]);
    await instance.stop();
  };
  return { port, pid: instance.mongodProcess?.pid ?? 0, ended, stop, kill };
}

/**
 * Asked by command a primary ends at once; after a signal it waits for others first.
 * @returns when it has hung up, or lets nobody in; whether it has heard
 */
async function askToEnd(uri: string): Promise<boolean> {
  const client = new mongo.MongoClient(uri, { serverSelectionTimeoutMS: SILENT_MS });
  try {
    await client.connect();
    // The usual case is that it hangs up before it can answer.
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
