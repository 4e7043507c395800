/** Lists as JSON, page by page, or as CSV, which is the whole list. */
import { pipeline, Readable } from 'node:stream';
import { format } from '@fast-csv/format';
import type { Context } from 'koa';
import { type ErrorCode, Problem } from '../errors.ts';
import { csvHead, csvOptions, defused, wantsCsv } from './csv.ts';
import type { Column } from './csv-columns.ts';
import type { AnyOperation } from './operation.ts';
import { total } from './paging.ts';

/** Greatest number of rows of a list as CSV: as many as a spreadsheet handles with ease. */
export const MAX_CSV_ROWS = 100_000;
/** Items that are read at once for CSV. */
const ROWS_AT_ONCE = 200;

interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** A list that is read page by page. */
export interface Pages<Item> {
  page: (cursor: string | undefined, limit: number) => Promise<Page<Item>>;
  /** Counts the whole list; it stops at the given number. */
  count: (atMost: number) => Promise<number>;
}

/** Of a list as CSV. @param name of the file to save it as, without its ending */
export interface CsvForm {
  name: string;
  columns: readonly Column[];
}

/** For operations that answer with `answerList`: a list as CSV is a large answer, and has a greatest length. */
export const LIST: Pick<AnyOperation, 'large'> & { errors: readonly ErrorCode[] } = {
  large: (_query, _body, ctx) => ctx.accepts('application/json', 'text/csv') === 'text/csv',
  errors: ['invalid-cursor', 'answer-too-large'],
};

/**
 * Answers with one page, or with the whole list as CSV.
 * Errors: `not-acceptable`, `answer-too-large`, and those of `page`.
 */
export async function answerList<Item extends object>(
  { ctx, query }: { ctx: Context; query: { cursor?: string | undefined; limit: number; total: boolean } },
  { name, columns }: CsvForm,
  { page, count }: Pages<Item>,
): Promise<void> {
  if (!wantsCsv(ctx)) {
    const found = await page(query.cursor, query.limit);
    ctx.body = { ...found, ...(query.total ? await total(count) : {}) };
    return;
  }
  if ((await count(MAX_CSV_ROWS + 1)) > MAX_CSV_ROWS) {
    const most = MAX_CSV_ROWS.toLocaleString('en-US');
    throw new Problem('answer-too-large', `As CSV a list has at most ${most} rows. Narrow it with filters.`);
  }
  const first = await page(undefined, ROWS_AT_ONCE);
  const rows = Readable.from(rowsOf(first, (cursor) => page(cursor, ROWS_AT_ONCE), columns));
  // Nothing more can be reported by then: an error cuts the answer off.
  ctx.body = pipeline(rows, format(csvOptions(columns.map(({ heading }) => heading))), () => undefined);
  csvHead(ctx, `${name}.csv`);
}

async function* rowsOf<Item>(
  first: Page<Item>,
  pageAfter: (cursor: string) => Promise<Page<Item>>,
  columns: readonly Column[],
): AsyncGenerator<(string | number)[]> {
  for (let found = first; ; found = await pageAfter(found.nextCursor)) {
    for (const item of found.items) yield columns.map(({ cellOf }) => defused(cellOf(item)));
    if (found.nextCursor === null) return;
  }
}
