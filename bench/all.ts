/** Runs every benchmark, one after the other, and prints their figures as one table. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Summary, table } from './report.ts';
import { SHORT } from './sized.ts';
import { build, ROOT } from './support.ts';

const BENCHES = [
  'kernel',
  'upload',
  'small',
  'formats',
  'holter',
  'directory',
  'import',
  'indicators',
  'cohort',
  'login',
  'large-reads',
];

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
const start = performance.now();
const figures: Summary[] = [];
for (const bench of BENCHES.filter((name) => existsSync(join(ROOT, 'bench', `${name}.ts`)))) {
  console.log(`\n== ${bench}`);
  figures.push(...(await run(bench)));
}
console.log(`\n== all figures, after ${((performance.now() - start) / 1000).toFixed(0)} s\n\n${table(figures)}`);
if (SHORT) console.log('\nThese figures mean nothing: BENCH_SHORT=1 only shows that the benchmarks run.');
