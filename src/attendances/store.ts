/**
 * Creates, reads, changes and removes attendances. An attendance and the names it creates are stored together or not at
 * all.
 */
import { type ClientSession, type Connection, Types } from 'mongoose';
import { audit } from '../audit/audit.ts';
import { unique } from '../database/duplicate-key.ts';
import { isId } from '../database/ids.ts';
import { type Along, inTransaction } from '../database/transaction.ts';
import { assertVersion, changesNothing, type Target } from '../database/versions.ts';
import { type FieldError, notFound, Problem } from '../errors.ts';
import { fieldProblem } from '../http/validate.ts';
import type { ClinicZone, Edge, Moment } from '../calendar/clinic-zone.ts';
import { attendanceModel, type Kind, KIND_NAMES, KINDS, namedModel, stateOf, type StoredAttendance } from './model.ts';
import { likely, readIso, UnreadableMoment } from '../calendar/moment.ts';
import { ensureNames, nameKey } from './names.ts';
import type { AttendancePatch, NewAttendance } from './schema.ts';

/** Who writes, and the time zone for dates. */
export interface Writing {
  database: Connection;
  zone: ClinicZone;
  userId: Types.ObjectId;
}

/** An attendance as written, and which of its client, technician and base were created. */
export interface Written {
  attendance: StoredAttendance;
  created: Kind[];
}

/** Creates an attendance. Errors: `validation-failed`, `attendance-id-taken`, and those of `along`. */
export async function createAttendance(
  writing: Writing,
  input: NewAttendance,
  along: Along<Written>,
): Promise<Written> {
  const { references, moments } = await understand(writing, input);
  const { deadline = null, attendedAt = null } = moments;
  if (!deadline) throw new Error('the schema lets no attendance without a deadline through');
  const create = async (ids: Partial<Ids>, session: ClientSession): Promise<Wrote> => {
    const fields = {
      externalId: input.externalId,
      ...(ids as Ids),
      ...stored({ deadline, attendedAt }),
      createdBy: writing.userId,
      updatedBy: writing.userId,
    };
    const [made] = await attendanceModel(writing.database).create([fields], { session });
    if (!made) throw new Error('the database made no attendance and no error');
    return { attendance: made.toObject() };
  };
  return withNames(writing, references, 'create', create, along);
}

/** One attendance. Errors: `not-found`, also for a malformed id. */
export async function readAttendance(
  database: Connection,
  id: string,
  session: ClientSession | null = null,
): Promise<StoredAttendance> {
  const attendance = isId(id) ? await attendanceModel(database).findById(id).session(session).lean() : null;
  if (!attendance) throw notFound();
  return attendance;
}

/**
 * Changes the fields in the patch; a complete NewAttendance replaces all. Errors: `not-found`, `version-stale`,
 * `validation-failed`, `attendance-id-taken`.
 */
export async function changeAttendance(writing: Writing, target: Target, patch: AttendancePatch): Promise<Written> {
  assertVersion(await readAttendance(writing.database, target.id), target.version);
  const { references, moments } = await understand(writing, patch);
  return withNames(writing, references, Object.keys(patch), async (ids, session) => {
    const current = await readAttendance(writing.database, target.id, session);
    assertVersion(current, target.version);
    const { deadline = { at: current.deadline, date: current.deadlineDate }, attendedAt = before(current) } = moments;
    const externalId = patch.externalId ?? current.externalId;
    const changes = { externalId, ...ids, ...stored({ deadline, attendedAt }) };
    if (changesNothing(current, changes)) return { attendance: current, isSame: true };
    const update = { $set: { ...changes, updatedBy: writing.userId }, $inc: { version: 1 } };
    const changed = await attendanceModel(writing.database)
      .findOneAndUpdate({ _id: current._id }, update, { session, returnDocument: 'after' })
      .lean();
    if (!changed) throw notFound();
    return { attendance: changed };
  });
}

/** Removes an attendance; its client, technician and base are kept. Errors: `not-found`, `version-stale`. */
export async function removeAttendance({ database, userId: by }: Writing, target: Target): Promise<void> {
  await inTransaction(database, async (session) => {
    const { _id, version } = await readAttendance(database, target.id, session);
    assertVersion({ version }, target.version);
    await attendanceModel(database).deleteOne({ _id }, { session });
    await audit(database, session, { by, action: 'delete', resource: 'attendance', id: _id, patient: null });
  });
}

