/** Creating, reading, changing and removing attendances. An attendance and what it makes on the way are stored together or not at all. */
import { type ClientSession, type Connection, Types } from 'mongoose';
import { unique } from '../database/duplicate-key.ts';
import { isId } from '../database/ids.ts';
import { inTransaction } from '../database/transaction.ts';
import { type FieldError, notFound, Problem } from '../errors.ts';
import { fieldProblem } from '../http/validate.ts';
import type { ClinicZone, Edge, Moment } from '../calendar/clinic-zone.ts';
import { attendanceModel, type Kind, KIND_NAMES, namedModel, stateOf, type StoredAttendance } from './model.ts';
import { likely, readIso, UnreadableMoment } from '../calendar/moment.ts';
import { ensureNames, findNames, nameKey } from './names.ts';
import type { AttendancePatch, NewAttendance } from './schema.ts';

/** Who writes, and in which zone dates are read. */
export interface Writing {
  database: Connection;
  zone: ClinicZone;
  userId: Types.ObjectId;
}

/** Which attendance is meant, and in which version the caller has seen it; null: any. */
export interface Target {
  id: string;
  version: number | null;
}

/** An attendance that was written, and which of those that it refers to were made for it. */
export interface Written {
  attendance: StoredAttendance;
  created: Kind[];
}

/** Makes an attendance. Errors: `validation-failed`, `attendance-id-taken`. */
export async function createAttendance(writing: Writing, input: NewAttendance): Promise<Written> {
  const { references, moments } = await understand(writing, input);
  return withNames(writing, references, async (ids, session) => {
    const { deadline = null, attendedAt = null } = moments;
    if (!deadline) throw new Error('the schema lets no attendance without a deadline through');
    const fields = {
      externalId: input.externalId,
      ...(ids as Ids),
      ...stored({ deadline, attendedAt }),
      createdBy: writing.userId,
      updatedBy: writing.userId,
    };
    const [made] = await attendanceModel(writing.database).create([fields], { session });
    if (!made) throw new Error('the database made no attendance and no error');
    return made.toObject();
  });
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

/** Changes what the patch names; a whole NewAttendance replaces all. Errors: `not-found`, `version-stale`, `validation-failed`, `attendance-id-taken`. */
export async function changeAttendance(writing: Writing, target: Target, patch: AttendancePatch): Promise<Written> {
  assertVersion(await readAttendance(writing.database, target.id), target.version);
  const { references, moments } = await understand(writing, patch);
  return withNames(writing, references, async (ids, session) => {
    for (;;) {
      const current = await readAttendance(writing.database, target.id, session);
      assertVersion(current, target.version);
      const { deadline = { at: current.deadline, date: current.deadlineDate }, attendedAt = before(current) } = moments;
      const externalId = patch.externalId ?? current.externalId;
      const update = {
        $set: { externalId, ...ids, ...stored({ deadline, attendedAt }), updatedBy: writing.userId },
        $inc: { version: 1 },
      };
      const changed = await attendanceModel(writing.database)
        .findOneAndUpdate({ _id: current._id, version: current.version }, update, { session, returnDocument: 'after' })
        .lean();
      if (changed) return changed;
      // Somebody else was faster: the state is computed again from what they left.
    }
  });
}

/** Removes an attendance; whom it referred to stay. Errors: `not-found`, `version-stale`. */
export async function removeAttendance(database: Connection, target: Target): Promise<void> {
  const current = await readAttendance(database, target.id);
  assertVersion(current, target.version);
  const { deletedCount } = await attendanceModel(database).deleteOne({
    _id: current._id,
    ...(target.version !== null && { version: target.version }),
  });
  if (deletedCount === 0) assertVersion(await readAttendance(database, target.id), target.version);
}

type Ids = Record<Kind, Types.ObjectId>;
type References = Partial<Record<Kind, Types.ObjectId | string>>;
type Moments = { deadline?: Moment; attendedAt?: Moment | null };

const before = ({ attendedAt, attendedDate }: StoredAttendance): Moment | null =>
  attendedAt && { at: attendedAt, date: attendedDate };

/** What a body says about times, as it is stored. */
export const stored = ({ deadline, attendedAt }: { deadline: Moment; attendedAt: Moment | null }) => ({
  deadline: deadline.at,
  deadlineDate: deadline.date,
  attendedAt: attendedAt?.at ?? null,
  attendedDate: attendedAt?.date ?? null,
  state: stateOf(deadline.at, attendedAt?.at ?? null),
});

/** Times as instants, references as ids that exist or names; everything that is wrong is told at once. Errors: `validation-failed`. */
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

/** Writes with the ids of all references; in one transaction with those that are new. `write` may run more than once. */
async function withNames(
  writing: Writing,
  references: References,
  write: (ids: Partial<Ids>, session: ClientSession | null) => Promise<StoredAttendance>,
): Promise<Written> {
  const { database, userId } = writing;
  const ids: Partial<Ids> = {};
  const unknown: [Kind, string][] = [];
  for (const kind of KIND_NAMES) {
    const given = references[kind];
    const id =
      typeof given === 'string' ? (await findNames(database, kind, [nameKey(given)])).get(nameKey(given)) : given;
    if (id) ids[kind] = id;
    else if (typeof given === 'string') unknown.push([kind, given]);
  }
  return uniqueId(async () => {
    if (unknown.length === 0) return { attendance: await write(ids, null), created: [] };
    return inTransaction(database, async (session) => {
      const created: Kind[] = [];
      const all = { ...ids };
      for (const [kind, name] of unknown) {
        const ensured = await ensureNames(database, kind, [name], userId, session);
        all[kind] = ensured.ids.get(nameKey(name)) as Types.ObjectId;
        if (ensured.created.size > 0) created.push(kind);
      }
      return { attendance: await write(all, session), created };
    });
  });
}

function assertVersion(attendance: StoredAttendance, version: number | null): void {
  if (version !== null && version !== attendance.version)
    throw new Problem('version-stale', `The attendance is now at version ${attendance.version}. Read it again.`);
}

const ID_TAKEN = 'Find the attendance by this external id and change it, or use another id.';

const uniqueId = <T>(write: () => Promise<T>): Promise<T> =>
  unique(write, (key, cause) =>
    'externalId' in key ? new Problem('attendance-id-taken', ID_TAKEN, { cause }) : cause,
  );
