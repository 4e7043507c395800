/** Commas in a table without another delimiter: they may separate cells, or be decimal signs. */
import type { DecimalSign } from '../common/table-options.ts';

/** A whole number, or one with a decimal comma. */
const COMMA_DECIMAL = /^\s*["']?[+-]?\d+(?:,\d+)?(?:[eE][+-]?\d+)?["']?\s*$/;
const DIGITS = /^\d+$/;

export interface CommaVerdict {
  /** Whether the commas are decimal signs of a single column. */
  isDecimal: boolean;
  warning: string | null;
}

const CELLS: CommaVerdict = { isDecimal: false, warning: null };
const asDecimals = (reason: string): string =>
  `The commas were read as decimal signs of one column, since ${reason}. If they separate two columns, send the file ` +
  'again with decimal=point.';
const DECIMAL: CommaVerdict = { isDecimal: true, warning: null };

/**
 * @param rows the first rows, of a table whose only delimiter is the comma
 * @param columns what the header says: the number of names; null if there is none
 * @param oneChannel whether the prelude describes a single channel; null: it does not
 */
export function commasOf(
  rows: readonly string[],
  said: DecimalSign | undefined,
  columns: number | null,
  oneChannel: 'sure' | 'likely' | null,
): CommaVerdict {
  if (said === 'point') return CELLS;
  if (said === 'comma') return DECIMAL;
  const isPossible = rows.some((row) => row.includes(',')) && rows.every((row) => COMMA_DECIMAL.test(row));
  if (!isPossible) return columns === null ? pairsOf(rows) : CELLS;
  if (columns === 1 || (columns === null && oneChannel === 'sure')) return DECIMAL;
  if (columns !== null) return CELLS;
  if (oneChannel === 'likely') return { isDecimal: true, warning: asDecimals('the lines above describe one channel') };
  const isLikely = looksDecimal(rows.map((row) => row.split(',').slice(1, 2)));
  return {
    isDecimal: isLikely,
    warning: isLikely
      ? asDecimals('what follows them looks like decimals')
      : 'The commas were read as separating two columns, but they may be decimal signs of one. If they are, send ' +
        'the file again with decimal=comma.',
  };
}

/** Several columns with decimal commas between commas: every second cell looks like decimals. */
function pairsOf(rows: readonly string[]): CommaVerdict {
  const cells = rows.map((row) => row.split(',').map((cell) => cell.trim()));
  const count = cells[0]?.length ?? 0;
  const isEven = count >= 4 && count % 2 === 0 && cells.every(({ length }) => length === count);
  if (!isEven || !looksDecimal(cells.map((row) => row.filter((_, i) => i % 2 === 1)))) return CELLS;
  return {
    isDecimal: false,
    warning:
      'Every second column looks like decimals: the commas may be decimal signs as well as separate the cells. If ' +
      'they are, save the table with ; between the cells; decimal=point confirms that they are not.',
  };
}

/** Whether the cells behind commas look like decimals: digits without a sign, some of them with leading zeros. */
function looksDecimal(behind: readonly (readonly string[])[]): boolean {
  const all = behind.flat();
  return all.every((cell) => DIGITS.test(cell)) && all.some((cell) => /^0\d/.test(cell));
}
