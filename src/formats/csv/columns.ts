/** The meaning of each column of a table: signals, times, counters, and what is passed over. */
import { simplestWithin } from '../common/steps.ts';
import type { ColumnWord } from '../common/table-options.ts';
import { isVoltage, unitText } from './quantity.ts';
import { momentOf } from './moment.ts';
import { TimeColumn } from './time.ts';
import { isCounterName, isSequenceName, isTimeName, secondsOf } from './words.ts';

export type Role =
  | { kind: 'channel' }
  /** `seconds`: its unit; null if it is not given. */
  | { kind: 'time'; seconds: number | null }
  | { kind: 'counter' }
  | { kind: 'skip' };

/** Characters in the name of a time column. */
const LONGEST_NAME = 60;
/** `time (s)`; `time_s`, `Zeit/s`, `Zeit in s`. */
const WITH_UNIT = /^(.*?)[\s_]*(?:[([]([^)\]]*)[)\]]|(?:[\s_]in[\s_]|[\s_,/])[\s_]*([a-zµμ]+))$/i;
/** `V1 (mV)`, `ecg [uV]`. */
const NAME_WITH_UNIT = /^(.*\S)\s*[([]\s*([^()[\]]{1,12}?)\s*[)\]]$/;
/** Rows that show how a column goes on. */
const MIN_ROWS = 8;
/** Share of the first steps that must be regular, so that longer ones are jumps. */
const REGULAR = 0.6;

/** What the sender says of a column. */
export const saidRole = (word: ColumnWord): Role =>
  word === 'channel' || word === 'skip' ? { kind: word } : { kind: 'time', seconds: secondsOf(word) };

/** A name without its unit, if that is one of voltage: parentheses have other uses, too. */
export function nameAndUnit(cell: string): { name: string; unit: string | null } {
  const [, name, unit] = NAME_WITH_UNIT.exec(cell) ?? [];
  return name === undefined || unit === undefined || !isVoltage(unit)
    ? { name: cell, unit: null }
    : { name, unit: unitText(unit) };
}

/** The role of the first column by its name, or by its cells if they are dates or times of day. */
export function firstRole(name: string, cells: readonly string[]): Role {
  if (areMoments(cells)) return { kind: 'time', seconds: null };
  if (isCounterName(name)) return { kind: 'counter' };
  if (isSequenceName(name)) return { kind: 'skip' };
  if (isTimeName(name)) return { kind: 'time', seconds: null };
  const seconds = secondsOf(name);
  // `min` is not a time unit here: such a column usually comes with one named `max`.
  if (seconds !== null && !/^(?:min|h)$/i.test(name.trim())) return { kind: 'time', seconds };
  return timeWithUnit(name, true) ?? { kind: 'channel' };
}

/**
 * The role of a later column. There a name alone does not make a time or a counter: it needs a unit in brackets, or
 * cells that are times or rise evenly.
 */
export function laterRole(name: string, cells: readonly string[]): Role {
  if (areMoments(cells)) return { kind: 'time', seconds: null };
  if (isSequenceName(name) && countsUp(cells)) return { kind: 'skip' };
  const isRising = risesEvenly(cells, true);
  if (isRising && isTimeName(name)) return { kind: 'time', seconds: null };
  if (isRising && isCounterName(name)) return { kind: 'counter' };
  return timeWithUnit(name, isRising) ?? { kind: 'channel' };
}

/** Whether all cells are dates with times, or times of day, which no sample is. */
export const areMoments = (cells: readonly string[]): boolean =>
  cells.length > 0 && cells.every((cell) => momentOf(cell) !== null);

function timeWithUnit(name: string, mayBeSuffix: boolean): Role | null {
  if (name.length > LONGEST_NAME) return null;
  const [, base = '', bracketed, suffix] = WITH_UNIT.exec(name.trim()) ?? [];
  const unit = bracketed ?? (mayBeSuffix ? suffix : undefined) ?? '';
  if (base === '' || !isTimeName(base)) return null;
  const seconds = secondsOf(unit);
  if (seconds !== null) return { kind: 'time', seconds };
  return bracketed !== undefined && isClockPattern(bracketed) ? { kind: 'time', seconds: null } : null;
}

