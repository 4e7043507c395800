/**
 * The environment of `verify-proxy.ts`: one MongoDB, two instances of the built service, and nginx with the
 * configuration of `deploy/`; all real, all on loopback.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Connection } from 'mongoose';
import { connect } from '../../src/database/connect.ts';
import { startEmbedded } from '../../src/database/embedded.ts';
import { CommandError } from '../../src/startup/command.ts';
import { createLog } from '../../src/log/logger.ts';
import {
  end,
  filesOfChildren,
  freePorts,
  isInstalled,
  lastLines,
  read,
  ready,
  run,
  type Running,
} from './processes.ts';

export const ADMIN = { email: 'admin@clinic.example', password: 'a password of the verification' };

const MAIN = resolve('dist/main.js');
const NGINX_CONF = resolve('deploy/nginx/leadwire.conf');

/** After this time without a heartbeat, an instance counts as dead, and what it left is removed. */
const SILENCE_MS = 20_000;

export interface Instance {
  url: string;
  start(): Promise<void>;
  /** @returns the exit code; null when the signal itself ended it */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

export interface Stage {
  /** The address of nginx. */
  url: string;
  one: Instance;
  two: Instance;
  database: Connection;
  /** The access log of nginx: one JSON line per request. */
  accessLog(): string;
  /** Bodies that nginx currently buffers on disk. */
  buffered(): string[];
  /** The last lines of every log, for a failed check. */
  logs(): string;
  close(): Promise<void>;
}

/**
 * Starts everything. On failure, ends what has been started and throws an Error with the last lines of every log.
 * @throws CommandError if the built service or nginx is missing
 */
export async function openStage(): Promise<Stage> {
  if (!existsSync(MAIN)) throw new CommandError('There is no built service; run: npm run build');
  if (!isInstalled('nginx', ['-v']))
    throw new CommandError('There is no nginx; install it, with: apt-get install nginx');
  const folder = mkdtempSync(join(tmpdir(), 'leadwire-proxy-'));
  const ends: (() => Promise<unknown>)[] = [async () => rmSync(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const endOne of ends.toReversed()) await endOne();
  };
  try {
    const log = createLog({ logLevel: 'warn', logFormat: 'auto' });
    const mongod = await startEmbedded(
      { dataDir: join(folder, 'data'), mongodBinary: process.env['MONGOD_BINARY'] || null },
      log,
    );
    ends.push(() => mongod.stop());
    const database = await connect(mongod.uri, log);
    ends.push(() => database.close());
    const [port = 0, portOne = 0, portTwo = 0] = await freePorts(3);
    const one = instance('one', portOne, mongod.uri, folder);
    const two = instance('two', portTwo, mongod.uri, folder);
    ends.push(
      () => one.end('SIGKILL'),
      () => two.end('SIGKILL'),
    );
    await Promise.all([one.start(), two.start()]);
    const url = `http://127.0.0.1:${port}`;
    const nginx = await startNginx(folder, port, [portOne, portTwo]);
    ends.push(() => end(nginx, 'SIGTERM'));
    await ready(nginx, `${url}/readyz`);
    const buffered = (): string[] => filesOfChildren(nginx).filter((file) => file.startsWith(join(folder, 'buffers')));
    return {
      url,
      one,
      two,
      database,
      accessLog: () => read(join(folder, 'nginx.out')),
      buffered,
      logs: () => lastLines(folder),
      close,
    };
  } catch (error) {
    const logs = lastLines(folder);
    await close();
    throw new Error(`${(error as Error).message}\n${logs}`, { cause: error });
  }
}

function instance(name: string, port: number, mongodbUri: string, folder: string): Instance {
  const url = `http://127.0.0.1:${port}`;
  const env = {
    NODE_ENV: 'production',
    PORT: String(port),
    MONGODB_URI: mongodbUri,
    SECRET_KEY: 'the same key on both of the instances',
    FIRST_SUPERUSER: ADMIN.email,
    FIRST_SUPERUSER_PASSWORD: ADMIN.password,
    LOAD_DEMO: 'false',
    RATE_LIMIT: 'off',
    TRUST_PROXY: '1',
    MAX_INSTANCE_SILENCE_MS: String(SILENCE_MS),
  };
  let running: Running | null = null;
  return {
    url,
    start: async () => {
      // In a folder of its own, so that no `.env` of the project is read.
      running = run(`instance-${name}`, process.execPath, ['--enable-source-maps', MAIN], folder, env);
      await ready(running, `${url}/readyz`);
    },
    end: async (signal) => running && end(running, signal),
  };
}

/** Uses the delivered configuration in a minimal `http` block; only addresses are replaced. */
async function startNginx(folder: string, port: number, upstreams: readonly number[]): Promise<Running> {
  let conf = readFileSync(NGINX_CONF, 'utf8');
  const replace = (from: string, to: string): void => {
    if (conf.split(from).length !== 2) throw new Error(`deploy/nginx/leadwire.conf should hold "${from}" once`);
    conf = conf.replace(from, to);
  };
  replace('listen 8080;', `listen 127.0.0.1:${port};`);
  upstreams.forEach((upstream, index) =>
    replace(`server leadwire-${index + 1}:3000 `, `server 127.0.0.1:${upstream} `),
  );
  const buffers = join(folder, 'buffers');
  mkdirSync(buffers);
  const main =
    `${process.getuid?.() === 0 ? 'user root;\n' : ''}worker_processes 1;\ndaemon off;\npid ${folder}/nginx.pid;\n` +
    'events {}\n';
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `  ${kind}_temp_path ${buffers}/${kind};\n`)
    .join('');
  writeFileSync(join(folder, 'leadwire.conf'), conf);
  writeFileSync(join(folder, 'nginx.conf'), `${main}http {\n${paths}  include ${folder}/leadwire.conf;\n}\n`);
  const args = ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'nginx.err')];
  if ((await run('nginx-test', 'nginx', ['-t', ...args], folder).ended) !== 0)
    throw new Error('nginx refuses the configuration');
  return run('nginx', 'nginx', args, folder);
}
