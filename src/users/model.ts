/** How users are stored. The migrations create the indexes. */
import { type Connection, type Model, Schema, type Types } from 'mongoose';
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
  { collection: 'users', timestamps: true, versionKey: false, autoIndex: false, autoCreate: false, id: false },
);

/** The model of users, created once for each connection. */
export const userModel = (connection: Connection): Model<StoredUser> =>
  (connection.models['User'] as Model<StoredUser> | undefined) ?? connection.model<StoredUser>('User', schema);
