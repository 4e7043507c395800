/** A data folder for an embedded mongod, for tests that start one. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'mongoose';
import { pino } from 'pino';
import { connect } from '../../src/database/connect.ts';
import { startEmbedded } from '../../src/database/embedded.ts';
import { isAlive } from '../../src/database/instance-lock.ts';
import type { Supervised } from '../../src/database/supervise.ts';
import { eventually } from './eventually.ts';
import { testMongod } from './mongo.ts';

export const log = pino({ level: 'silent' });

export interface EmbeddedFolder {
  /** The folder of the current test. */
  dataDir: () => string;
  mongodBinary: () => string;
  /** Databases that are stopped after the test. */
  running: Supervised[];
  /** Connections that are closed after the test. */
  open: Connection[];
  start: (binary?: string) => Promise<Supervised>;
  stop: (embedded: Supervised) => Promise<void>;
  use: (uri: string) => Promise<Connection>;
  /** 0 when mongod has ended cleanly. */
  mongodPid: () => number;
}

/** Whether the process is running. A zombie has no command line any more. */
export const runs = (pid: number): boolean =>
  isAlive(pid) && (process.platform !== 'linux' || readFileSync(`/proc/${pid}/cmdline`).length > 0);

export const gone = async (pid: number, patienceMs: number): Promise<boolean> =>
  eventually('mongod has ended', () => !runs(pid), patienceMs);

/** The rejection, or null. */
export const errorOf = async (work: Promise<unknown>): Promise<Error | null> =>
  work.then(
    () => null,
    (error: Error) => error,
  );

export const portOf = (uri: string): number => Number(/127\.0\.0\.1:(\d+)/.exec(uri)?.[1]);

/** Gives each test of a suite a folder of its own, and ends what the test started there. To be called in `describe`. */
export function embeddedFolder(): EmbeddedFolder {
  let dataDir: string;
  let mongodBinary: string;
  const running: Supervised[] = [];
  const open: Connection[] = [];
  const lockFile = (): string => join(dataDir, 'mongo/mongod.lock');
  const mongodPid = (): number => (existsSync(lockFile()) ? Number(readFileSync(lockFile(), 'utf8')) : 0);
  const close = async (): Promise<void> => {
    await Promise.all(open.splice(0).map((connection) => connection.close()));
  };

  before(async () => (mongodBinary = (await testMongod()).path));
  beforeEach(() => (dataDir = mkdtempSync(join(tmpdir(), 'leadwire-embedded-'))));
  afterEach(async () => {
    await close();
    await Promise.all(running.splice(0).map((embedded) => embedded.stop()));
    const pid = mongodPid();
    if (pid > 0) await gone(pid, 10_000);
    rmSync(dataDir, { recursive: true });
  });

  return {
    dataDir: () => dataDir,
    mongodBinary: () => mongodBinary,
    running,
    open,
    mongodPid,
    start: async (binary = mongodBinary) => {
      const embedded = await startEmbedded({ dataDir, mongodBinary: binary }, log);
      running.push(embedded);
      return embedded;
    },
    stop: async (embedded) => {
      await close();
      running.splice(running.indexOf(embedded), 1);
      await embedded.stop();
    },
    use: async (uri) => {
      const connection = await connect(uri, log);
      open.push(connection);
      return connection;
    },
  };
}