/** Whether a unit says how times of day are written: `hh:mm:ss.mmm`. */
export const isClockPattern = (unit: string): boolean => /^[hm]{1,2}:[ms]{1,2}/i.test(unit);

/** A column of times, read ahead. */
interface ReadAhead {
  column: number;
  step: number | null;
  isRising: boolean;
  isShort: boolean;
}

/**
 * The column that the sampling rate is taken from, and its regular step: of several, the first whose times rise.
 * @param rows the cells of the first rows
 */
export function clockColumn(
  roles: readonly Role[],
  rows: readonly (readonly string[])[],
  hasDecimalComma: boolean,
): { column: number; step: number | null } | null {
  const read = roles.flatMap((role, column): ReadAhead[] =>
    role.kind === 'time' || role.kind === 'counter' ? [readAhead(role, column, rows, hasDecimalComma)] : [],
  );
  const times = read.filter(({ column }) => roles[column]?.kind === 'time');
  const best =
    times.find(({ isRising, isShort }) => isRising && isShort) ??
    times.find(({ isRising }) => isRising) ??
    times[0] ??
    read[0];
  return best === undefined ? null : { column: best.column, step: best.step };
}

function readAhead(role: Role, column: number, rows: readonly (readonly string[])[], comma: boolean): ReadAhead {
  const times = timeColumnOf(role);
  const steps: number[] = [];
  let isShort = true;
  for (const cells of rows) {
    const text = cells[column] ?? '';
    const before = times.last;
    if (times.addText(text, comma, 0) === null) continue;
    steps.push(times.last - before);
    if (/^\d{16,}$/.test(text)) isShort = false;
  }
  steps.shift();
  return { column, step: regularStep(steps, times), isRising: steps.every((step) => step > 0), isShort };
}

/** The step of most rows, as exact as the rate that follows from it; null if there is none. */
function regularStep(steps: readonly number[], times: TimeColumn): number | null {
  if (steps.length < 4) return null;
  const middle = steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] as number;
  const rounding = Math.max(1.01 * times.resolution, middle * 1e-6);
  const regular = steps.filter((step) => Math.abs(step - middle) <= Math.min(rounding, middle / 2));
  if (!(middle > 0) || regular.length < REGULAR * steps.length) return null;
  const mean = regular.reduce((sum, step) => sum + step, 0) / regular.length;
  const seconds = times.seconds ?? 1;
  return 1 / simplestWithin(1 / (mean * seconds), Math.max(1e-9, (2 * rounding) / (mean * regular.length))) / seconds;
}

/** What follows the times of a column; for a counter, the numbers of its rows. */
export const timeColumnOf = (role: Role): TimeColumn =>
  role.kind === 'time' ? new TimeColumn(role.seconds) : new TimeColumn(1, false);

/** Whether the first rows of a column count in ones, and from time to time begin again. */
function countsUp(cells: readonly string[]): boolean {
  const values = cells.map(Number);
  return (
    cells.length >= MIN_ROWS &&
    cells.every((cell) => /^\d+$/.test(cell)) &&
    values.every((value, i) => i === 0 || value === (values[i - 1] as number) + 1 || value < (values[i - 1] as number))
  );
}

/** Whether the first rows of a column rise by equal steps, as times and sample numbers do. */
export function risesEvenly(cells: readonly string[], hasDecimalComma: boolean): boolean {
  if (cells.length < MIN_ROWS) return false;
  const values = cells.map((cell) => Number(hasDecimalComma ? cell.replace(',', '.') : cell));
  const step = (values[1] as number) - (values[0] as number);
  return (
    step > 0 &&
    cells.every((cell) => cell !== '') &&
    values.every((value, i) => i === 0 || Math.abs(value - (values[i - 1] as number) - step) <= 0.01 * step)
  );
}
