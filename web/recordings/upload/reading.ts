/** What a person says of a file that leaves something open: its layout, if it is a table, and its scale. Pure. */
import type { ColumnWord, DecimalSign } from '../../../src/formats/common/table-options.ts';

/** Null: as the file says, or as the service recognises it. */
export interface Reading {
  decimal: DecimalSign | null;
  /** The columns from the first; later ones are read as their names say. */
  columns: readonly ColumnWord[];
  /** Hz */
  samplingRate: number | null;
  unit: string | null;
  /** Stored units per unit; sent only with a unit. */
  gain: number;
}

export const AS_RECOGNISED: Reading = { decimal: null, columns: [], samplingRate: null, unit: null, gain: 1 };

interface Parameters {
  decimal?: DecimalSign;
  columns?: string;
  samplingRate?: number;
  unit?: string;
  gain?: number;
}

/** The same for the service. */
export const parametersOf = ({ decimal, columns, samplingRate, unit, gain }: Reading): Parameters => ({
  ...(decimal !== null && { decimal }),
  ...(columns.length > 0 && { columns: columns.join(',') }),
  ...(samplingRate !== null && { samplingRate }),
  ...(unit !== null && { unit, gain }),
});

/**
 * Says what a column is. @param index of one that is said, or of the next one. @param word null: nothing is said of it
 * any more, and of those after it
 */
export const withColumn = (columns: readonly ColumnWord[], index: number, word: ColumnWord | null): ColumnWord[] =>
  word === null ? columns.slice(0, index) : [...columns.slice(0, index), word, ...columns.slice(index + 1)];

/** Says that those before a column are leads, as far as nothing is said of them. @param column counted from 1 */
export const before = (columns: readonly ColumnWord[], column: number): ColumnWord[] => [
  ...columns,
  ...Array.from({ length: Math.max(0, column - 1 - columns.length) }, () => 'channel' as const),
];

/** `1,000` is a thousand to some and one to others. */
const THOUSANDS = /^[1-9]\d{0,2},\d{3}$/;

/** A number as a person types it; null if it is none, or may be two. */
export function numberIn(typed: string): number | null {
  if (THOUSANDS.test(typed.trim())) return null;
  const text = typed.trim().replace(',', '.');
  const value = Number(text);
  return text !== '' && Number.isFinite(value) ? value : null;
}
