/**
 * The order of lists. Every document carries a text for each order that it is listed in, which ends with its id and so is unique: an index over it gives the
 * order, a page goes on behind one value, and a range of dates is a range of the text.
 *
 * `facets` are the values that a list is narrowed by, `city=boston`, with `*` in every document: an index over (facet, order) answers any one of
 * them, and the list without any, in the order asked for and without sorting.
 */
import type { Types } from 'mongoose';
import { z } from 'zod';
import { decodeCursor } from '../http/paging.ts';
import { folded } from '../text/search-words.ts';

/** Sorts before everything that a text may hold. */
const SEPARATOR = '\t';
/** Characters of one part: longer ones are alike in what can be seen of a list. */
const MAX_PART = 60;

/** Is in every document. */
export const ALL = '*';

/** The text of an order. @param parts as they shall be compared: folded names, ISO dates, '' for what is not known */
export const orderText = (parts: readonly string[], id: Types.ObjectId): string =>
  [...parts.map((part) => part.slice(0, MAX_PART)), id.toHexString()].join(SEPARATOR);

/** A value to narrow a list by; without case and accents. */
export const facet = (name: string, value: string): string => `${name}=${folded(value)}`;

/** The place in a list behind which to go on; null: its beginning. @param cursor of `[sort, text of the order]`. Errors: `invalid-cursor`, also for one of another sort */
export const placeIn = (sort: string, cursor: string | undefined): string | null =>
  cursor === undefined ? null : decodeCursor(cursor, z.tuple([z.literal(sort), z.string().max(500)]))[1];

/** Bounds of a text of an order: behind the cursor, and within dates. @param to not included. Null: unbounded */
export function bounds({ after, descending, from, to }: Range): { $gt?: string; $gte?: string; $lt?: string } | null {
  const range = {
    ...(after !== null && { [descending ? '$lt' : '$gt']: after }),
    // What has no date begins with the separator, below every digit.
    ...(from !== undefined ? { $gte: from } : to !== undefined && { $gte: '0' }),
    ...(to !== undefined && (descending && after !== null && after < to ? {} : { $lt: to })),
  };
  return Object.keys(range).length === 0 ? null : range;
}

export interface Range {
  after: string | null;
  descending: boolean;
  from?: string | undefined;
  to?: string | undefined;
}
