/** The columns of a table: their roles, names and units, from the lines above the rows. */
import { canonicalLead } from '../../signal/leads.ts';
import { isPhysical } from '../../signal/units.ts';
import { MAX_UNIT_LENGTH } from '../common/bounds.ts';
import { figure, quoted } from '../common/messages.ts';
import { uniqueNames } from '../common/names.ts';
import type { TableOptions } from '../common/table-options.ts';
import type { DecoderLimits } from '../types.ts';
import { isMissing, isNumber, splitLine } from './cells.ts';
import { areMoments, firstRole, isClockPattern, laterRole, nameAndUnit, type Role, saidRole } from './columns.ts';
import { isDay } from './dates.ts';
import type { Facts } from './facts.ts';
import { contentError, syntaxError } from './failure.ts';
import { isOpenSignalsExtra } from './json-header.ts';
import type { Line, Prelude } from './prelude.ts';
import { bareUnit, isVoltage } from './quantity.ts';
import { secondsOf } from './words.ts';

export interface Header {
  /** The meaning of each column. */
  roles: readonly Role[];
  /** The names of all columns. */
  titles: readonly string[];
  /** Of the channels. */
  names: readonly string[];
  units: readonly (string | null)[];
}

interface Columns {
  titles: string[];
  /** By column; empty: none. */
  units: string[];
  roles: Role[];
  hasNames: boolean;
  warnings: string[];
  strange: Line[];
}

type Rows = readonly (readonly string[])[];
type Above = Omit<Prelude, 'facts'> & { facts: Facts | null };

/** @throws FormatError if the header does not describe columns of a recording */
export function headerOf(
  prelude: Above,
  rows: Rows,
  delimiter: string,
  options: TableOptions,
  limits: DecoderLimits,
): Header & { warnings: string[]; strange: Line[] } {
  const columns = columnsOf(prelude, rows, delimiter);
  for (const [column, word] of (options.columns ?? []).entries()) {
    if (column >= columns.titles.length)
      throw contentError(null, `The table has ${columns.titles.length} columns; columns describes more.`);
    columns.roles[column] = saidRole(word);
  }
  return named(columns, prelude, limits);
}

function columnsOf(prelude: Above, rows: Rows, delimiter: string): Columns {
  const { facts } = prelude;
  const count = Math.max(...rows.map((cells) => trimmed(cells).length));
  if (prelude.biopac !== null) return ofBiopac(prelude.biopac, rows);
  if (facts !== null && facts.columns.length > 0) return ofDevice(facts, count, prelude.header);
  const found = namesAndUnits(prelude.header, count, delimiter);
  if (found.names !== null) return titled(found.names, found.units, rows, found.strange);
  return untitled(facts, count, rows, found.strange);
}

/** Splits the header into the line of names and that of units. */
function namesAndUnits(
  header: readonly Line[],
  count: number,
  delimiter: string,
): { names: string[] | null; units: string[] | null; strange: Line[] } {
  const split = header.map(({ text }) => trimmed(splitLine(text, delimiter) ?? []));
  const last = split.at(-1);
  const before = split.at(-2);
  if (last === undefined) return { names: null, units: null, strange: [] };
  if (splitLine(header.at(-1)?.text ?? '', delimiter) === null)
    throw syntaxError(
      (header.at(-1) as Line).offset,
      'The header has a quote that is not closed, or text after a closing quote.',
    );
  if (before !== undefined && before.length > 0 && isUnitRow(last, before, split.length, delimiter)) {
    if (last.length > before.length)
      throw contentError(
        (header.at(-1) as Line).offset,
        `The row of units has ${last.length} cells, but the header has ${before.length}.`,
      );
    return { names: before, units: last, strange: header.slice(0, -2) };
  }
  // A title, or lines of keys and values in words that are not known.
  const isTitle = last.length === 1 && count > 1;
  const isKeys = split.length > 1 && last.length === 2 && count === 1;
  if (isTitle || isKeys) return { names: null, units: null, strange: [...header] };
  return { names: last, units: null, strange: header.slice(0, -1) };
}

/** Whether the lower of two lines above the rows has units: at least one that is known, or as many cells as names. */
function isUnitRow(cells: readonly string[], names: readonly string[], lines: number, delimiter: string): boolean {
  if (cells.some((cell) => isNumber(cell, delimiter))) return false;
  if (cells.some((cell) => isVoltage(cell))) return true;
  if (secondsOf(bareUnit(cells[0] as string)) !== null || isClockPattern(bareUnit(cells[0] as string))) return true;
  return lines === 2 && cells.length <= names.length && cells.every((cell) => canonicalLead(cell) === null);
}

function titled(names: readonly string[], units: readonly string[] | null, rows: Rows, strange: Line[]): Columns {
  const roles = names.map((name, column): Role => {
    const cells = rows.map((row) => row[column] ?? '');
    if (cells.length > 0 && cells.every(isDay)) return { kind: 'skip' };
    return column > 0 || names.length === 1 ? laterRole(name, cells) : firstRole(name, cells);
  });
  const unitTexts = names.map((_, column) => bareUnit(units?.[column] ?? ''));
  const first = roles[0];
  const seconds = secondsOf(unitTexts[0] ?? '');
  if (first?.kind === 'time' && seconds !== null) roles[0] = { kind: 'time', seconds };
  return { titles: [...names], units: unitTexts, roles, hasNames: true, warnings: [], strange };
}

