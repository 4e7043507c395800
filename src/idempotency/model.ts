/** How the keys of requests are stored. The migration creates the index by which they expire. */
import type { Collection, Connection, Types } from 'mongoose';

/** An answer as it is sent again. */
export interface KeptAnswer {
  status: number;
  headers: Record<string, string>;
  /** JSON; null if it is not kept, and `withheld` says why. */
  body: string | null;
  withheld: string | null;
}

/** A request with a key. All times are the database's. */
export interface StoredKey {
  /** A digest of the user and the key: nobody finds out another user's keys. */
  _id: string;
  /** Whose turn it is: of two requests, only the one that is named here can complete. */
  holder: Types.ObjectId;
  state: 'running' | 'done';
  /** Null while the body is still arriving. */
  fingerprint: string | null;
  /** Of a running request: when it counts as dead unless it shows a sign of life. */
  aliveUntil: Date | null;
  /** Null while it is running. */
  answer: KeptAnswer | null;
  expiresAt: Date;
}

export const keyCollection = (database: Connection): Collection<StoredKey> =>
  database.collection<StoredKey>('idempotencyKeys');
