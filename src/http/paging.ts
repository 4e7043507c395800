/**
 * Lists in pages: a cursor marks the position after the last item, so that paging stays stable while the list grows.
 */
import { z, type ZodType } from 'zod';
import type { Limits } from '../startup/config.ts';
import { Problem } from '../errors.ts';
import { flag, wholeNumber, withDefault } from './query-values.ts';

const DEFAULT_PAGE_SIZE = 50;
/** Longer than any cursor that the service makes. */
const MAX_CURSOR_LENGTH = 2_000;
/** Where counting stops: beyond it, an exact total costs more than it is worth. */
const MAX_TOTAL = 10_000;

/** The parameters of every list. Usage: `z.strictObject({ ...pageQuery(limits), q: … })`. */
export const pageQuery = (limits: Pick<Limits, 'maxPageSize'>) => ({
  limit: withDefault(
    wholeNumber(1, limits.maxPageSize).meta({ description: 'Items on a page' }),
    Math.min(DEFAULT_PAGE_SIZE, limits.maxPageSize),
  ),
  cursor: z
    .string()
    .min(1)
    .max(MAX_CURSOR_LENGTH)
    .optional()
    .meta({ description: '`nextCursor` of the previous page' }),
  total: flag().meta({ description: `Whether to count all items, up to ${MAX_TOTAL.toLocaleString('en-US')}` }),
});

/** The schema of one page of a list of these items. */
export const listOf = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({
    items: z.array(item),
    nextCursor: z.string().nullable().meta({ description: 'Null on the last page' }),
    total: z.int().optional(),
    totalIsLowerBound: z.boolean().optional(),
  });

/** A cursor made of the sort key's values in the last item. @param values JSON values; times as ISO 8601 */
export const encodeCursor = (values: unknown[]): string => Buffer.from(JSON.stringify(values)).toString('base64url');

/** The values of a cursor. @param shape of this list's cursors. Errors: `invalid-cursor` */
export function decodeCursor<Values>(cursor: string, shape: ZodType<Values>): Values {
  const parsed = shape.safeParse(asJson(Buffer.from(cursor, 'base64url').toString()));
  if (!parsed.success)
    throw new Problem('invalid-cursor', 'Use nextCursor of the previous page unchanged, or begin without a cursor.');
  return parsed.data;
}

/**
 * Cuts a page. @param found up to `limit + 1` items in the list's order: the extra one shows that there are more
 * @param cursorOf the values of `encodeCursor` for an item
 */
export function page<Item>(
  found: readonly Item[],
  limit: number,
  cursorOf: (item: Item) => unknown[],
): { items: Item[]; nextCursor: string | null } {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: found.length > limit && last !== undefined ? encodeCursor(cursorOf(last)) : null };
}

/** The total number of items of a list. @param count counts, and stops at the number it is given */
export async function total(
  count: (atMost: number) => Promise<number>,
): Promise<{ total: number; totalIsLowerBound?: true }> {
  const counted = await count(MAX_TOTAL + 1);
  return counted > MAX_TOTAL ? { total: MAX_TOTAL, totalIsLowerBound: true } : { total: counted };
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
