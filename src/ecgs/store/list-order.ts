/** The orders of lists of recordings: each is that of an index, which begins with the owner. */
import { Types } from 'mongoose';
import { z } from 'zod';
import { ID } from '../../database/ids.ts';
import { decodeCursor } from '../../http/paging.ts';
import type { EcgFilter, StoredEcg } from './model.ts';

export const ECG_ORDERS = ['createdAt', 'date', 'duration', 'samplingRate'] as const;
export type EcgOrder = (typeof ECG_ORDERS)[number];

/** What an order sorts by; the id follows, and alone is the order of the uploads. */
const FIELDS = {
  createdAt: null,
  date: 'date',
  duration: 'listed.duration',
  samplingRate: 'listed.samplingRate',
} as const satisfies Record<EcgOrder, string | null>;

/** The indexes that the migrations create. */
export const INDEX_OF = {
  createdAt: 'owned',
  date: 'date',
  duration: 'duration',
  samplingRate: 'samplingRate',
} as const satisfies Record<EcgOrder, string>;

export interface Ordering {
  order: EcgOrder;
  descending: boolean;
}

/** @param sort an order; a leading `-`: descending */
export const orderingOf = (sort: string): Ordering => ({
  order: sort.replace('-', '') as EcgOrder,
  descending: sort.startsWith('-'),
});

export function sortOf({ order, descending }: Ordering): Record<string, 1 | -1> {
  const direction = descending ? -1 : 1;
  const field = FIELDS[order];
  return field === null ? { _id: direction } : { [field]: direction, _id: direction };
}

/** The values of the cursor after a recording. */
export function cursorValues(sort: string, ecg: StoredEcg): unknown[] {
  const { order } = orderingOf(sort);
  const id = ecg._id.toHexString();
  if (order === 'createdAt') return [sort, id];
  if (order === 'date') return [sort, ecg.date?.toISOString() ?? null, id];
  return [sort, ecg.listed?.[order] ?? null, id];
}

const id = z.string().regex(ID);

/**
 * The alternatives for a position after a cursor; each is a range of the order's index.
 * Errors: `invalid-cursor`, also for a cursor of another order.
 */
export function behind(sort: string, cursor: string): EcgFilter[] {
  const { order, descending } = orderingOf(sort);
  const further = descending ? '$lt' : '$gt';
  const field = FIELDS[order];
  const mark = z.literal(sort);
  if (field === null) return [{ _id: { [further]: new Types.ObjectId(decodeCursor(cursor, z.tuple([mark, id]))[1]) } }];
  const value = (order === 'date' ? z.iso.datetime() : z.number()).nullable();
  const [, last, lastId] = decodeCursor(cursor, z.tuple([mark, value, id]));
  const at = typeof last === 'string' ? new Date(last) : last;
  const same: EcgFilter = { [field]: at, _id: { [further]: new Types.ObjectId(lastId) } };
  // Null sorts before every value, but comparisons do not match it.
  if (at === null) return descending ? [same] : [same, { [field]: { $ne: null } }];
  return [same, { [field]: { [further]: at } }, ...(descending ? [{ [field]: null }] : [])];
}
