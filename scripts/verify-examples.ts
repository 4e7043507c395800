/**
 * Runs the examples of `docs/api-by-example.md` against a service with an empty data folder, and compares the answers
 * with the document. Usage: `npm run verify:examples`, or with `-- --write` to put the answers into the document.
 *
 * Every ```sh block is run, in order and in one shell. It is followed by the status and the answer of its last curl.
 * Ids, times and other values that differ between runs are ignored.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { shownAnswer, withoutVolatile } from './examples/answer.ts';
import { directoryIsLoaded } from './examples/directory-loaded.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DOCUMENT = join(ROOT, 'docs/api-by-example.md');
/** The address of the service in the document; the real one has a free port. */
const SHOWN_ORIGIN = 'http://127.0.0.1:3000';
const PASSWORDS = { ADMIN_PASSWORD: 'a password of the examples', DEMO_PASSWORD: 'another of the examples' };
const START_MS = 120_000;

/** A block of commands, followed by its answer. */
const EXAMPLE = /```sh\n(?<commands>[^]*?)```\n(?:(?<answer>Answer: [^\n]*\n(?:```(?:json|csv|text)\n[^]*?```\n)?))?/g;

/** Makes every curl of the examples save its answer. */
const CURL =
  `curl() { command curl --dump-header "$LAST.headers" --write-out '%{stderr}%{method} %{url_effective}\\n' "$@" ` +
  '2>>requests | tee "$LAST.body"; }\n';

interface Service {
  url: string;
  stop(): Promise<void>;
}

async function startService(folder: string): Promise<Service> {
  const { PATH, HOME, MONGOD_BINARY = '' } = process.env;
  const env = {
    PATH,
    HOME,
    MONGOD_BINARY,
    PORT: '0',
    DATA_DIR: join(folder, 'data'),
    LOG_LEVEL: 'warn',
    FIRST_SUPERUSER_PASSWORD: PASSWORDS.ADMIN_PASSWORD,
    DEMO_PASSWORD: PASSWORDS.DEMO_PASSWORD,
  };
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), join(ROOT, 'src/main.ts')], {
    cwd: folder,
    env,
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const ended = once(child, 'exit');
  let text = '';
  child.stderr.on('data', (piece: Buffer) => (text += piece.toString()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  for (const giveUp = Date.now() + START_MS; Date.now() < giveUp && child.exitCode === null; await sleep(50)) {
    const url = /listens on (\S+)/.exec(text)?.[1];
    if (url) return { url, stop };
  }
  await stop();
  throw new Error(`The service could not start: ${text}`);
}

/** Runs all blocks. */
async function runBlocks(blocks: readonly string[], url: string, folder: string): Promise<void> {
  const script = blocks.map((commands, i) => `LAST=${i}\n${commands.replaceAll(SHOWN_ORIGIN, url)}`).join('\n');
  const child = spawn('bash', ['-u', '-c', `${CURL}${script}`], {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...PASSWORDS },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`The examples ended with ${code}.`);
}

/** The operations of the API document that no example has called. */
async function notShown(url: string, folder: string): Promise<string[]> {
  const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const underApi = Object.entries(paths).filter(([, item]) => !('servers' in item));
  const sent = readFileSync(join(folder, 'requests'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.replace(/\?.*/, ''));
  const operations = underApi.flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ name: `${method.toUpperCase()} ${path}`, path })),
  );
  return operations
    .filter(({ name, path }) => {
      // A request to a path without a parameter, such as /attendances/indicators, does not count for a path with one.
      const isTaken = (line: string): boolean =>
        operations.some(
          (other) => other.path !== path && !other.path.includes('{') && line.endsWith(`/api/v1${other.path}`),
        );
      const pattern = new RegExp(`^${name.replace(' ', ' .*/api/v1').replaceAll(/\{\w+\}/g, '[^/]+')}$`);
      return !sent.some((line) => pattern.test(line) && !isTaken(line));
    })
    .map(({ name }) => name);
}

const folder = mkdtempSync(join(tmpdir(), 'leadwire-examples-'));
try {
  symlinkSync(join(ROOT, 'fixtures'), join(folder, 'fixtures'));
  const text = readFileSync(DOCUMENT, 'utf8');
  const blocks = [...text.matchAll(EXAMPLE)].map(({ groups }) => groups?.['commands'] ?? '');
  const service = await startService(folder);
  let missing: string[];
  try {
    await directoryIsLoaded(service.url, PASSWORDS.ADMIN_PASSWORD);
    await runBlocks(blocks, service.url, folder);
    missing = await notShown(service.url, folder);
  } finally {
    await service.stop();
  }
  let differing = 0;
  let i = 0;
  const current = text.replaceAll(EXAMPLE, (example, commands: string, shown = '') => {
    const answer = shownAnswer(join(folder, String(i++))).replaceAll(service.url, SHOWN_ORIGIN);
    if (withoutVolatile(answer) === withoutVolatile(shown)) return example;
    differing += 1;
    if (!process.argv.includes('--write')) console.log(`${commands}shows\n${shown}and is answered\n${answer}`);
    return `\`\`\`sh\n${commands}\`\`\`\n${answer}`;
  });
  for (const name of missing) console.log(`No example shows ${name}`);
  if (process.argv.includes('--write')) writeFileSync(DOCUMENT, current);
  else if (differing > 0) process.exitCode = 1;
  if (missing.length > 0) process.exitCode = 1;
  console.log(
    `${blocks.length} examples, ${differing} ` +
      `${process.argv.includes('--write') ? 'written anew' : 'with another answer'}, ` +
      `${missing.length} operations without one`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
