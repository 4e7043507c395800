/** The mutation operators: each finds places in the code of a file and gives a replacement. */

/** One change of one file. */
export interface Change {
  operator: string;
  /** Start of the replaced text. */
  at: number;
  length: number;
  replacement: string;
}

interface Operator {
  name: string;
  /** Searched in the code; the whole match is replaced. */
  pattern: RegExp;
  replace: (match: RegExpExecArray) => string;
}

/** Properties that narrow a database filter or bind a write to a transaction. */
const NARROWING = [
  'owner',
  'version',
  'holder',
  'fence',
  'state',
  'session',
  'patient',
  'import',
  'ecg',
  'writer',
  'passwordHash',
  'isActive',
  'digest',
  'updatedAt',
];
/**
 * The value of a property. A lone 1 is not matched: it is a projection, a sort order or a new document's first version.
 */
const VALUE = String.raw`: (?!-?1\b)(?:\{[^{}\n]*\}|[^{},\n]+)`;
/** Conditions with one level of nested brackets. */
const CONDITION = String.raw`\((?:[^()\n]|\([^()\n]*\))*\)`;
const REST_OF_STATEMENT = String.raw`[^;{}\n]*(?:\{[^{}\n]*\}[^;{}\n]*)*;`;
const NARROWED = String.raw`(?<=[{,] ?)(?:${NARROWING.join('|')})(?:${VALUE})?(?:, |(?= \}))`;
/** The beginning of a filter for recordings. */
const OF_RECORDINGS = String.raw`\.\.\.(?:own\b|(?:recordingsFor|published\w+|inPlace)\((?:[^()]|\([^()]*\))*\))`;
const CHECK = String.raw`(?<=^ +)if ${CONDITION} (?:throw|return|continue)\b${REST_OF_STATEMENT}`;
/** Not exported: tests refer to an exported limit by its name, whatever its value. */
const LIMIT = /(?<=^const (?:MAX|MIN)_(?!\w*_MS\b)\w+ = )[\d_]+(?=;)/gm;

const SWAPS: Readonly<Record<string, string>> = {
  ' < ': ' <= ',
  ' <= ': ' < ',
  ' > ': ' >= ',
  ' >= ': ' > ',
  ' === ': ' !== ',
  ' !== ': ' === ',
  ' && ': ' || ',
  ' || ': ' && ',
  $lt: '$lte',
  $lte: '$lt',
  $gt: '$gte',
  $gte: '$gt',
  'Math.min(': 'Math.max(',
  'Math.max(': 'Math.min(',
};
const swapped = ([found]: RegExpExecArray): string => SWAPS[found] as string;

const OPERATORS: readonly Operator[] = [
  { name: 'a property of a filter dropped', pattern: new RegExp(NARROWED, 'g'), replace: () => '' },
  {
    name: 'the owner dropped',
    pattern: new RegExp(String.raw`${OF_RECORDINGS}(?:, |(?= \}))`, 'g'),
    replace: () => '',
  },
  { name: 'the session dropped', pattern: /, \{ session \}|\.session\(session\)/g, replace: () => '' },
  { name: 'the version not counted', pattern: /, \$inc: \{ version: 1 \}/g, replace: () => '' },
  { name: 'a boundary moved', pattern: / (?:<|<=|>|>=) (?=[^=])/g, replace: swapped },
  { name: 'a bound of a filter moved', pattern: /\$(?:lte?|gte?)(?=:)/g, replace: swapped },
  { name: 'a comparison turned round', pattern: / (?:===|!==) /g, replace: swapped },
  { name: 'and for or', pattern: / (?:&&|\|\|) /g, replace: swapped },
  { name: 'the least for the greatest', pattern: /Math\.(?:min|max)\(/g, replace: swapped },
  { name: 'a limit dropped', pattern: /\.limit\([\w.]+( \+ 1)?\)/g, replace: () => '' },
  { name: 'the order turned round', pattern: /(?<=\.sort\(\{ _?\w+: )1(?= \}\))/g, replace: () => '-1' },
  { name: 'a limit one higher', pattern: LIMIT, replace: ([number]) => String(Number(number.replaceAll('_', '')) + 1) },
  { name: 'a check removed', pattern: new RegExp(CHECK, 'gm'), replace: () => ';' },
  { name: 'a step left out', pattern: /(?<=^ +)await [^;\n]+;$/gm, replace: () => ';' },
];

/** Every change of a text. @param code the text with blanks in place of everything that is not code */
export function* changesOf(code: string): Generator<Change> {
  for (const { name, pattern, replace } of OPERATORS) {
    for (const match of code.matchAll(pattern)) {
      yield { operator: name, at: match.index, length: match[0].length, replacement: replace(match) };
    }
  }
}

/** Words by which lines with safety checks and bounds are recognised; other lines are not mutated. */
const THEMES: Readonly<Record<string, RegExp>> = {
  owner: /\bowne[rd]|recordingsFor|published(?:At|Beside)|inPlace|userId|isImporter|visibleTo|siblings|role\b/,
  version: /version/i,
  lease: /lease|holder|fence|expiresAt|silentMs|seenAt|isFree/i,
  transaction: /session|audit|inTransaction|underAdminGuard/,
  limit: /\b(?:MAX|MIN)_\w+|\bmax[A-Z]\w+|atMost|\blimit|Math\.(?:min|max)/,
  bound: /\$(?:lt|gt)|\bfrom\b|\bto\b|\bcursor|\bafter\b|\blast\b|\bfirst\b/,
};

export const THEME_NAMES = Object.keys(THEMES);

/** The themes of a line, in the order above; empty if it has none. */
export const themesOf = (line: string): string[] => THEME_NAMES.filter((theme) => THEMES[theme]?.test(line));
