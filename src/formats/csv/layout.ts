/** How a table is laid out: where its rows begin, what separates their cells, and what each column means. */
import { quoted } from '../common/messages.ts';
import type { TableOptions } from '../common/table-options.ts';
import type { DecoderLimits } from '../types.ts';
import { delimiterOf, splitLine, withoutComment } from './cells.ts';
import { clockColumn, risesEvenly, type Role, timeColumnOf } from './columns.ts';
import { commasOf } from './commas.ts';
import { dayOf, clockOf, isDay } from './dates.ts';
import type { Facts } from './facts.ts';
import { contentError, syntaxError } from './failure.ts';
import { headerOf, type Header } from './header.ts';
import { doubtfulDay, momentOf } from './moment.ts';
import { isBlankLine, isComment, isRow, type Line, preludeOf, strangeWarning } from './prelude.ts';
import type { TimeColumn } from './time.ts';

/** Rows that the layout is found from. */
const ROWS_AHEAD = 500;
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL = /[\u0000-\u0008\u000e-\u001f]/;

export interface Layout extends Header {
  delimiter: string;
  /** The decimal sign; null if the first one in the rows decides. */
  decimal: ',' | '.' | null;
  /** The column that the sampling rate follows from, with its times; null if there is none. */
  clock: { column: number; times: TimeColumn; isCounter: boolean } | null;
  /** When the recording began, ISO 8601; null if the table does not say it. */
  date: string | null;
  facts: Facts;
  /** The doubts with which the table is read. */
  warnings: string[];
  /** Lines above the first row. */
  linesAbove: number;
}

/**
 * Finds the layout from the beginning of a table.
 * @returns null if the lines have no row
 * @throws FormatError
 */
export function layoutOf(lines: readonly Line[], options: TableOptions, limits: DecoderLimits): Layout | null {
  const prelude = preludeOf(lines);
  const above = prelude === null ? lines : lines.slice(0, prelude.rows);
  const binary = above.find(({ text }) => CONTROL.test(text));
  if (binary) throw syntaxError(binary.offset, 'This is not a text table.');
  if (prelude === null) return null;
  const { facts, declared } = prelude;
  const firstRows = rowsFrom(lines, prelude.rows, declared);
  const isCommaOnly = (declared ?? delimiterOf(firstRows[0] as string)) === ',';
  const commas = isCommaOnly
    ? commasOf(firstRows, options.decimal, columnsNamed(prelude.header), oneChannel(facts))
    : { isDecimal: false, warning: null };
  const delimiter = commas.isDecimal ? ';' : (declared ?? delimiterOf(withDelimiter(firstRows, prelude.header)));
  const cells = firstRows.map((row) => splitLine(row, delimiter) ?? []);
  const header = headerOf(prelude, cells, delimiter, options, limits);
  const comma = commas.isDecimal || (delimiter !== ',' && options.decimal !== 'point');
  const clock = clockOfTable(header.roles, cells, comma);
  const date = dateOf(header.roles, cells, clock?.column ?? null, facts);
  return {
    ...header,
    roles: header.roles.map((role, column) =>
      role.kind === 'channel' || column === clock?.column ? role : { kind: 'skip' },
    ),
    linesAbove: prelude.rows,
    delimiter,
    decimal: decimalSign(delimiter, commas.isDecimal, options),
    clock,
    facts,
    date: date.date,
    warnings: [
      strangeWarning([...prelude.strange, ...header.strange]),
      ...facts.warnings,
      ...header.warnings,
      commas.warning,
      date.warning,
      ...(clock === null || clock.isCounter ? evenColumns(header, cells, comma, options) : []),
    ].filter((warning) => warning !== null),
  };
}

/** What is wrong with a table that has no row. */
export function noRow(lines: readonly Line[], end: number, limits: DecoderLimits): Error {
  const line = lines.findLast(({ text }) => !isBlankLine(text) && !isComment(text));
  if (line === undefined) return syntaxError(end, 'The file contains no table.');
  const cells = splitLine(line.text, delimiterOf(line.text));
  const prelude = { facts: null, biopac: null, declared: null, header: [line], strange: [], rows: 0 };
  if (cells !== null) headerOf(prelude, [cells], delimiterOf(line.text), {}, limits);
  return contentError(end, 'There is no row below the header.');
}

