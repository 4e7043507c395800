/**
 * Finds attendances by client, technician and base, by a period of deadlines and by state; page by page in one of
 * several orders.
 */
import { type Connection, type QueryFilter, Types } from 'mongoose';
import { z } from 'zod';
import { ID, isId } from '../database/ids.ts';
import { decodeCursor } from '../http/paging.ts';
import type { ClinicZone } from '../calendar/clinic-zone.ts';
import { attendanceModel, type Kind, type State, type StoredAttendance } from './model.ts';
import { findNames, nameKey } from './names.ts';
import type { Sort } from './schema.ts';

type Filter = QueryFilter<StoredAttendance>;
type SortKey = 'deadline' | 'attendedAt' | 'externalId';

/** The filters of a list, as in the query. */
export interface AttendanceFilter {
  client?: string | undefined;
  technician?: string | undefined;
  base?: string | undefined;
  /** Calendar days in the clinic's time zone, both inclusive. */
  deadlineFrom?: string | undefined;
  deadlineTo?: string | undefined;
  state?: State | undefined;
}

/**
 * A filter for the database. An unknown client, technician or base has no attendances: the filter then finds nothing.
 */
export async function asFilter(database: Connection, zone: ClinicZone, filter: AttendanceFilter): Promise<Filter> {
  const whom: Partial<Record<Kind, Types.ObjectId | null>> = {};
  for (const kind of ['client', 'technician', 'base'] as const) {
    const wanted = filter[kind];
    if (wanted !== undefined) whom[kind] = await idOf(database, kind, wanted);
  }
  const { deadlineFrom: from, deadlineTo: to, state } = filter;
  const period = {
    ...(from !== undefined && { $gte: zone.startOfDay(from) }),
    ...(to !== undefined && { $lt: zone.startOfNextDay(to) }),
  };
  return {
    ...whom,
    ...(state !== undefined && { state }),
    ...(Object.keys(period).length > 0 && { deadline: period }),
  };
}

/** Null for an unknown one; no attendance refers to null. */
async function idOf(database: Connection, kind: Kind, wanted: string): Promise<Types.ObjectId | null> {
  if (isId(wanted)) return new Types.ObjectId(wanted);
  return (await findNames(database, kind, [nameKey(wanted)])).get(nameKey(wanted)) ?? null;
}

/** Attendances in order. @param cursor of the previous page */
export function findAttendances(
  database: Connection,
  filter: Filter,
  sort: Sort,
  cursor: string | undefined,
  limit: number,
): Promise<StoredAttendance[]> {
  const { key, direction } = keyOf(sort);
  // Each alternative contains the whole filter, so that each is one range of an index.
  const ways = cursor === undefined ? null : behind(sort, cursor).map((way) => ({ $and: [filter, way] }));
  return attendanceModel(database)
    .find(ways ? { $or: ways } : filter, null, {
      sort: key === 'externalId' ? { externalId: direction } : { [key]: direction, _id: direction },
    })
    .limit(limit)
    .lean();
}

/** The number of matches; counting stops at `atMost`. */
export const countAttendances = (database: Connection, filter: Filter, atMost: number): Promise<number> =>
  // Without a filter, an index must be named; otherwise the documents themselves would be counted.
  attendanceModel(database)
    .countDocuments(filter, Object.keys(filter).length === 0 ? { hint: 'externalId' } : {})
    .limit(atMost)
    .exec();

/** The values of the cursor after an attendance. */
export function cursorValues(sort: Sort, attendance: StoredAttendance): unknown[] {
  const { key } = keyOf(sort);
  if (key === 'externalId') return [sort, attendance.externalId];
  return [sort, attendance[key]?.toISOString() ?? null, attendance._id.toHexString()];
}

const keyOf = (sort: Sort): { key: SortKey; direction: 1 | -1 } => ({
  key: sort.replace('-', '') as SortKey,
  direction: sort.startsWith('-') ? -1 : 1,
});

const id = z.string().regex(ID);

/** The alternatives for a position after a cursor. Errors: `invalid-cursor`, also for a cursor of another order. */
function behind(sort: Sort, cursor: string): Filter[] {
  const { key, direction } = keyOf(sort);
  const further = direction === 1 ? '$gt' : '$lt';
  if (key === 'externalId')
    return [{ externalId: { [further]: decodeCursor(cursor, z.tuple([z.literal(sort), z.string()]))[1] } }];
  const time = z.iso.datetime();
  const [, text, lastId] = decodeCursor(
    cursor,
    z.tuple([z.literal(sort), key === 'attendedAt' ? time.nullable() : time, id]),
  );
  const at = text === null ? null : new Date(text);
  const sameMoment: Filter = { [key]: at, _id: { [further]: new Types.ObjectId(lastId) } };
  // Null sorts before every time, but comparisons do not match it.
  if (at === null) return direction === 1 ? [sameMoment, { [key]: { $ne: null } }] : [sameMoment];
  return [
    sameMoment,
    { [key]: { [further]: at } },
    ...(direction === -1 && key === 'attendedAt' ? [{ attendedAt: null }] : []),
  ];
}
