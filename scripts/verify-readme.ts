/**
 * Runs the README's curl commands ("A walk with curl", "Large files over a bad line" and "The clinic's directory") as a
 * newcomer would, on a separate service with an empty data folder, and compares the shown answers with the real ones.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { directoryIsLoaded } from './examples/directory-loaded.ts';
import { end, freePorts, run } from './proxy/processes.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** The first start creates the database and the demo recordings. */
const START_MS = 120_000;
const MARK = '-- end of block --';

/** The blocks of both sections, in order: curl commands and their answers. */
function walk(): { language: string; text: string }[] {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const section = (name: string): string => new RegExp(`^## ${name}\\n([^]*?)^## `, 'm').exec(readme)?.[1] ?? '';
  return ['A walk with curl', 'Large files over a bad line', "The clinic's directory"]
    .flatMap((name) => [...section(name).matchAll(/^```(sh|json|csv)\n([^]*?)^```$/gm)])
    .map(([, language = '', text = '']) => ({ language, text }))
    .filter(({ text }) => !text.startsWith('npm run '));
}

/**
 * The parts that are the same in every run: without ids and times, and without the README's line breaks and
 * indentation.
 */
const lasting = (json: string): string =>
  json
    .replaceAll(/\r?\n\s*/g, '')
    .replaceAll(/"(id|ecgId)":"[^"]*"/g, '"$1":""')
    .replaceAll(/"(createdAt|updatedAt)":"[^"]*"/g, '"$1":""');

/** Whether the parts between the ellipses occur in the answer, in this order. */
function isShownRightly(shown: string, answer: string): boolean {
  let from = 0;
  return lasting(shown)
    .split(/, ?…|…/)
    .every((part) => {
      const at = answer.indexOf(part, from);
      from = at + part.length;
      return at >= 0;
    });
}

const folder = mkdtempSync(join(tmpdir(), 'leadwire-readme-'));
const [port = 0] = await freePorts(1);
const service = run(
  'service',
  process.execPath,
  [`--import=${import.meta.resolve('tsx')}`, join(ROOT, 'src/main.ts')],
  folder,
  {
    PORT: String(port),
    DATA_DIR: join(folder, 'data'),
    ...(process.env['MONGOD_BINARY'] ? { MONGOD_BINARY: process.env['MONGOD_BINARY'] } : {}),
  },
);
try {
  const printed = (): string => readFileSync(join(folder, 'service.err'), 'utf8');
  for (
    const giveUp = Date.now() + START_MS;
    !printed().includes('Stop') && Date.now() < giveUp && service.child.exitCode === null;
  )
    await sleep(100);
  const passwordOf = (email: string): string | undefined =>
    new RegExp(`${email}@leadwire\\.example, password (\\S+)`).exec(printed())?.[1];
  const [password, adminPassword] = [passwordOf('demo'), passwordOf('admin')];
  if (password === undefined || adminPassword === undefined)
    throw new Error(`The service did not start:\n${printed()}`);
  await directoryIsLoaded(`http://127.0.0.1:${port}`, adminPassword);

  const blocks = walk();
  const commands = blocks.filter(({ language }) => language === 'sh').map(({ text }) => text);
  const script = ['set -euo pipefail', ...commands.map((text) => `${text}\necho\necho '${MARK}'`)]
    .join('\n')
    .replaceAll('http://127.0.0.1:3000', `http://127.0.0.1:${port}`)
    .replaceAll('"password":"…"', `"password":"${password}"`);
  const answers = execFileSync('bash', ['-c', script], { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 28 })
    .split(MARK)
    .map(lasting);

  let command = -1;
  for (const { language, text } of blocks) {
    if (language === 'sh') command += 1;
    else if (!isShownRightly(text, answers[command] ?? ''))
      throw new Error(
        `The README shows:\n${text}\nand the service answers:\n${(answers[command] ?? '').slice(0, 2_000)}`,
      );
  }
  console.log(
    `The README's walk works: ${commands.length} blocks of commands, ${blocks.length - commands.length} answers ` +
      'as shown.',
  );
} finally {
  await end(service, 'SIGTERM');
  rmSync(folder, { recursive: true });
}
