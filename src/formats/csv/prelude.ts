/** The lines above the rows of a table: which say something, which are the header, and which are not understood. */
import { quoted } from '../common/messages.ts';
import { biopac, type Biopac } from './biopac.ts';
import { declaredDelimiter, delimiterOf, isMissing, isNumber, splitLine, withoutComment } from './cells.ts';
import { Facts, stated, type Stated } from './facts.ts';
import { isDay } from './dates.ts';
import { takeJson } from './json-header.ts';
import { momentOf } from './moment.ts';
import type { FactKey } from './words.ts';

/** A line of the file. */
export interface Line {
  text: string;
  /** From 1. */
  number: number;
  /** File offset of its first byte. */
  offset: number;
  /** Bytes with its newline. */
  length: number;
}

export interface Prelude {
  facts: Facts;
  biopac: Biopac | null;
  declared: string | null;
  /** The lines directly above the rows that say nothing of themselves: names, units or titles. */
  header: Line[];
  /** Lines above those that were not understood. */
  strange: Line[];
  /** Index of the first row. */
  rows: number;
}

/** A key, a sign and the rest of the line. */
const KEY_VALUE = /^["']?(\p{L}[^=:,;\t"']{0,60}?(?:['’]\p{L}[^=:,;\t"']{0,40}?)?)["']?\s*([=:]\t?|[,;\t])\s?(.*)$/u;
const COMMENT = /^[#%]/;
/** A line with delimiters only, as spreadsheets write empty rows. */
const EMPTY_ROW = /^[\s,;]*$/;
/** What comments are looked at for: other words in them may mean anything. */
const IN_COMMENTS: ReadonlySet<FactKey> = new Set([
  'rate',
  'interval',
  'unit',
  'lead',
  'start',
  'zone',
  'day',
  'clock',
]);
/** Lines of which a message gives the beginning. */
const MAX_TOLD = 3;

export const isBlankLine = (text: string): boolean => EMPTY_ROW.test(text);
export const isComment = (text: string): boolean => COMMENT.test(text.trimStart());

/** Whether a line is a row of the table: numbers, times and missing values, and something of them. */
export function isRow(text: string, declared: string | null): boolean {
  const row = withoutComment(text);
  const delimiter = declared ?? delimiterOf(row);
  const cells = splitLine(row, delimiter);
  return (
    cells !== null &&
    cells.some((cell) => cell !== '') &&
    cells.every((cell) => isMissing(cell) || isNumber(cell, delimiter) || momentOf(cell) !== null || isDay(cell))
  );
}

/** Reads the lines above the first row; null if there is no row. */
export function preludeOf(lines: readonly Line[]): Prelude | null {
  const declaring = lines.find(({ text }) => declaredDelimiter(text) !== null);
  const declared = declaring === undefined ? null : declaredDelimiter(declaring.text);
  const isContent = (line: Line): boolean => line !== declaring && !isBlankLine(line.text) && !isComment(line.text);
  const content = lines.filter(isContent);
  const found = biopac(content.slice(0, 600).map(({ text }) => text));
  const from = found === null ? 0 : lines.indexOf(content[found.lines - 1] as Line) + 1;
  const rows = lines.findIndex(
    (line, i) => i >= from && !isBlankLine(line.text) && !isComment(line.text) && isRow(line.text, declared),
  );
  if (rows === -1) return null;
  const facts = new Facts();
  for (const { text } of lines.slice(0, rows)) if (isComment(text)) takeComment(text, facts);
  const above = found === null ? lines.slice(0, rows).filter(isContent) : [];
  if (found !== null) facts.rate ??= found.rate;
  const { header, strange } = takeLines(above, facts);
  const damaged = damagedRow(header, declared);
  if (damaged !== null)
    return { facts, biopac: found, declared, header: header.slice(0, -1), strange, rows: lines.indexOf(damaged) };
  return { facts, biopac: found, declared, header, strange, rows };
}

/** A line below the names that has numbers as well as other text: a row, to be refused with its place. */
function damagedRow(header: readonly Line[], declared: string | null): Line | null {
  const [names, last] = header.slice(-2).map(({ text }) => {
    const delimiter = declared ?? delimiterOf(text);
    const cells = splitLine(text, delimiter) ?? [];
    return { count: cells.length, numbers: cells.filter((cell) => isNumber(cell, delimiter)).length };
  });
  if (names === undefined || last === undefined || names.count !== last.count) return null;
  return names.numbers === 0 && last.numbers > 0 ? (header.at(-1) as Line) : null;
}

/** A line of the form `key,value` whose key is known; null for any other. */
export function keyValue(text: string): Stated | null {
  const [, key = '', sign = '', rest = ''] = KEY_VALUE.exec(text) ?? [];
  if (key === '') return null;
  const delimiter = sign.endsWith('\t') ? '\t' : /[=:]/.test(sign) ? delimiterOf(rest) : sign;
  const cells = splitLine(rest, delimiter) ?? [rest.trim()];
  while (cells.length > 1 && cells.at(-1) === '') cells.pop();
  const value = cells.length === 1 ? (cells[0] as string) : rest.trim();
  return stated(key.trim(), value, cells);
}

function takeComment(text: string, facts: Facts): void {
  const said = text.trimStart().replace(/^[#%]+\s*/, '');
  if (said.startsWith('{')) {
    if (!takeJson(said, facts)) facts.warnings.add('A header in JSON above the table was not understood.');
    return;
  }
  const found = keyValue(said);
  if (found !== null && IN_COMMENTS.has(found.fact) && !facts.take(found))
    facts.warnings.add(`What the comment ${quoted(found.key)} above the table says was not understood.`);
}

/**
 * Takes what lines of the form `key,value` say. Only if one of them cannot be the title of columns are the others
 * believed: `Name,Lead` may be two columns.
 */
function takeLines(above: readonly Line[], facts: Facts): { header: Line[]; strange: Line[] } {
  const found = above.map(({ text }) => keyValue(text));
  const pattern = found.find((one) => one?.fact === 'dayForm');
  if (pattern) facts.takeDayOrder(pattern.value);
  const trial = new Facts();
  if (!found.some((one) => one !== null && isSure(one) && trial.take(one))) return { header: [...above], strange: [] };
  const taken = found.map((one) => one !== null && facts.take(one));
  const last = taken.lastIndexOf(true);
  return { header: above.slice(last + 1), strange: above.filter((_, i) => i < last && taken[i] === false) };
}

/** Whether lines say enough of a table whose rows are not among them: two known facts, one of them sure. */
export function describesTable(lines: readonly Line[]): boolean {
  const facts = new Facts();
  const known = lines.map(({ text }) => keyValue(text)).filter((found) => found !== null && facts.take(found));
  return facts.isSure && known.length > 1;
}

const isSure = ({ fact, cells }: Stated): boolean =>
  ['rate', 'interval', 'start', 'serialDay', 'birth', 'range'].includes(fact) ||
  (fact === 'unit' && cells.length === 1);

/** Names the lines that were not understood by what they begin with; their values may identify a person. */
export function strangeWarning(strange: readonly Line[]): string | null {
  if (strange.length === 0) return null;
  const told = strange.slice(0, MAX_TOLD).map(({ text, number }) => {
    const key = KEY_VALUE.exec(text)?.[1] ?? text;
    return `line ${number} (${quoted(key.trim())})`;
  });
  const more = strange.length - told.length;
  return (
    `Above the table ${told.join(', ')}${more > 0 ? ` and ${more} more` : ''} ` +
    `${strange.length === 1 ? 'was' : 'were'} not understood. What matters there can be given with samplingRate, ` +
    'unit, gain, date and notes.'
  );
}
