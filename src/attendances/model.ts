/** What is stored of an attendance and of its client, technician and base. Indexes are made by the migrations. */
import { type Connection, type Model, Schema, Types } from 'mongoose';
import { SCHEMA_OPTIONS } from '../database/models.ts';

/** Whether the technician came in time, came late, or has not come: what `onTime` says as true, false and null. */
export type State = 'onTime' | 'late' | 'open';

export interface StoredAttendance {
  _id: Types.ObjectId;
  externalId: string;
  client: Types.ObjectId;
  technician: Types.ObjectId;
  base: Types.ObjectId;
  /** The last instant that is in time. */
  deadline: Date;
  /** The calendar day if the deadline was given as one; kept, since the instant alone would be another day in another time zone. */
  deadlineDate: string | null;
  /** Null while it is open. */
  attendedAt: Date | null;
  attendedDate: string | null;
  /** Follows from deadline and attendedAt; stored to be found and counted by. */
  state: State;
  version: number;
  createdAt: Date;
  createdBy: Types.ObjectId;
  updatedAt: Date;
  updatedBy: Types.ObjectId;
}

/** A client, technician or base: a name that attendances refer to. It is made by the first attendance that names it, and stays. */
export interface StoredNamed {
  _id: Types.ObjectId;
  name: string;
  /** The name as it is found by, see `nameKey`; unique. */
  key: string;
  searchWords: string[];
  createdAt: Date;
  createdBy: Types.ObjectId;
}

/** What an attendance refers to, and the collection of each. */
export const KINDS = { client: 'clients', technician: 'technicians', base: 'bases' } as const;
export type Kind = keyof typeof KINDS;
export const KIND_NAMES = Object.keys(KINDS) as Kind[];

/** Whether an attendance was in time. */
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

/** The model of attendances on this connection, made once. */
export const attendanceModel = (connection: Connection): Model<StoredAttendance> =>
  (connection.models['Attendance'] as Model<StoredAttendance> | undefined) ??
  connection.model<StoredAttendance>('Attendance', attendance);

/** The model of clients, technicians or bases on this connection, made once. */
export const namedModel = (connection: Connection, kind: Kind): Model<StoredNamed> =>
  (connection.models[kind] as Model<StoredNamed> | undefined) ??
  connection.model<StoredNamed>(kind, named.clone(), KINDS[kind]);
