/**
 * The command `npm run import -- FILE [--kind KIND] [--source NAME] [--create-missing] [--dry-run] [--url URL] [--email
 * ADDRESS]`: imports a CSV file into a running service over HTTP, like any client, and shows the progress. Without
 * `--url` it uses the address from the settings HOST and PORT. The password comes from LEADWIRE_PASSWORD or is asked
 * for. The exit code is 1 when rows or the import failed.
 */
import { once } from 'node:events';
import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { SingleBar } from 'cli-progress';
import { loadEnv } from '../src/startup/env-file.ts';
import { loggableText } from '../src/log/loggable-error.ts';
import { type Setting, SETTINGS } from '../src/startup/settings.ts';
import { openAt } from '../src/startup/welcome.ts';
import { faultLines } from '../src/text/wording.ts';

const USAGE =
  'Usage: npm run import -- FILE [--kind KIND] [--source NAME] [--create-missing] [--dry-run] [--url URL] ' +
  '[--email ADDRESS]\n' +
  'Without --url, the address in HOST and PORT is used.\n' +
  'The password is taken from LEADWIRE_PASSWORD, or prompted for.';
const API = '/api/v1';
/** Maximum number of errors shown; the address of the complete report is printed after them. */
const SHOWN_ERRORS = 10;

/** The parts of the answers that are used here. */
interface Job {
  id: string;
  state: string;
  failure: string | null;
  kind: string | null;
  bytes: { total: number; done: number };
  rows: Record<'total' | 'ok' | 'created' | 'updated' | 'unchanged' | 'failed', number>;
  alsoCreated: Record<string, number>;
  rate: number | null;
}

/** A mistake in the command or an error answer of the service: only its message is shown. */
class CommandError extends Error {}

/** The address of a service with the same settings. */
function urlOfSettings(): string {
  loadEnv();
  const port = settingOf(SETTINGS.port);
  if (port === 0) throw new Error('With PORT=0 the service uses any free port. Give its address with --url.');
  return openAt({ address: settingOf(SETTINGS.host), port });
}

function settingOf<Value>({ name, fallback, parse }: Setting<Value>): Value {
  const text = process.env[name] || fallback;
  try {
    return parse(text);
  } catch (error) {
    throw new Error(`${name} ${(error as Error).message} (it is ${JSON.stringify(text)})`, { cause: error });
  }
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        kind: { type: 'string' },
        source: { type: 'string' },
        'create-missing': { type: 'boolean' },
        'dry-run': { type: 'boolean' },
        url: { type: 'string' },
        email: { type: 'string', default: 'admin@leadwire.example' },
      },
    });
    const [file] = positionals;
    if (file === undefined || positionals.length > 1) throw new Error('Give exactly one file.');
    return { ...values, file, url: (values.url ?? urlOfSettings()).replace(/\/+$/, '') };
  } catch (error) {
    throw new CommandError(`${(error as Error).message}\n${USAGE}`, { cause: error });
  }
}

/** Reads one line without showing it on the terminal. */
async function askPassword(email: string): Promise<string> {
  const isTerminal = process.stdin.isTTY;
  if (isTerminal) process.stderr.write(`Password of ${email}: `);
  const input = createInterface({
    input: process.stdin,
    output: new Writable({ write: (_chunk, _encoding, done) => done() }),
    terminal: isTerminal,
  });
  input.once('SIGINT', () => process.exit(130));
  const [line] = await Promise.race([once(input, 'line'), once(input, 'close').then(() => [''])]);
  input.close();
  if (isTerminal) process.stderr.write('\n');
  return String(line);
}

async function request(address: string, init: RequestInit): Promise<Response> {
  const response = await fetch(address, init).catch((error: Error) => {
    throw new CommandError(
      `${new URL(address).origin} does not answer: ` +
        (error.cause instanceof Error ? error.cause.message : error.message),
    );
  });
  if (response.ok) return response;
  const problem = (await response.json().catch(() => ({}))) as {
    title?: string;
    detail?: string;
    errors?: { path: string; message: string }[];
  };
  const fields = problem.errors ? `\n${faultLines(problem.errors)}` : '';
  throw new CommandError(
    `${response.status} ${problem.title ?? response.statusText}. ${problem.detail ?? ''}${fields}`,
  );
}

