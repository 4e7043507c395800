/** What a sender can say about the layout of a text table, where its text leaves it open. */

/** The meaning of a column: samples, nothing, or times in a unit. */
export const COLUMN_WORDS = ['channel', 'skip', 'h', 'min', 's', 'ms', 'us', 'ns'] as const;
export type ColumnWord = (typeof COLUMN_WORDS)[number];

export const DECIMAL_SIGNS = ['comma', 'point'] as const;
export type DecimalSign = (typeof DECIMAL_SIGNS)[number];

export interface TableOptions {
  decimal?: DecimalSign | undefined;
  /** The columns from the first; later ones are read as their names and cells say. */
  columns?: readonly ColumnWord[] | undefined;
}
