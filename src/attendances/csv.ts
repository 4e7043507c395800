/** Imports attendances from CSV files with the columns of the system that ordered them. */
import { type Connection, Types } from 'mongoose';
import { type BulkWrite, wholeDocuments } from '../database/models.ts';
import type {
  ApplyContext,
  Applied,
  ImportKind,
  ReadContext,
  ReadRow,
  Row,
  RowError,
  RowResult,
} from '../imports/kind.ts';
import { lostInSpreadsheet } from '../imports/spreadsheet-cells.ts';
import type { Edge, Moment } from '../calendar/clinic-zone.ts';
import { attendanceModel, type Kind, KIND_NAMES, KINDS, type StoredAttendance } from './model.ts';
import { readAnyForm, UnreadableMoment } from '../calendar/moment.ts';
import { ensureNames, MAX_NAME_LENGTH, nameKey, textFault, tidyName } from './names.ts';
import { MAX_EXTERNAL_ID_LENGTH, MAX_MOMENT_LENGTH } from './schema.ts';
import { stored } from './store.ts';

/** One row of a file; names are tidied. */
export interface AttendanceRow extends Record<Kind, string> {
  externalId: string;
  deadline: Moment;
  attendedAt: Moment | null;
}

const COLUMNS = {
  externalId: 'id_atendimento',
  client: 'id_cliente',
  technician: 'angel',
  base: 'polo',
  deadline: 'data_limite',
  attendedAt: 'data_de_atendimento',
} as const;

/** Cells that mean "unknown". */
const NOTHING = ['', '-'];

/**
 * Attendances are identified by their id: a row that matches the stored attendance changes nothing. New clients,
 * technicians and bases are created.
 */
export const attendancesCsv: ImportKind<AttendanceRow> = {
  name: 'attendances',
  dialects: [{ name: 'attendances', required: Object.values(COLUMNS) }],
  read,
  apply,
};

function read(row: Row, { zone }: ReadContext): { item: AttendanceRow } | { errors: readonly RowError[] } {
  const errors: RowError[] = [];
  const text = (field: keyof typeof COLUMNS): string => row[COLUMNS[field]] ?? '';
  const refuse = (field: keyof typeof COLUMNS, reason: string): void =>
    void errors.push({ column: COLUMNS[field], value: text(field), reason });
  const checked = (field: keyof typeof COLUMNS, tidy: string, maxLength: number): string => {
    const fault = tidy === '' ? 'must not be empty' : (lostInSpreadsheet(tidy) ?? textFault(tidy, maxLength));
    if (fault !== null) refuse(field, fault);
    return tidy;
  };
  const moment = (field: 'deadline' | 'attendedAt', edge: Edge): Moment | null => {
    const written = text(field);
    try {
      if (written.length > MAX_MOMENT_LENGTH) throw new UnreadableMoment('is too long for a date');
      return zone.moment(readAnyForm(written), edge);
    } catch (error) {
      if (!(error instanceof UnreadableMoment)) throw error;
      refuse(field, error.message);
      return null;
    }
  };
  const item = {
    externalId: checked('externalId', text('externalId').trim(), MAX_EXTERNAL_ID_LENGTH),
    client: checked('client', tidyName(text('client')), MAX_NAME_LENGTH),
    technician: checked('technician', tidyName(text('technician')), MAX_NAME_LENGTH),
    base: checked('base', tidyName(text('base')), MAX_NAME_LENGTH),
    deadline: moment('deadline', 'end'),
    attendedAt: NOTHING.includes(text('attendedAt').trim()) ? null : moment('attendedAt', 'start'),
  };
  return errors.length > 0 || item.deadline === null ? { errors } : { item: { ...item, deadline: item.deadline } };
}

/** The fields of an attendance that a row sets. */
type Fields = Record<Kind, Types.ObjectId> & ReturnType<typeof stored>;

async function apply(rows: readonly ReadRow<AttendanceRow>[], context: ApplyContext): Promise<Applied> {
  const { database, session, userId } = context;
  const { idOf, alsoCreated } = await namesIn(rows, context);
  const known = await knownIn(rows, database, session);
  const inserts = new Map<string, StoredAttendance>();
  const updates = new Map<string, StoredAttendance>();
  const now = new Date();

  const results = rows.map(({ item }): RowResult => {
    const { externalId } = item;
    const fields: Fields = {
      client: idOf('client', item.client),
      technician: idOf('technician', item.technician),
      base: idOf('base', item.base),
      ...stored(item),
    };
    const before = known.get(externalId);
    if (!before) {
      const made = {
        _id: new Types.ObjectId(),
        externalId,
        ...fields,
        version: 1,
        createdAt: now,
        createdBy: userId,
        updatedAt: now,
        updatedBy: userId,
      };
      known.set(externalId, made);
      inserts.set(externalId, made);
      return 'created';
    }
    if (says(before, fields)) return 'unchanged';
    // Of several rows for one attendance, the last one wins. Each row that changes it makes a version, as it would in a
    // batch of its own.
    const changed = { ...before, ...fields, version: before.version + 1, updatedAt: now, updatedBy: userId };
    known.set(externalId, changed);
    (inserts.has(externalId) ? inserts : updates).set(externalId, changed);
    return 'updated';
  });

  const writes: BulkWrite<StoredAttendance>[] = [
    ...[...inserts.values()].map((document) => ({ insertOne: { document } })),
    ...[...updates.values()].map(({ _id, ...document }) => ({
      updateOne: { filter: { _id }, update: { $set: document } },
    })),
  ];
  if (writes.length > 0) await wholeDocuments(attendanceModel(database)).bulkWrite(writes, { session });
  return { results, alsoCreated };
}

/** The ids of all names in a batch, and how many of them were created. */
async function namesIn(
  rows: readonly ReadRow<AttendanceRow>[],
  { database, session, userId }: ApplyContext,
): Promise<{ idOf: (kind: Kind, name: string) => Types.ObjectId; alsoCreated: Record<string, number> }> {
  const ids = new Map<string, Types.ObjectId>();
  const alsoCreated: Record<string, number> = {};
  // Sequential: a transaction can only run one operation at a time.
  for (const kind of KIND_NAMES) {
    const names = [...new Set(rows.map(({ item }) => item[kind]))];
    const ensured = await ensureNames(database, kind, names, userId, session);
    for (const name of names) ids.set(`${kind} ${name}`, ensured.ids.get(nameKey(name)) as Types.ObjectId);
    if (ensured.created.size > 0) alsoCreated[KINDS[kind]] = ensured.created.size;
  }
  return { idOf: (kind, name) => ids.get(`${kind} ${name}`) as Types.ObjectId, alsoCreated };
}

/** The stored attendances of a batch, by external id. */
async function knownIn(
  rows: readonly ReadRow<AttendanceRow>[],
  database: Connection,
  session: ApplyContext['session'],
): Promise<Map<string, StoredAttendance>> {
  const found = await attendanceModel(database)
    .find({ externalId: { $in: rows.map(({ item }) => item.externalId) } })
    .session(session)
    .lean();
  return new Map(found.map((attendance) => [attendance.externalId, attendance]));
}

/** Whether the stored attendance already has the values of a row. */
const says = (attendance: StoredAttendance, fields: Fields): boolean =>
  KIND_NAMES.every((kind) => attendance[kind].equals(fields[kind])) &&
  attendance.deadline.getTime() === fields.deadline.getTime() &&
  attendance.deadlineDate === fields.deadlineDate &&
  (attendance.attendedAt?.getTime() ?? null) === (fields.attendedAt?.getTime() ?? null) &&
  attendance.attendedDate === fields.attendedDate;
