/**
 * The command `npm run verify:mutations [-- --seed 8 --count 120 --only src/imports]`: changes one thing at a time in a copy of the working tree, where owners,
 * versions, leases, transactions, limits and bounds are checked, and runs the tests of that file. A mutant that they pass has survived, and is a test that
 * is missing. What the compiler refuses is no mutant; what changes nothing stands in `mutations/equivalents.ts`, with the reason.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { EQUIVALENTS } from './mutations/equivalents.ts';
import { allMutants, drawn, type Mutant } from './mutations/mutants.ts';
import { inOrder, testsOf } from './mutations/tests.ts';
import { compiling, failure, secondsOf } from './mutations/verdict.ts';
import { Workspace } from './mutations/workspace.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** A mutant whose tests take longer has made something wait for ever. */
const PATIENCE_MS = 300_000;
/** A test that fails by chance, on a machine that is busy, catches nothing. */
const AGAIN = ['--retries', '1'];

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '8' }, count: { type: 'string', default: '120' }, only: { type: 'string', default: 'src/' } },
});
const [seed, count] = [whole('seed', values.seed), whole('count', values.count)];

function whole(option: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${option} is a whole number`);
  return Number(text);
}

const began = performance.now();
const minutes = (): string => `${((performance.now() - began) / 60_000).toFixed(1)} min`;

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' })
  .split('\n').filter((file) => file !== '' && existsSync(join(ROOT, file)));
const tests = files.filter((file) => /^test\/(?:unit|integration|contract)\/.*\.test\.ts$/.test(file));
const workspaces = [new Workspace(ROOT), new Workspace(ROOT)] as const;
const tidy = (): void => {
  for (const workspace of workspaces) workspace.delete();
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    tidy();
    process.exit(1);
  });
}
try {
  const found = allMutants(ROOT, files.filter((file) => file.startsWith(values.only)));
  const mutants = await compiling(workspaces[0], drawn(found, seed), count);
  console.log(`${mutants.length} of ${found.length} mutants, seed ${seed} (${minutes()})`);
  await judge(mutants);
} finally {
  tidy();
}

async function judge(mutants: readonly Mutant[]): Promise<void> {
  const seconds = await withoutMutant(mutants);
  console.log(`the tests pass without a mutant (${minutes()})`);
  const counts = { caught: 0, equivalent: 0, survived: 0 };
  const queue = [...mutants.entries()];
  await Promise.all(workspaces.map(async (workspace) => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [number, mutant] = next;
      const [verdict, why] = await verdictOn(mutant, workspace, seconds);
      counts[verdict] += 1;
      const change = verdict === 'survived' ? `\n    - ${mutant.before}\n    + ${mutant.after}` : '';
      console.log(`${String(number + 1).padStart(4)} ${verdict.padEnd(10)} ${mutant.file}:${mutant.line} ${mutant.operator} (${mutant.theme}): ${why}${change}`);
    }
  }));
  console.log(`caught ${counts.caught} / equivalent ${counts.equivalent} / survived ${counts.survived} of ${mutants.length} in ${minutes()}`);
  if (counts.survived > 0) process.exitCode = 1;
}

/** How long each test file takes. @throws Error where one fails as it is: then nothing could be told */
async function withoutMutant(mutants: readonly Mutant[]): Promise<Map<string, number>> {
  const needed = [...new Set(mutants.flatMap(({ file }) => testsOf(file, tests)))];
  const runs = await Promise.all(workspaces.map(async (workspace, half) =>
    workspace.run('mocha', [...AGAIN, '--reporter', 'json', ...needed.filter((_, i) => i % 2 === half)], 2 * PATIENCE_MS)));
  for (const { status, output } of runs) if (status !== 0) throw new Error(`The tests fail without a mutant:\n${output.slice(-5_000)}`);
  return new Map(runs.flatMap(({ output }, half) => [...secondsOf(output, (workspaces[half] as Workspace).root)]));
}

async function verdictOn(mutant: Mutant, workspace: Workspace, seconds: ReadonlyMap<string, number>): Promise<[keyof Counts, string]> {
  const known = EQUIVALENTS.find(({ file, before, after }) => file === mutant.file && before === mutant.before && after === mutant.after);
  if (known) return ['equivalent', known.reason];
  const relevant = inOrder(mutant.file, testsOf(mutant.file, tests), ROOT, seconds);
  const { status, output } = await workspace.with(mutant.file, mutant.text, () => workspace.run('mocha', [...AGAIN, '--bail', ...relevant], PATIENCE_MS));
  if (status === 0) return ['survived', `${relevant.length} test files pass`];
  return ['caught', status === null ? 'the tests do not end' : failure(output)];
}

type Counts = Record<'caught' | 'equivalent' | 'survived', number>;
