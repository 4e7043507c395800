/**
 * The environment of every benchmark: the built service as a separate process, a real mongod, and a clinician. Nothing
 * is left behind.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pino } from 'pino';
import { connect } from '../src/database/connect.ts';
import { startEmbedded } from '../src/database/embedded.ts';
import { type Served, serve } from './processes.ts';
import { buildToday } from './today.ts';

/** The project's folder. */
export const ROOT = resolve(import.meta.dirname, '..');
export const API = '/api/v1';

const PASSWORD = 'a password of the benchmarks';
const ADMIN = 'admin@bench.example';
const CLINICIAN = 'clinician@bench.example';
/** The clinician's log-in. */
export const CREDENTIALS = { email: CLINICIAN, password: PASSWORD };

export interface Service extends Served {
  /** The clinician's. */
  token: string;
  /** The name of its database. */
  database: string;
  /** The path of an upload, also of content that it has already. */
  uploads: string;
}

export interface Bench {
  /** A temporary folder for the benchmark's files. */
  folder: string;
  mongodPid: number;
  /** The folder of mongod's files. */
  mongodFolder: string;
  /** The address of a database on the shared mongod. */
  uri(database: string): string;
  /** Starts a fresh service on a database of its own, with its clinician logged in. @param args of `node` */
  startService(args?: readonly string[]): Promise<Service>;
  /** Starts another instance beside a service. @param args of `node` */
  startBeside(service: Service, args: readonly string[]): Promise<Service>;
  /** The same of the version that figures are compared with; null if that version cannot be had (`today.ts`). */
  startToday(): Promise<Service | null>;
  /** Ends a service and drops its database. */
  drop(service: Service): Promise<void>;
  /** Registers something to be stopped with the benchmark. */
  own<Owned extends { stop(): Promise<void> }>(owned: Owned): Owned;
}

/**
 * Builds, starts mongod, runs `work` and, whatever happens, ends everything that was started, in reverse order.
 * BENCH_BUILT=1 uses `dist` as it is.
 */
export async function withBench(work: (bench: Bench) => Promise<void>): Promise<void> {
  build();
  const folder = mkdtempSync(join(tmpdir(), 'leadwire-bench-'));
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeFolder);
  const started: { stop(): Promise<void> }[] = [];
  const own: Bench['own'] = (owned) => {
    started.push(owned);
    return owned;
  };
  const endAll = async (): Promise<void> => {
    for (let one = started.pop(); one; one = started.pop())
      await one.stop().catch((error: unknown) => console.error(error));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void endAll().finally(() => process.exit(1)));

  try {
    const dataDir = join(folder, 'mongod');
    const mongod = own(
      await startEmbedded({ dataDir, mongodBinary: process.env['MONGOD_BINARY'] || null }, pino({ level: 'silent' })),
    );
    const uri = (database: string): string => mongod.uri.replace('/leadwire?', `/${database}?`);
    const mongodFolder = join(dataDir, 'mongo');
    const mongodPid = Number(readFileSync(join(mongodFolder, 'mongod.lock'), 'latin1'));
    let services = 0;
    const start = async (args: readonly string[], uploads: string): Promise<Service> => {
      const database = `service_${++services}`;
      const served = own(await startService(args, folder, uri(database)));
      return { ...served, database, uploads, token: await newClinician(served.url, CLINICIAN) };
    };
    const main = join(ROOT, 'dist', 'main.js');
    await work({
      folder,
      mongodFolder,
      mongodPid,
      uri,
      own,
      startService: async (args = []) => start([...args, main], `${API}/ecgs?duplicate=allow`),
      startBeside: async (service, args) => ({
        ...service,
        ...own(await startService([...args, main], folder, uri(service.database))),
      }),
      startToday: async () => {
        const built = buildToday(ROOT);
        return built === null ? null : start([join(built, 'dist', 'main.js')], `${API}/ecgs`);
      },
      drop: async (service) => {
        await service.stop();
        const database = await connect(uri(service.database), pino({ level: 'silent' }));
        await database.dropDatabase();
        await database.close();
      },
    });
  } finally {
    await endAll();
    removeFolder();
  }
}

/** `npm run build`, once for all benchmarks of one run. */
export function build(): void {
  if (process.env['BENCH_BUILT'] === '1') return;
  execFileSync('npm', ['run', 'build'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  process.env['BENCH_BUILT'] = '1';
}

async function startService(args: readonly string[], cwd: string, uri: string): Promise<Served> {
  // In an empty working folder, so that no `.env` of the project is read.
  return serve(args, cwd, {
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: '0',
    MONGODB_URI: uri,
    SECRET_KEY: 'a key of the benchmarks that is long enough',
    FIRST_SUPERUSER: ADMIN,
    FIRST_SUPERUSER_PASSWORD: PASSWORD,
    LOAD_DEMO: 'false',
    RATE_LIMIT: 'off',
    LOG_LEVEL: 'silent',
    ACCESS_TOKEN_SECONDS: '86400',
  });
}

/** Creates a clinician. Returns the token. */
export async function newClinician(url: string, email: string): Promise<string> {
  const admin = await logIn(url, ADMIN);
  await json(url, '/users', { email, fullName: 'Clinician', role: 'clinician', password: PASSWORD }, admin);
  return logIn(url, email);
}

async function logIn(url: string, email: string): Promise<string> {
  return (await json<{ accessToken: string }>(url, '/auth/login', { email, password: PASSWORD })).accessToken;
}

async function json<Answer>(url: string, path: string, body: object, token = ''): Promise<Answer> {
  const headers = { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) };
  const response = await fetch(`${url}${API}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}
