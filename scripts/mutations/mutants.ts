/** The mutants of a run: found in the source files, drawn with a seed, evenly over their themes. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from './code.ts';
import { type Change, changesOf, THEME_NAMES, themesOf } from './operators.ts';

export interface Mutant {
  /** Path from the root of the project. */
  file: string;
  line: number;
  operator: string;
  theme: string;
  /** The lines it changes, without indentation, as they are and as they become. */
  before: string;
  after: string;
  /** The whole file, changed. */
  text: string;
}

/** Where nothing is at stake: descriptions, start-up texts, generated code, and what is only drawn or made up. */
const LEFT_OUT = [
  /^src\/(?:main|welcome|openapi|settings|secrets|env-file)\.ts$/,
  /^src\/(?:synth|demo)\//,
  /\/kernel\//,
  /\/schema\.ts$/,
  /-command\.ts$/,
];

const PURE = /^src\/(?:formats|signal|paper)\//;

/** Every mutant of the project. @param files paths from its root */
export function allMutants(root: string, files: readonly string[]): Mutant[] {
  const sources = files.filter((file) => /^src\/.*\.ts$/.test(file) && !LEFT_OUT.some((pattern) => pattern.test(file)));
  return sources.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    return [...changesOf(codeOf(text))].flatMap((change) => asMutant(file, text, change) ?? []);
  });
}

function asMutant(file: string, text: string, { operator, at, length, replacement }: Change): Mutant | null {
  const begin = text.lastIndexOf('\n', at) + 1;
  const end = text.indexOf('\n', at + length);
  const before = text.slice(begin, end);
  const after = text.slice(begin, at) + replacement + text.slice(at + length, end);
  // Arithmetic knows no owners, and a bound there is any end of any loop.
  const theme = themesOf(before).find((name) => name === 'limit' || !PURE.test(file));
  if (theme === undefined || before.trimStart().startsWith('import ')) return null;
  const line = text.slice(0, begin).split('\n').length;
  const changed = text.slice(0, begin) + after + text.slice(end);
  return { file, line, operator, theme, before: before.trim(), after: after.trim(), text: changed };
}

/** All of them in the order in which they are drawn: theme by theme in turn, so that every beginning of it is even. */
export function drawn(mutants: readonly Mutant[], seed: number): Mutant[] {
  const queues = THEME_NAMES.map((theme) =>
    shuffled(
      mutants.filter((mutant) => mutant.theme === theme),
      seed,
    ),
  );
  const all: Mutant[] = [];
  for (let turn = 0; all.length < mutants.length; turn += 1) {
    for (const queue of queues) all.push(...queue.slice(turn, turn + 1));
  }
  return all;
}

/** By what they change, so that the same are drawn again when other lines have changed. */
function shuffled(mutants: readonly Mutant[], seed: number): Mutant[] {
  return mutants
    .map((mutant) => ({ mutant, at: placeOf(mutant, seed) }))
    .toSorted((a, b) => (a.at < b.at ? -1 : 1))
    .map(({ mutant }) => mutant);
}

const placeOf = ({ file, operator, before, after }: Mutant, seed: number): string =>
  createHash('sha256')
    .update(JSON.stringify([seed, file, operator, before, after]))
    .digest('hex');
