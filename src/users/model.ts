/** How users are stored. The migrations create the indexes. */
import { type Collection, type Connection, type Model, type mongo, Schema, type Types } from 'mongoose';
import { SCHEMA_OPTIONS } from '../database/models.ts';
import type { Role } from '../http/operation.ts';

export interface StoredUser {
  _id: Types.ObjectId;
  /** Normalised: trimmed, lower case, NFC. */
  email: string;
  fullName: string;
  role: Role;
  isActive: boolean;
  passwordHash: string;
  /** Part of every token; raising it ends all tokens of the user. */
  tokenVersion: number;
  /** Tokens that were ended by logging out and have not expired yet. */
  endedTokens: { id: string; expiresAt: Date }[];
  lastLoginAt: Date | null;
  /** The words of e-mail address and name, for `q`. */
  searchWords: string[];
  /** Counts changes by admins and the user, not log-ins; the ETag is made of it. */
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

const schema = new Schema<StoredUser>(
  {
    email: { type: String, required: true },
    fullName: { type: String, required: true },
    role: { type: String, required: true, enum: ['admin', 'clinician'] },
    isActive: { type: Boolean, required: true, default: true },
    passwordHash: { type: String, required: true },
    tokenVersion: { type: Number, required: true, default: 0 },
    endedTokens: [{ _id: false, id: { type: String, required: true }, expiresAt: { type: Date, required: true } }],
    lastLoginAt: { type: Date, default: null },
    searchWords: [{ type: String, required: true }],
    version: { type: Number, required: true, default: 1 },
  },
  { collection: 'users', timestamps: true, ...SCHEMA_OPTIONS },
);

/** The model of users, created once for each connection. */
export const userModel = (connection: Connection): Model<StoredUser> =>
  (connection.models['User'] as Model<StoredUser> | undefined) ?? connection.model<StoredUser>('User', schema);

/** A link with which a user sets a new password; one for each user. The token itself is not stored. */
export interface StoredReset {
  /** The user. */
  _id: Types.ObjectId;
  hash: string;
  /** The user's when the link was made: a change of the password or a deactivation makes it void. */
  tokenVersion: number;
  expiresAt: Date;
}

export const resetCollection = (database: Connection): Collection<StoredReset> =>
  database.collection<StoredReset>('passwordResets');

/** What is stored about log-in attempts (`login-attempts.ts`). */
export interface StoredAttempts {
  _id: string;
  failures: number;
  /** No attempt is allowed before this time. */
  until: Date;
  /** Milliseconds that the latest attempt has to wait; 0: it was allowed, and counted as failed. */
  wait: number;
  /** After this time none of this counts any more. */
  forgetAt: Date;
  /** `forgetAt` before the latest attempt, restored if that is taken back. */
  forgetBefore?: Date;
}

/**
 * Mongoose's own `collection` does not pass the write concern on. Losing a count when a server fails does no harm, and
 * a log-in should not wait for the journal four times.
 */
export const loginCollection = (database: Connection): mongo.Collection<StoredAttempts> =>
  database
    .getClient()
    .db(database.name)
    .collection<StoredAttempts>('logins', { writeConcern: { w: 1, journal: false } });

export const GUARDS = 'guards';

/** Documents that changes write to exclude each other (`admin-guard.ts`). */
export const guardCollection = (database: Connection): Collection<{ _id: string; changes: number }> =>
  database.collection<{ _id: string; changes: number }>(GUARDS);
