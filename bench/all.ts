/**
 * Runs the benchmarks one after the other and prints their figures as one table: those that fit into 20 minutes on two
 * cores; all of them with BENCH_FULL=1, in about half an hour; and all on little data with BENCH_SHORT=1.
 * BENCH_MARKDOWN names a file for the same table in Markdown; arguments select programs.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdown, type Summary, table } from './report.ts';
import { FULL, SHORT } from './sized.ts';
import { build, ROOT } from './support.ts';
import { buildToday } from './today.ts';

const MINUTES = 20;

/** The programs in the order in which they run, and about how many minutes each takes on two free cores. */
const BENCHES = {
  day: 7,
  stored: 0.5,
  originals: 1,
  upload: 2,
  small: 2.5,
  beside: 3,
  lists: 1.5,
  cold: 1.5,
  directory: 2,
  kernel: 1,
  'large-reads': 1.5,
  cohort: 2,
  formats: 2,
  holter: 1,
  ishne: 1,
  login: 0.5,
  import: 1,
  indicators: 1,
  viewer: 2,
};

/** Runs one benchmark in a process of its own and forwards its output. Returns the figures of its last line. */
async function run(bench: string): Promise<Summary[]> {
  const child = spawn(process.execPath, ['--import=tsx', join(ROOT, 'bench', `${bench}.ts`)], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', (text: Buffer) => {
    printed += text.toString();
    process.stdout.write(text);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`bench/${bench}.ts ended with ${code}`);
  const last = printed.trimEnd().split('\n').at(-1) ?? '';
  return (JSON.parse(last) as { figures: Summary[] }).figures;
}

build();
buildToday(ROOT);
const start = performance.now();
const minutes = (): number => (performance.now() - start) / 60_000;
const asked = process.argv.slice(2);
const unknown = asked.filter((bench) => !(bench in BENCHES));
if (unknown.length > 0) throw new Error(`There is no ${unknown.join()}; there are ${Object.keys(BENCHES).join()}.`);
const figures: Summary[] = [];
const leftOut: string[] = [];
for (const [bench, expected] of Object.entries(BENCHES)) {
  if (asked.length > 0 && !asked.includes(bench)) continue;
  if (!FULL && !SHORT && minutes() + expected > MINUTES) {
    leftOut.push(bench);
    continue;
  }
  console.log(`\n== ${bench}, after ${minutes().toFixed(1)} minutes`);
  figures.push(...(await run(bench)));
}
figures.sort((a, b) => a.figure - b.figure);
console.log(`\n== all figures, after ${minutes().toFixed(1)} minutes\n\n${table(figures)}`);
if (leftOut.length > 0)
  console.log(`\nNot measured in ${MINUTES} minutes: ${leftOut.join(', ')} (npm run bench:full measures all).`);
if (SHORT) console.log('\nThese figures mean nothing: BENCH_SHORT=1 only shows that the benchmarks run.');
const file = process.env['BENCH_MARKDOWN'];
if (file) writeFileSync(file, `${markdown(figures)}\n`);