type Ids = Record<Kind, Types.ObjectId>;
type References = Partial<Record<Kind, Types.ObjectId | string>>;
/** What a write left. */
type Wrote = { attendance: StoredAttendance; isSame?: true };
type Moments = { deadline?: Moment; attendedAt?: Moment | null };

const before = ({ attendedAt, attendedDate }: StoredAttendance): Moment | null =>
  attendedAt && { at: attendedAt, date: attendedDate };

/** The times of a body as they are stored. */
export const stored = ({ deadline, attendedAt }: { deadline: Moment; attendedAt: Moment | null }) => ({
  deadline: deadline.at,
  deadlineDate: deadline.date,
  attendedAt: attendedAt?.at ?? null,
  attendedDate: attendedAt?.date ?? null,
  state: stateOf(deadline.at, attendedAt?.at ?? null),
});

/**
 * Converts times to instants, and references to names or the ids of existing ones. All errors are reported at once.
 * Errors: `validation-failed`.
 */
async function understand(
  { database, zone }: Writing,
  input: AttendancePatch,
): Promise<{ references: References; moments: Moments }> {
  const errors: FieldError[] = [];
  const instant = (field: 'deadline' | 'attendedAt', edge: Edge): Moment | null => {
    const text = input[field];
    try {
      return text == null ? null : zone.moment(likely(readIso(text)), edge);
    } catch (error) {
      if (!(error instanceof UnreadableMoment)) throw error;
      errors.push({ path: `/${field}`, message: error.message });
      return null;
    }
  };
  const deadline = instant('deadline', 'end');
  const attendedAt = instant('attendedAt', 'start');
  const references: References = {};
  await Promise.all(
    KIND_NAMES.map(async (kind) => {
      const given = input[kind];
      if (given?.name !== undefined) references[kind] = given.name;
      if (given?.id === undefined) return;
      if (isId(given.id) && (await namedModel(database, kind).exists({ _id: given.id })))
        references[kind] = new Types.ObjectId(given.id);
      else errors.push({ path: `/${kind}/id`, message: `is not the id of an existing ${kind}` });
    }),
  );
  if (errors.length > 0) throw fieldProblem(errors);
  return {
    references,
    moments: { ...(deadline && { deadline }), ...(input.attendedAt !== undefined && { attendedAt }) },
  };
}

/**
 * Writes an attendance with the ids of all that it refers to, its audit event, and the new names, in one transaction.
 * An attendance that stays the same has no event.
 * @param changed the names of the changed fields, or `create`
 * @param write may run more than once
 */
async function withNames(
  { database, userId: by }: Writing,
  references: References,
  changed: 'create' | string[],
  write: (ids: Partial<Ids>, session: ClientSession) => Promise<Wrote>,
  along: Along<Written> = async () => undefined,
): Promise<Written> {
  return uniqueId(() =>
    inTransaction(database, async (session) => {
      const ids: Partial<Ids> = {};
      const created: Kind[] = [];
      for (const kind of KIND_NAMES) {
        const given = references[kind];
        if (given instanceof Types.ObjectId) ids[kind] = given;
        if (typeof given !== 'string') continue;
        const ensured = await ensureNames(database, kind, [given], by, session);
        ids[kind] = ensured.ids.get(nameKey(given)) as Types.ObjectId;
        if (ensured.created.size > 0) created.push(kind);
      }
      const { attendance, isSame = false } = await write(ids, session);
      const event = {
        by,
        action: changed === 'create' ? 'create' : 'update',
        resource: 'attendance',
        id: attendance._id,
        patient: null,
        ...(changed !== 'create' && { fields: changed }),
        ...(created.length > 0 && { along: Object.fromEntries(created.map((kind) => [KINDS[kind], 1])) }),
      } as const;
      if (!isSame) await audit(database, session, event);
      await along({ attendance, created }, session);
      return { attendance, created };
    }),
  );
}

const ID_TAKEN = 'Find the attendance by this external id and change it, or use another id.';

const uniqueId = <T>(write: () => Promise<T>): Promise<T> =>
  unique(write, (key, cause) =>
    'externalId' in key ? new Problem('attendance-id-taken', ID_TAKEN, { cause }) : cause,
  );
