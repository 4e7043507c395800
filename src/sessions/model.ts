/** How sessions of browsers are stored. The migrations create the indexes; ended and expired sessions are removed. */
import { type Connection, type Model, Schema, Types } from 'mongoose';
import { SCHEMA_OPTIONS } from '../database/models.ts';

export interface StoredSession {
  _id: Types.ObjectId;
  user: Types.ObjectId;
  /** The user's when they logged in: whatever ends all their tokens also ends their sessions. */
  tokenVersion: number;
  /** The hash of the current refresh token. */
  refresh: string;
  /** The hashes of the refresh tokens before it, and when each was exchanged for the next; the latest last. */
  used: { hash: string; at: Date }[];
  /** The browser, as it calls itself. */
  agent: string | null;
  /** The network address of the log-in. */
  address: string;
  createdAt: Date;
  /** The log-in or the last refresh. */
  usedAt: Date;
  /** Without a further refresh; never after `endsAt`. */
  expiresAt: Date;
  endsAt: Date;
}

const date = { type: Date, required: true } as const;
const text = { type: String, required: true } as const;

const schema = new Schema<StoredSession>(
  {
    user: { type: Types.ObjectId, required: true },
    tokenVersion: { type: Number, required: true },
    refresh: text,
    used: [{ _id: false, hash: text, at: date }],
    agent: { type: String, default: null },
    address: { type: String, default: '' },
    createdAt: date,
    usedAt: date,
    expiresAt: date,
    endsAt: date,
  },
  { collection: 'sessions', ...SCHEMA_OPTIONS },
);

/** The model of sessions, created once for each connection. */
export const sessionModel = (connection: Connection): Model<StoredSession> =>
  (connection.models['Session'] as Model<StoredSession> | undefined) ??
  connection.model<StoredSession>('Session', schema);
