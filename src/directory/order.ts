/**
 * The order of lists. Every document stores a text for each order of its lists. The text ends with the document's id
 * and so is unique. An index over it gives the order, a page continues after one value, and a range of dates is a range
 * of the text.
 *
 * `facets` are the values that a list is filtered by, such as `city=boston`, and `*` in every document. An index over
 * (facet, order) serves a list with any one of them, and the list without a filter, in the requested order and without
 * sorting.
 */
import type { Types } from 'mongoose';
import { z } from 'zod';
import { decodeCursor } from '../http/paging.ts';
import { folded } from '../text/search-words.ts';

/** Sorts before every character of a text. */
const SEPARATOR = '\t';
/** Characters of one part; longer texts that differ only after these are in no particular order. */
const MAX_PART = 60;

/** The facet of every document. */
export const ALL = '*';

/** The text of an order. @param parts in comparable form: folded names, ISO dates, '' for unknown values */
export const orderText = (parts: readonly string[], id: Types.ObjectId): string =>
  [...parts.map((part) => part.slice(0, MAX_PART)), id.toHexString()].join(SEPARATOR);

/** A value to filter a list by; case and accents are ignored. */
export const facet = (name: string, value: string): string => `${name}=${folded(value)}`;

/**
 * The position in a list after which to continue; null: from the beginning. @param cursor of
 * `[sort, text of the order]`. Errors: `invalid-cursor`, also for a cursor of another sort
 */
export const placeIn = (sort: string, cursor: string | undefined): string | null =>
  cursor === undefined ? null : decodeCursor(cursor, z.tuple([z.literal(sort), z.string().max(500)]))[1];

/** The range of an order's text: after the cursor, and within dates. @param to exclusive. Null: unbounded */
export function bounds({ after, descending, from, to }: Range): { $gt?: string; $gte?: string; $lt?: string } | null {
  const range = {
    ...(after !== null && { [descending ? '$lt' : '$gt']: after }),
    // The text of a document without a date begins with the separator, which is below every digit.
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
