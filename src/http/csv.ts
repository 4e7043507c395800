/** Answers as CSV (RFC 4180) that are safe to open in a spreadsheet. */
import { writeToString } from '@fast-csv/format';
import type { Context } from 'koa';
import { acceptedForm } from './accepted.ts';
import { attach } from './attachment.ts';

/** Spreadsheets take text that begins like this for a formula. With an apostrophe in front it is shown as text. */
const FORMULA = /^[\t\r\n ]*[=+\-@＝＋－＠]/u;

export type Cell = string | number | boolean | null;

/** A cell that a spreadsheet shows as it is. Numbers are passed as numbers, so that a negative one stays a number. */
export const defused = (cell: Cell): string | number => {
  if (cell === null) return '';
  if (typeof cell === 'boolean') return String(cell);
  return typeof cell === 'string' && FORMULA.test(cell) ? `'${cell}` : cell;
};

/** Options of @fast-csv/format: line ends as RFC 4180 requires, and a header row even if there are no rows. */
export const csvOptions = (columns: readonly string[]) => ({
  headers: [...columns],
  alwaysWriteHeaders: true,
  rowDelimiter: '\r\n',
  includeEndRowDelimiter: true,
});

/** Whether the client prefers CSV to JSON. Errors: `not-acceptable`, if it accepts neither. */
export function wantsCsv(ctx: Context): boolean {
  return acceptedForm(ctx, 'application/json', 'text/csv') === 'text/csv';
}

/** Sets the headers of a CSV answer. @param name of the file to save it as */
export function csvHead(ctx: Context, name: string): void {
  ctx.type = 'text/csv; charset=utf-8; header=present';
  attach(ctx, name);
}

/** Rows with a header row, even if there are no rows. */
export const csvText = (columns: readonly string[], rows: readonly (readonly Cell[])[]): Promise<string> =>
  writeToString(
    rows.map((cells) => cells.map(defused)),
    csvOptions(columns),
  );

/** Answers rows as CSV. @param name of the file to save them as */
export async function answerCsv(
  ctx: Context,
  name: string,
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
): Promise<void> {
  ctx.body = await csvText(columns, rows);
  csvHead(ctx, name);
}
