/**
 * The command `npm run verify:mutations [-- --seed 8 --count 100 --only src/imports]`: makes one change at a time in a
 * copy of the working tree, in code that checks owners, versions, leases, transactions, limits and bounds, and runs the
 * tests of the changed file. A mutant that passes them has survived: a test is missing. Changes that do not compile are
 * not counted; those without any effect are listed in `mutations/equivalents.ts`, with the reason.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Judge } from './mutations/judge.ts';
import { allMutants, drawn } from './mutations/mutants.ts';
import { compiling } from './mutations/verdict.ts';
import { Workspace } from './mutations/workspace.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '8' },
    count: { type: 'string', default: '100' },
    only: { type: 'string', default: 'src/' },
  },
});
const [seed, count] = [whole('seed', values.seed), whole('count', values.count)];

function whole(option: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${option} must be a whole number`);
  return Number(text);
}

const began = performance.now();
const minutes = (): string => `${((performance.now() - began) / 60_000).toFixed(1)} min`;

const listed = ['ls-files', '--cached', '--others', '--exclude-standard'];
const files = execFileSync('git', listed, { cwd: ROOT, encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(ROOT, file)));
const tests = files.filter((file) => /^test\/(?:unit|integration|contract|faults)\/.*\.test\.ts$/.test(file));

// Two at a time, each in a copy of its own.
const workspaces = [new Workspace(ROOT), new Workspace(ROOT)] as const;
const tidy = (): void => {
  for (const workspace of workspaces) workspace.delete();
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    tidy();
    process.exit(1);
  });
}

try {
  const found = allMutants(
    ROOT,
    files.filter((file) => file.startsWith(values.only)),
  );
  const mutants = await compiling(workspaces[0], drawn(found, seed), count);
  console.log(`${mutants.length} of ${found.length} mutants, seed ${seed} (${minutes()})`);

  const counts = { caught: 0, equivalent: 0, survived: 0 };
  const judge = new Judge(workspaces[0].root, tests);
  const queue = [...mutants.entries()];
  await Promise.all(
    workspaces.map(async (workspace) => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const [number, mutant] = next;
        const [verdict, why] = await judge.verdictOn(mutant, workspace);
        counts[verdict] += 1;
        const { file, line, operator, theme, before, after } = mutant;
        const place = `${file}:${line}`;
        console.log(`${String(number + 1).padStart(4)} ${verdict.padEnd(10)} ${place} ${operator} (${theme}): ${why}`);
        if (verdict === 'survived') console.log(`     - ${before}\n     + ${after}`);
      }
    }),
  );
  const { caught, equivalent, survived } = counts;
  console.log(`caught ${caught} / equivalent ${equivalent} / survived ${survived} in ${minutes()}`);
  for (const test of judge.broken) console.log(`${test} fails without a mutant, and was left out`);
  if (survived > 0 || judge.broken.length > 0) process.exitCode = 1;
} finally {
  tidy();
}