async function logIn(url: string, email: string): Promise<string> {
  const password = process.env['LEADWIRE_PASSWORD'] ?? (await askPassword(email));
  const answer = await request(`${url}${API}/auth/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  return ((await answer.json()) as { accessToken: string }).accessToken;
}

/** The states of the import from its events, until it has ended; reconnects if the connection breaks. */
async function* progress(address: string, headers: Record<string, string>): AsyncGenerator<Job> {
  for (;;) {
    const events = await request(`${address}/events`, { headers });
    let text = '';
    try {
      for await (const piece of (events.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream())) {
        const parts = `${text}${piece}`.split('\n\n');
        text = parts.pop() ?? '';
        for (const event of parts) {
          const data = /^data: (.*)$/m.exec(event)?.[1];
          if (data === undefined) continue;
          yield JSON.parse(data) as Job;
          if (event.startsWith('event: end')) return;
        }
      }
    } catch (error) {
      if (error instanceof SyntaxError) throw error;
    }
    await sleep(1_000);
  }
}

async function showErrors(address: string, headers: Record<string, string>): Promise<void> {
  const answer = (await (await request(`${address}/errors?limit=${SHOWN_ERRORS}`, { headers })).json()) as {
    items: { line: number; column: string | null; value: string | null; reason: string }[];
    nextCursor: string | null;
  };
  for (const { line, column, value, reason } of answer.items) {
    console.error(
      `  line ${line}: ${column ?? 'the row'} ${reason}${value === null ? '' : `: ${JSON.stringify(value)}`}`,
    );
  }
  if (answer.nextCursor !== null) console.error(`  … all errors: GET ${address}/errors`);
}

/** The file as a body that is read while it is sent. */
async function opened(file: string): Promise<Blob> {
  try {
    return await openAsBlob(file, { type: 'text/csv' });
  } catch (error) {
    throw new CommandError(`${file} cannot be read.`, { cause: error });
  }
}

async function run(): Promise<boolean> {
  const { file, url, email, kind, source, ...flags } = readArguments();
  const blob = await opened(file);
  const headers = { Authorization: `Bearer ${await logIn(url, email)}` };
  const form = new FormData();
  if (kind !== undefined) form.set('kind', kind);
  if (source !== undefined) form.set('source', source);
  if (flags['create-missing']) form.set('createMissing', 'true');
  if (flags['dry-run']) form.set('dryRun', 'true');
  form.set('file', blob, basename(file));
  let job = (await (await request(`${url}${API}/imports`, { method: 'POST', headers, body: form })).json()) as Job;
  const address = `${url}${API}/imports/${job.id}`;

  const bar = new SingleBar({
    format: '{bar} {percentage} % | {rows} rows | {rate} rows/s | {failed} failed',
    noTTYOutput: false,
    stream: process.stderr,
  });
  bar.start(Math.max(1, job.bytes.total), 0, { rows: 0, rate: '–', failed: 0 });
  for await (job of progress(address, headers))
    bar.update(job.bytes.done, { rows: job.rows.total, rate: job.rate ?? '–', failed: job.rows.failed });
  bar.stop();

  const { created, updated, unchanged, failed, total } = job.rows;
  const also = Object.entries(job.alsoCreated)
    .map(([name, count]) => `, ${count} ${name}`)
    .join('');
  console.log(
    `${job.kind ?? file}: ${job.state}${job.failure === null ? '' : `: ${job.failure}`} ` +
      `${total} rows: ${created} created, ${updated} updated, ` +
      `${unchanged} unchanged, ${failed} failed${also && `; also created${also.slice(1)}`}`,
  );
  if (failed > 0) await showErrors(address, headers);
  return job.state === 'completed' && failed === 0;
}

try {
  process.exitCode = (await run()) ? 0 : 1;
} catch (error) {
  console.error(error instanceof CommandError ? error.message : loggableText(error));
  process.exitCode = 1;
}
