/** Parses the compiler's and the tests' output about mutants. */
import { relative } from 'node:path';
import type { Mutant } from './mutants.ts';
import type { Workspace } from './workspace.ts';

/** More mutants are checked than requested, since the compiler refuses some. */
const SPARE = 2;
const COMPILER_MS = 600_000;
const CONFIG = 'tsconfig.mutants.json';

/**
 * The first mutants that compile. Each is written beside its original, so that the compiler checks all of them in one
 * run.
 */
export async function compiling(workspace: Workspace, mutants: readonly Mutant[], count: number): Promise<Mutant[]> {
  const looked = mutants.slice(0, SPARE * count);
  const names = looked.map(({ file }, i) => file.replace(/\.ts$/, `.mutant-${i}.ts`));
  for (const [i, { text }] of looked.entries()) workspace.write(names[i] as string, text);
  workspace.write(CONFIG, JSON.stringify({ extends: './tsconfig.json', include: ['src'] }));
  const left = new Set(looked.keys());
  // The compiler checks no types as long as there is a syntax error anywhere.
  for (let refused = await refusedBy(workspace); refused.size > 0; refused = await refusedBy(workspace)) {
    for (const i of refused) {
      left.delete(i);
      workspace.remove(names[i] as string);
    }
  }
  for (const name of [...names, CONFIG]) workspace.remove(name);
  return looked.filter((_, i) => left.has(i)).slice(0, count);
}

/** The numbers of the mutants in which the compiler finds errors. */
async function refusedBy(workspace: Workspace): Promise<Set<number>> {
  const { output, status } = await workspace.run('tsc', ['-p', CONFIG, '--pretty', 'false'], COMPILER_MS);
  if (status === null) throw new Error('The compiler does not end.');
  const refused = new Set<number>();
  for (const [, file = '', number] of output.matchAll(/^(src\/[^(\n]*?)(?:\.mutant-(\d+))?\.ts\(\d/gm)) {
    if (number === undefined) throw new Error(`The compiler refuses ${file}.ts as it is:\n${output.slice(0, 5_000)}`);
    refused.add(Number(number));
  }
  if (status !== 0 && refused.size === 0) throw new Error(`The compiler fails:\n${output.slice(0, 5_000)}`);
  return refused;
}

/** The first failed test. */
export interface Failure {
  title: string;
  /** Path from the root of the project; null if nothing could be loaded. */
  file: string | null;
}

interface Report {
  failures: { fullTitle: string; file?: string }[];
}

/** The first failure in the output of mocha's reporter `json`; otherwise the last printed line. */
export function firstFailure(output: string, root: string): Failure {
  const begin = output.indexOf('{\n  "stats"');
  if (begin === -1) return { title: output.trim().split('\n').at(-1) ?? '', file: null };
  const {
    failures: [first],
  } = JSON.parse(output.slice(begin, output.lastIndexOf('}') + 1)) as Report;
  if (first === undefined) return { title: 'no test fails, and yet mocha does', file: null };
  return { title: first.fullTitle, file: first.file === undefined ? null : relative(root, first.file) };
}
