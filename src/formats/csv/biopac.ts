/**
 * The prelude of BIOPAC AcqKnowledge: the file's name, the time between samples, the number of channels, a title and a
 * unit for each, the columns and their numbers of samples.
 */
import { rateOf, unitText } from './quantity.ts';
import { bareEnd, isMissing, splitLine } from './cells.ts';

const PER_SAMPLE = /^\d[\d.,]*\s*\p{L}+\s*\/\s*sample\b/iu;
const CHANNELS = /^(\d{1,4})\s+channels?$/i;
/** Lines above the time between samples. */
const LINES_ABOVE = 3;

export interface Biopac {
  rate: number | null;
  names: string[];
  units: string[];
  /** The titles of all columns, of which the first may be that of the times, in its unit. */
  columns: string[];
  /** How many of the lines belong to it. */
  lines: number;
}

/**
 * @param lines that are not blank, from the first
 * @returns null if it is not such a prelude, or an incomplete one
 */
export function biopac(lines: readonly string[]): Biopac | null {
  const bare = lines.slice(0, 1 + LINES_ABOVE).map(bareText);
  const at = bare.findIndex((line) => PER_SAMPLE.test(line));
  const count = Number(CHANNELS.exec(bareText(lines[at + 1]))?.[1] ?? NaN);
  if (at === -1 || !(count > 0)) return null;
  const titles = at + 2;
  const header = titles + 2 * count;
  const told = lines[header];
  if (told === undefined) return null;
  const delimiter = ['\t', ';', ','].find((sign) => told.includes(sign)) ?? '\t';
  const columns = trimmed(splitLine(told, delimiter) ?? []);
  const extra = columns.length - count;
  if (extra < 0 || extra > 1) return null;
  const named = Array.from({ length: count }, (_, i) => [lines[titles + 2 * i], lines[titles + 2 * i + 1]] as const);
  return {
    rate: rateOf(bare[at] as string, true),
    names: named.map(([title]) => bareText(title)),
    units: named.map(([, unit]) => unitText(bareText(unit))),
    columns,
    lines: header + (isCount(lines[header + 1], delimiter, extra) ? 2 : 1),
  };
}

const bareText = (line = ''): string => bareEnd(line).trim();

/** Whether a line has the numbers of samples: whole, equal, and none above the times. */
function isCount(line: string | undefined, delimiter: string, extra: number): boolean {
  const cells = trimmed(splitLine(line ?? '', delimiter) ?? []);
  const counts = cells.slice(extra);
  const isTimeBlank = extra === 0 || isMissing(cells[0] ?? '');
  return isTimeBlank && counts.length > 0 && counts.every((cell) => /^\d+$/.test(cell) && cell === counts[0]);
}

function trimmed(cells: readonly string[]): string[] {
  let end = cells.length;
  while (end > 1 && cells[end - 1] === '') end--;
  return cells.slice(0, end);
}
