/** The mutants of a run: found in the source files and drawn with a seed, evenly from all themes. */
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
  /** The changed lines without indentation, before and after. */
  before: string;
  after: string;
  /** The complete changed file. */
  text: string;
}

/** Where mistakes have no consequences: descriptions, start-up texts, generated code, drawings and synthetic data. */
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
  // Pure arithmetic has no owners, and its bounds are ordinary loop ends.
  const theme = themesOf(before).find((name) => name === 'limit' || !PURE.test(file));
  if (theme === undefined || before.trimStart().startsWith('import ')) return null;
  const line = text.slice(0, begin).split('\n').length;
  const changed = text.slice(0, begin) + after + text.slice(end);
  return { file, line, operator, theme, before: before.trim(), after: after.trim(), text: changed };
}

/**
 * All mutants in the order in which they are drawn. The themes take turns, so that any first part of the order is even.
 */
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

/** Shuffled by what they change, so that the same ones are drawn again after unrelated changes. */
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
