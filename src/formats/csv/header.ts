/** The lines above the numbers of a table: names, units, or nothing. */
import { MAX_UNIT_LENGTH } from '../common/bounds.ts';
import { figure, quoted } from '../common/messages.ts';
import { uniqueNames } from '../common/names.ts';
import type { DecoderLimits } from '../types.ts';
import { delimiterOf, isMissing, isNumber, splitLine } from './cells.ts';
import { contentError, syntaxError } from './failure.ts';
import { firstColumn, momentOf, secondsOf, type FirstColumn } from './time.ts';

export interface Header {
  delimiter: string;
  /** The meaning of the first column, if it is not a channel. */
  first: FirstColumn | null;
  names: string[];
  units: (string | null)[];
  /** False if the first line already holds numbers. */
  hasNames: boolean;
}

/** `V1 (mV)`: only units that an ECG can have, since parentheses have other uses, too. */
const NAME_WITH_UNIT = /^(.*\S)\s*[([]\s*([munµμ]?V)\s*[)\]]$/i;
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL = /[\u0000-\u0008\u000e-\u001f]/;

/** Reads the first line. @throws FormatError */
export function readHeader(line: string, declared: string | null, offset: number, limits: DecoderLimits): Header {
  if (CONTROL.test(line)) throw syntaxError(offset, 'This is not a text table.');
  const delimiter = declared ?? delimiterOf(line);
  const cells = splitLine(line, delimiter);
  if (cells === null)
    throw syntaxError(offset, 'The header has a quote that is not closed, or text after a closing quote.');
  while (cells.length > 1 && cells.at(-1) === '') cells.pop();
  const hasNames = cells.some((cell) => !isMissing(cell) && !isNumber(cell, delimiter) && momentOf(cell) === null);
  const first = hasNames
    ? cells.length > 1
      ? firstColumn(cells[0] as string)
      : null
    : momentOf(cells[0] as string) === null
      ? null
      : { kind: 'time' as const, seconds: 1 };
  const columns = first === null ? cells : cells.slice(1);
  if (columns.length === 0) throw contentError(offset, 'There is no column other than the times.');
  if (columns.length > limits.maxChannels)
    throw contentError(offset, `There are more than ${figure(limits.maxChannels)} columns.`);
  for (const [number, cell] of columns.entries()) {
    if (!hasNames || (cell !== '' && cell.length <= limits.maxNameLength)) continue;
    throw contentError(
      offset,
      `The name of column ${number + (first === null ? 1 : 2)} must have 1 to ${figure(limits.maxNameLength)} ` +
        `characters: ${quoted(cell)}.`,
    );
  }
  const split = hasNames
    ? columns.map(nameAndUnit)
    : columns.map((_, number) => ({ name: `ch${number + 1}`, unit: null }));
  return {
    delimiter,
    first,
    names: uniqueNames(split.map(({ name }) => name)),
    units: split.map(({ unit }) => unit),
    hasNames,
  };
}

function nameAndUnit(cell: string): { name: string; unit: string | null } {
  const [, name, unit] = NAME_WITH_UNIT.exec(cell) ?? [];
  return name === undefined || unit === undefined ? { name: cell, unit: null } : { name, unit };
}

/**
 * Reads the second line as a row of units, if it is one, that is, has text and no number.
 * @returns whether it is
 * @throws FormatError if it is one and does not match the columns
 */
export function readUnits(line: string, header: Header, offset: number): boolean {
  const cells = splitLine(line, header.delimiter);
  const columns = header.names.length + (header.first === null ? 0 : 1);
  if (cells === null || !header.hasNames) return false;
  const units = header.first === null ? cells : cells.slice(1);
  if (units.some((cell) => isNumber(cell, header.delimiter) || momentOf(cell) !== null)) return false;
  const time = header.first === null ? null : secondsOf(cells[0] as string);
  if (time === null && units.every(isMissing)) return false;
  while (cells.length > columns && cells.at(-1) === '') cells.pop();
  if (cells.length !== columns)
    throw contentError(offset, `The row of units has ${cells.length} cells, but the header has ${columns}.`);
  for (const [number, unit] of units.slice(0, header.names.length).entries()) {
    if (isMissing(unit)) continue;
    if (unit.length > MAX_UNIT_LENGTH)
      throw contentError(
        offset,
        `The unit of ${quoted(header.names[number] as string)} must have at most ${MAX_UNIT_LENGTH} ` +
          `characters: ${quoted(unit)}.`,
      );
    header.units[number] = unit;
  }
  if (header.first?.kind === 'time' && time !== null) header.first.seconds = time;
  return true;
}
