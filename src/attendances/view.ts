/** Stored attendances → API documents. */
import { type ClientSession, type Connection, Types } from 'mongoose';
import { type Kind, KIND_NAMES, type StoredAttendance, type StoredNamed } from './model.ts';
import { namesOf } from './names.ts';
import type { Attendance, Named } from './schema.ts';

const ON_TIME = { onTime: true, late: false, open: null } as const;

/**
 * Attendances with the names of all that they refer to: three small queries, however many attendances there are.
 * @param session the transaction that may have created them; without one, the queries run at the same time
 */
export async function attendanceViews(
  database: Connection,
  attendances: readonly StoredAttendance[],
  session: ClientSession | null = null,
): Promise<Attendance[]> {
  const distinct = (kind: Kind): Types.ObjectId[] =>
    [...new Set(attendances.map((attendance) => attendance[kind].toHexString()))].map((id) => new Types.ObjectId(id));
  const names = new Map<Kind, Map<string, string>>();
  const read = async (kind: Kind): Promise<void> => {
    names.set(kind, await namesOf(database, kind, distinct(kind), session));
  };
  if (session) for (const kind of KIND_NAMES) await read(kind);
  else await Promise.all(KIND_NAMES.map(read));
  return attendances.map((attendance) => {
    const referred = (kind: Kind): { id: string; name: string } => {
      const id = attendance[kind].toHexString();
      return { id, name: names.get(kind)?.get(id) ?? '' };
    };
    return {
      id: attendance._id.toHexString(),
      externalId: attendance.externalId,
      client: referred('client'),
      technician: referred('technician'),
      base: referred('base'),
      deadline: attendance.deadlineDate ?? attendance.deadline.toISOString(),
      deadlineAt: attendance.deadline.toISOString(),
      attendedAt: attendance.attendedDate ?? attendance.attendedAt?.toISOString() ?? null,
      onTime: ON_TIME[attendance.state],
      createdAt: attendance.createdAt.toISOString(),
      createdBy: attendance.createdBy.toHexString(),
      updatedAt: attendance.updatedAt.toISOString(),
      updatedBy: attendance.updatedBy.toHexString(),
      version: attendance.version,
    };
  });
}

/** A client, technician or base as the API shows it. @param attendances how many refer to it */
export const namedView = (named: StoredNamed, attendances: number): Named => ({
  id: named._id.toHexString(),
  name: named.name,
  attendances,
  createdAt: named.createdAt.toISOString(),
  createdBy: named.createdBy.toHexString(),
});
