/** Lists of clients, technicians and bases, with the number of attendances that refer to each. */
import type { Connection, QueryFilter, Types } from 'mongoose';
import { isId } from '../database/ids.ts';
import { notFound } from '../errors.ts';
import { wordPrefixes } from '../text/search-words.ts';
import { attendanceModel, type Kind, namedModel, type StoredNamed } from './model.ts';

/** One of them. Errors: `not-found`, also for a malformed id. */
export async function readNamed(database: Connection, kind: Kind, id: string): Promise<StoredNamed> {
  const named = isId(id) ? await namedModel(database, kind).findById(id).lean() : null;
  if (!named) throw notFound();
  return named;
}

/** In the order of names; case is ignored. @param q beginnings of words @param after the key after which to continue */
export function findNamed(
  database: Connection,
  kind: Kind,
  q: string | undefined,
  after: string | null,
  limit: number,
): Promise<StoredNamed[]> {
  return namedModel(database, kind)
    .find(asFilter(q, after ?? ''))
    .sort({ key: 1 })
    .limit(limit)
    .lean();
}

/** The number of matches; counting stops at `atMost`. */
export const countNamed = (database: Connection, kind: Kind, q: string | undefined, atMost: number): Promise<number> =>
  namedModel(database, kind).countDocuments(asFilter(q, '')).limit(atMost).exec();

/** Every key sorts after the empty one, so that this uses an index even without a query. */
const asFilter = (q: string | undefined, after: string): QueryFilter<StoredNamed> => ({
  key: { $gt: after },
  ...(q !== undefined && { $and: wordPrefixes(q).map((word) => ({ searchWords: word })) }),
});

/**
 * The number of attendances that refer to each, by id. Counted from the index: stored counts would have to be kept
 * correct by every import.
 */
export async function countsOf(
  database: Connection,
  kind: Kind,
  ids: readonly Types.ObjectId[],
): Promise<Map<string, number>> {
  const counts = await attendanceModel(database).aggregate<{ _id: Types.ObjectId; count: number }>([
    { $match: { [kind]: { $in: [...ids] } } },
    { $group: { _id: `$${kind}`, count: { $sum: 1 } } },
  ]);
  return new Map(counts.map(({ _id, count }) => [_id.toHexString(), count]));
}
