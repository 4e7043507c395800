/** Answers as CSV (RFC 4180) that are safe to open in a spreadsheet. */
import { writeToString } from '@fast-csv/format';
import type { Context } from 'koa';
import { Problem } from '../errors.ts';

/** A spreadsheet takes text that begins like this for a formula; behind an apostrophe it is text. */
const FORMULA = /^[\t\r\n ]*[=+\-@＝＋－＠]/u;

export type Cell = string | number | boolean | null;

/** A cell that a spreadsheet shows as it is. Numbers are never text here, so that a negative one stays a number. */
export const defused = (cell: Cell): string | number => {
  if (cell === null) return '';
  if (typeof cell === 'boolean') return String(cell);
  return typeof cell === 'string' && FORMULA.test(cell) ? `'${cell}` : cell;
};

/** Options of @fast-csv/format: lines end as RFC 4180 wants, and the names of the columns stand above them, also where nothing follows. */
export const csvOptions = (columns: readonly string[]) => ({
  headers: [...columns],
  alwaysWriteHeaders: true,
  rowDelimiter: '\r\n',
  includeEndRowDelimiter: true,
});

/** Whether CSV is asked for rather than JSON. Errors: `not-acceptable`, where it is neither. */
export function wantsCsv(ctx: Context): boolean {
  const form = ctx.accepts('application/json', 'text/csv');
  if (!form) throw new Problem('not-acceptable', 'Accept application/json or text/csv.');
  ctx.vary('Accept');
  return form === 'text/csv';
}

/** The head of an answer as CSV. @param name of the file that it is saved as */
export function csvHead(ctx: Context, name: string): void {
  ctx.type = 'text/csv; charset=utf-8; header=present';
  ctx.attachment(name, { type: 'attachment' });
}

/** Rows with the names of their columns above them, also where there are none. */
export const csvText = (columns: readonly string[], rows: readonly (readonly Cell[])[]): Promise<string> =>
  writeToString(
    rows.map((cells) => cells.map(defused)),
    csvOptions(columns),
  );

/** Answers rows as CSV. @param name of the file that they are saved as */
export async function answerCsv(
  ctx: Context,
  name: string,
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
): Promise<void> {
  ctx.body = await csvText(columns, rows);
  csvHead(ctx, name);
}