/** Columns without a line of names: the lines above may give the names, except those of times and days. */
function untitled(facts: Facts | null, count: number, rows: Rows, strange: Line[]): Columns {
  const names = facts?.names ?? [];
  const columns = Array.from({ length: count }, (_, column) => rows.map((row) => row[column] ?? ''));
  const days = columns.filter((cells) => cells.every(isDay)).length;
  const extra = names.length === 0 ? 0 : count - days - names.length;
  const isFitting = extra === 0 || extra === 1;
  const warnings = isFitting
    ? []
    : [
        `The lines above the table name ${figure(names.length)} channels, but its rows have ${figure(count)} cells: ` +
          'the names are not used.',
      ];
  const roles = columns.map((cells, column): Role => {
    if (areMoments(cells)) return { kind: 'time', seconds: 1 };
    if (cells.every(isDay)) return { kind: 'skip' };
    return column === 0 && isFitting && extra === 1 ? { kind: 'time', seconds: null } : { kind: 'channel' };
  });
  // Without an extra column, the name of a column of times is among the others.
  const isNamed = ({ kind }: Role): boolean => kind !== 'skip' && (extra === 0 || kind === 'channel');
  let [taken, numbered] = [0, 0];
  const titles = roles.map((role) => {
    const name = isFitting && isNamed(role) ? names[taken++] : undefined;
    if (role.kind === 'channel') numbered++;
    return name ?? (role.kind === 'channel' ? `ch${numbered}` : 'time');
  });
  return { titles, units: titles.map(() => ''), roles, hasNames: false, warnings, strange };
}

function ofBiopac({ names, units, columns }: NonNullable<Prelude['biopac']>, rows: Rows): Columns {
  const hasTimes = columns.length > names.length;
  const count = Math.max(...rows.map((cells) => trimmed(cells).length));
  const warnings =
    count === columns.length ? [] : [`The header names ${columns.length} columns, but the rows have ${count}.`];
  const time: Role = { kind: 'time', seconds: secondsOf(columns[0] as string) };
  return {
    titles: hasTimes ? [columns[0] as string, ...names] : [...names],
    units: hasTimes ? ['', ...units] : [...units],
    roles: [...(hasTimes ? [time] : []), ...names.map((): Role => ({ kind: 'channel' }))],
    hasNames: true,
    warnings,
    strange: [],
  };
}

/** Columns that a header in JSON names: signals, counters and digital lines. */
function ofDevice({ columns }: Facts, count: number, strange: readonly Line[]): Columns {
  if (columns.length !== count)
    throw contentError(null, `The header in JSON names ${columns.length} columns, but the rows have ${count}.`);
  const extra = columns.filter(isOpenSignalsExtra);
  const digital = extra.filter((column) => !/^nseq$/i.test(column));
  return {
    titles: [...columns],
    units: columns.map(() => ''),
    roles: columns.map((column): Role => ({ kind: isOpenSignalsExtra(column) ? 'skip' : 'channel' })),
    hasNames: true,
    warnings: digital.length === 0 ? [] : [`The digital lines ${digital.join(', ')} were not kept.`],
    strange: [...strange],
  };
}

/** Checks the columns, and gives the channels their names and units. */
function named(
  { titles, units, roles, hasNames, warnings, strange }: Columns,
  { facts, header }: Above,
  limits: DecoderLimits,
): Header & { warnings: string[]; strange: Line[] } {
  const offset = header.at(-1)?.offset ?? null;
  const channels = roles.flatMap((role, column) => (role.kind === 'channel' ? [column] : []));
  if (channels.length === 0) throw contentError(offset, 'There is no column other than the times.');
  if (channels.length > limits.maxChannels || roles.length > 2 * limits.maxChannels)
    throw contentError(offset, `There are more than ${figure(limits.maxChannels)} columns.`);
  const split = channels.map((column) => {
    const title = titles[column] as string;
    const unit = units[column] as string;
    if (title === '' || title.length > limits.maxNameLength)
      throw contentError(
        offset,
        `The name of column ${column + 1} must have 1 to ${figure(limits.maxNameLength)} characters: ${quoted(title)}.`,
      );
    if (unit.length > MAX_UNIT_LENGTH)
      throw contentError(
        offset,
        `The unit of ${quoted(title)} must have at most ${MAX_UNIT_LENGTH} characters: ${quoted(unit)}.`,
      );
    const own = hasNames ? nameAndUnit(title) : { name: title, unit: null };
    return { name: own.name, unit: isMissing(unit) ? own.unit : unit };
  });
  const stated = unitsAbove(facts?.units ?? [], channels, roles.length);
  if (stated === null) warnings.push('The units above the table are not as many as its columns; they are not used.');
  return {
    roles,
    titles,
    names: uniqueNames(split.map(({ name }) => name)),
    units: split.map(({ unit }, i) => unit ?? stated?.[i] ?? null),
    warnings,
    strange,
  };
}

/** The units that lines above the table give the channels; null if they do not fit. */
function unitsAbove(units: readonly string[], channels: readonly number[], columns: number): (string | null)[] | null {
  const physical = units.map((unit) => (isPhysical(unit) && !isMissing(unit) ? unit : null));
  if (physical.length <= 1) return channels.map(() => physical[0] ?? null);
  if (physical.length === channels.length) return physical;
  return physical.length === columns ? channels.map((column) => physical[column] ?? null) : null;
}

function trimmed(cells: readonly string[]): string[] {
  let end = cells.length;
  while (end > 1 && cells[end - 1] === '') end--;
  return cells.slice(0, end);
}
