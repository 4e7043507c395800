/** How attendances, clients, technicians and bases are stored. The migrations create the indexes. */
import { type Connection, type Model, Schema, Types } from 'mongoose';
import { SCHEMA_OPTIONS } from '../database/models.ts';

/** Whether the technician came on time, came late, or has not come; `onTime` shows this as true, false and null. */
export type State = 'onTime' | 'late' | 'open';

export interface StoredAttendance {
  _id: Types.ObjectId;
  externalId: string;
  client: Types.ObjectId;
  technician: Types.ObjectId;
  base: Types.ObjectId;
  /** The last instant that is on time. */
  deadline: Date;
  /**
   * The calendar day if the deadline was given as one. It is stored, since the instant would be another day in another
   * time zone.
   */
  deadlineDate: string | null;
  /** Null while it is open. */
  attendedAt: Date | null;
  attendedDate: string | null;
  /** Derived from deadline and attendedAt; stored for searching and counting. */
  state: State;
  version: number;
  createdAt: Date;
  createdBy: Types.ObjectId;
  updatedAt: Date;
  updatedBy: Types.ObjectId;
}

/**
 * A client, technician or base: a name that attendances refer to. The first attendance that names it creates it, and it
 * is never removed.
 */
export interface StoredNamed {
  _id: Types.ObjectId;
  name: string;
  /** The name in the form that it is searched by, see `nameKey`; unique. */
  key: string;
  searchWords: string[];
  createdAt: Date;
  createdBy: Types.ObjectId;
}

/** What an attendance refers to, and the collection of each kind. */
export const KINDS = { client: 'clients', technician: 'technicians', base: 'bases' } as const;
export type Kind = keyof typeof KINDS;
export const KIND_NAMES = Object.keys(KINDS) as Kind[];

/** Whether an attendance was on time. */
export function stateOf(deadline: Date, attendedAt: Date | null): State {
  if (attendedAt === null) return 'open';
  return attendedAt <= deadline ? 'onTime' : 'late';
}

const reference = { type: Types.ObjectId, required: true };

const attendance = new Schema<StoredAttendance>(
  {
    externalId: { type: String, required: true },
    client: reference,
    technician: reference,
    base: reference,
    deadline: { type: Date, required: true },
    deadlineDate: { type: String, default: null },
    attendedAt: { type: Date, default: null },
    attendedDate: { type: String, default: null },
    state: { type: String, required: true, enum: ['onTime', 'late', 'open'] },
    version: { type: Number, required: true, default: 1 },
    createdBy: reference,
    updatedBy: reference,
  },
  { collection: 'attendances', timestamps: true, ...SCHEMA_OPTIONS },
);

const named = new Schema<StoredNamed>(
  {
    name: { type: String, required: true },
    key: { type: String, required: true },
    searchWords: [{ type: String, required: true }],
    createdBy: reference,
  },
  { timestamps: { createdAt: true, updatedAt: false }, ...SCHEMA_OPTIONS },
);

/** The model of attendances on this connection, created once. */
export const attendanceModel = (connection: Connection): Model<StoredAttendance> =>
  (connection.models['Attendance'] as Model<StoredAttendance> | undefined) ??
  connection.model<StoredAttendance>('Attendance', attendance);

/** The model of clients, technicians or bases on this connection, created once. */
export const namedModel = (connection: Connection, kind: Kind): Model<StoredNamed> =>
  (connection.models[kind] as Model<StoredNamed> | undefined) ??
  connection.model<StoredNamed>(kind, named.clone(), KINDS[kind]);