/** The rows at the beginning. */
function rowsFrom(lines: readonly Line[], first: number, declared: string | null): string[] {
  const rows: string[] = [];
  for (const { text } of lines.slice(first)) {
    if (isBlankLine(text) || isComment(text)) continue;
    // The first line is a row even if it is damaged: it is refused with its place.
    if (rows.length === ROWS_AHEAD || (rows.length > 0 && !isRow(text, declared))) break;
    rows.push(withoutComment(text));
  }
  return rows;
}

/** The first row that has a delimiter; a table of one column may have one in its header. */
const withDelimiter = (rows: readonly string[], header: readonly Line[]): string =>
  rows.find((row) => /[,;\t]/.test(row)) ?? header.at(-1)?.text ?? '';

/** The number of names directly above the rows; null if there are none, or only lines of two cells: keys and values. */
function columnsNamed(header: readonly Line[]): number | null {
  const counts = header.map(({ text }) => splitLine(text, delimiterOf(text))?.length ?? 0);
  if (counts.length === 0 || (counts.length > 2 && counts.every((count) => count === 2))) return null;
  return counts.at(-1) as number;
}

/** Whether the lines above describe a single channel. A unit alone may be the names of two columns: `unit,mV`. */
function oneChannel({ rate, names, units, isSure }: Facts): 'sure' | 'likely' | null {
  if (names.length !== 1 && !(isSure && names.length === 0 && units.length === 1)) return null;
  return rate === null ? 'likely' : 'sure';
}

function decimalSign(delimiter: string, isDecimal: boolean, { decimal }: TableOptions): ',' | '.' | null {
  if (isDecimal) return ',';
  if (delimiter === ',' || decimal === 'point') return '.';
  return decimal === 'comma' ? ',' : null;
}

function clockOfTable(roles: readonly Role[], cells: readonly (readonly string[])[], comma: boolean): Layout['clock'] {
  const found = clockColumn(roles, cells, comma);
  if (found === null) return null;
  const role = roles[found.column] as Role;
  const times = timeColumnOf(role);
  times.step = found.step;
  return { column: found.column, times, isCounter: role.kind === 'counter' };
}

/** The date of the first row: in its times, in another column, or above the table. */
function dateOf(
  roles: readonly Role[],
  cells: readonly (readonly string[])[],
  clock: number | null,
  facts: Facts,
): { date: string | null; warning: string | null } {
  const first = cells[0] ?? [];
  const columns = clock === null ? [...roles.keys()] : [clock, ...roles.keys()];
  for (const column of columns) {
    if (roles[column]?.kind === 'channel') continue;
    const date = momentOf(first[column] ?? '')?.date ?? null;
    if (date !== null) return { date, warning: null };
  }
  const dayCell = first.find((cell, column) => roles[column]?.kind === 'skip' && isDay(cell));
  const time = clock === null ? null : clockOf(first[clock] ?? '');
  if (dayCell !== undefined && time !== null) {
    const day = dayOf(dayCell, facts.dayOrder);
    return day === null ? { date: null, warning: oneOfTwo(dayCell) } : { date: `${day}T${time}`, warning: null };
  }
  const doubtful = clock === null ? null : doubtfulDay(first[clock] ?? '');
  if (doubtful !== null) return { date: facts.date, warning: facts.date === null ? oneOfTwo(doubtful) : null };
  if (facts.lacksClock)
    return {
      date: facts.date,
      warning:
        'The table names a day without a time: midnight was taken. Another start can be given with the parameter date.',
    };
  return {
    date: facts.date,
    warning: facts.lacksDay ? 'The table names a time without a day; give both with date.' : null,
  };
}

const oneOfTwo = (day: string): string => `The date ${quoted(day)} may be one of two days; give it with date.`;

/** Columns that may be times or counters, in a table without times. */
function evenColumns(
  { roles, titles }: Header,
  cells: readonly (readonly string[])[],
  comma: boolean,
  { columns }: TableOptions,
): string[] {
  const channels = roles.flatMap((role, column) => (role.kind === 'channel' ? [column] : []));
  if (channels.length < 2) return [];
  return channels
    .filter((column) => columns?.[column] === undefined)
    .filter((column) =>
      risesEvenly(
        cells.map((row) => row[column] ?? ''),
        comma,
      ),
    )
    .map((column) => {
      const before = 'channel,'.repeat(column);
      return (
        `Column ${column + 1} (${quoted(titles[column] as string)}) rises by equal steps, as times or sample numbers ` +
        `do, but is kept as a channel. If it holds times, send the file again with columns=${before}s (or ms, us, ` +
        `ns); if it counts samples, with columns=${before}skip; columns=${before}channel confirms it.`
      );
    });
}
