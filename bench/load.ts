/**
 * The load generator: a separate process that only sends to 127.0.0.1 and ends by itself. It is controlled over the
 * channel to its parent process.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { HttpConnection, requestBytes } from './connection.ts';
import { NUMBER } from './recordings.ts';
import { quantile } from './report.ts';

const API = '/api/v1';

/** Requests over several connections, for a time. */
export interface Load {
  url: string;
  /** One for all connections, or one for each in turn; null: none. */
  token: string | readonly string[] | null;
  connections: number;
  seconds: number;
  /** The maximum number. */
  requests: number;
  /** Reads of these paths; uploads of these files to one path, each with a unique number as its id; or log-ins. */
  send:
    | { get: readonly string[] }
    | { post: string; files: readonly string[] }
    | { logIn: { email: string; password: string } };
  /**
   * Requests per second and connection, sent at fixed times so that waiting for a late answer counts; null: each
   * request is sent as soon as the previous one is answered.
   */
  paced: number | null;
}

export interface Outcome {
  requests: number;
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  /** Ids of the last uploads' results. */
  ids: string[];
}

/** How many ids of uploads are kept. */
const KEPT_IDS = 64;
const LONGEST_SECONDS = 300;

/** The generator as benchmarks use it. One load at a time. */
export interface LoadGenerator {
  run(load: Load): Promise<Outcome>;
  /** Ends the current load early; its outcome follows. */
  cut(): void;
  stop(): Promise<void>;
}

/** Starts the process. */
export function startLoadGenerator(): LoadGenerator {
  const child = fork(fileURLToPath(import.meta.url), [], {
    execArgv: ['--import=tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  return {
    async run(load) {
      child.send(load);
      const { outcome, error } = await reply(child);
      if (!outcome) throw new Error(`The load on ${load.url} failed: ${error}`);
      return outcome;
    },
    cut: () => void child.send('cut'),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.disconnect();
      await exit;
    },
  };
}

interface Reply {
  outcome?: Outcome;
  error?: string;
}

function reply(child: ChildProcess): Promise<Reply> {
  return new Promise((resolve) => {
    const ended = (): void => done({ error: 'the load generator has ended' });
    const done = (message: Reply): void => {
      child.off('message', done).off('exit', ended);
      resolve(message);
    };
    child.once('message', done).once('exit', ended);
  });
}

/** Set to end early. */
const state = { isCut: false };
let number = 0;

/** A process that measures others should not wait for a processor itself. Only root may do so. */
function comeFirst(): void {
  try {
    setPriority(constants.priority.PRIORITY_HIGH);
  } catch {
    // Then its own waits are part of what it measures.
  }
}

async function generate(load: Load): Promise<Outcome> {
  if (new URL(load.url).hostname !== '127.0.0.1') throw new Error('a load is for this machine only');
  if (load.paced !== null) comeFirst();
  state.isCut = false;
  const latencies: number[] = [];
  const ids: string[] = [];
  const start = performance.now();
  const end = start + 1000 * Math.min(load.seconds, LONGEST_SECONDS);
  const gap = load.paced === null ? null : (1000 * load.connections) / load.paced;
  let left = load.requests;

  const work = async (worker: number): Promise<void> => {
    const connection = await HttpConnection.open(load.url);
    const next = requestsOf(load, worker);
    const wanted = 'post' in load.send ? 201 : 200;
    try {
      for (
        let due = start + (worker * (gap ?? 0)) / load.connections;
        left-- > 0 && !state.isCut;
        due = gap === null ? performance.now() : due + gap
      ) {
        if (due >= end) return;
        const early = due - performance.now();
        if (early > 0) await sleep(early);
        const sentAt = gap === null ? performance.now() : due;
        const { status, body } = await connection.send(next());
        latencies.push(performance.now() - sentAt);
        if (status !== wanted) throw new Error(`answered with ${status}: ${body.toString().slice(0, 500)}`);
        if (wanted === 201) ids[latencies.length % KEPT_IDS] = (JSON.parse(body.toString()) as { id: string }).id;
      }
    } finally {
      connection.close();
    }
  };
  await Promise.all(Array.from({ length: load.connections }, async (_, worker) => work(worker)));
  const seconds = (performance.now() - start) / 1000;
  return {
    requests: latencies.length,
    perSecond: latencies.length / seconds,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    ids: ids.filter(Boolean),
  };
}

/** The requests of one connection, one after the other. */
function requestsOf(load: Load, worker: number): () => Buffer {
  const { send, url } = load;
  if ('get' in send) return reads(load, send.get, worker);
  if ('post' in send) return uploads(load, send.post, send.files[worker % send.files.length] as string, worker);
  const request = requestBytes('POST', url, `${API}/auth/login`, null, Buffer.from(JSON.stringify(send.logIn)));
  return () => request;
}

const tokenOf = ({ token }: Load, worker: number): string | null =>
  token === null || typeof token === 'string' ? token : (token[worker % token.length] as string);

function reads(load: Load, paths: readonly string[], worker: number): () => Buffer {
  const { url } = load;
  const token = tokenOf(load, worker);
  const requests = paths.map((path) => requestBytes('GET', url, path, token, null));
  let turn = worker;
  return () => requests[turn++ % requests.length] as Buffer;
}

function uploads(load: Load, path: string, file: string, worker: number): () => Buffer {
  const request = requestBytes('POST', load.url, path, tokenOf(load, worker), readFileSync(file));
  const place = request.indexOf(NUMBER, request.indexOf('\r\n\r\n'));
  return () => {
    request.write(String(++number).padStart(NUMBER.length, '0'), place, 'latin1');
    return request;
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.send) {
  process.on('message', (message: Load | 'cut') => {
    if (message === 'cut') state.isCut = true;
    else
      generate(message).then(
        (outcome) => process.send?.({ outcome }),
        (error: unknown) => process.send?.({ error: String(error) }),
      );
  });
  process.on('disconnect', () => process.exit(0));
}
