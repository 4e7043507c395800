/**
 * What every request must know of its user, kept for a few seconds, so that a request does not cost a second query.
 * This instance forgets a user whenever it changes one; the others see the change when their copy is too old.
 */
import type { Connection } from 'mongoose';
import type { Role } from '../http/operation.ts';
import { userModel } from './model.ts';

/** The present state of a user, as far as access depends on it. */
export interface UserState {
  email: string;
  role: Role;
  isActive: boolean;
  tokenVersion: number;
  endedTokens: ReadonlySet<string>;
}

export interface IdentityCacheOptions {
  load: (userId: string) => Promise<UserState | null>;
  /** Milliseconds; a monotonic clock. */
  now?: () => number;
  /** Milliseconds; below the 5 s within which a change must be felt everywhere. */
  maxAge?: number;
  capacity?: number;
}

interface Entry {
  state: UserState | null;
  loadedAt: number;
}

/** One for each application: whoever changes users and whoever checks tokens must mean the same one. */
export class IdentityCache {
  readonly #load: (userId: string) => Promise<UserState | null>;
  readonly #now: () => number;
  readonly #maxAge: number;
  readonly #capacity: number;
  readonly #entries = new Map<string, Entry>();
  readonly #loading = new Map<string, Promise<UserState | null>>();

  constructor(options: IdentityCacheOptions) {
    this.#load = options.load;
    this.#now = options.now ?? (() => performance.now());
    this.#maxAge = options.maxAge ?? 4_000;
    this.#capacity = options.capacity ?? 10_000;
  }

  /** The user's state, at most `maxAge` old; null if there is no such user. Simultaneous calls share one query. */
  get(userId: string): Promise<UserState | null> {
    const entry = this.#entries.get(userId);
    if (entry && this.#now() - entry.loadedAt < this.#maxAge) return Promise.resolve(entry.state);
    return this.#loading.get(userId) ?? this.reload(userId);
  }

  /** Asks anew, whatever is kept. */
  reload(userId: string): Promise<UserState | null> {
    this.forget(userId);
    // The age counts from before the query: the answer may be that old when it arrives.
    const loadedAt = this.#now();
    const load = this.#load(userId).then(
      (state) => {
        if (this.#loading.get(userId) === load) this.#keep(userId, { state, loadedAt });
        return state;
      },
      (error: unknown) => {
        if (this.#loading.get(userId) === load) this.#loading.delete(userId);
        throw error;
      },
    );
    this.#loading.set(userId, load);
    return load;
  }

  /** To be called after every change of a user. A query that is under way may have read the old state: its answer is not kept. */
  forget(userId: string): void {
    this.#entries.delete(userId);
    this.#loading.delete(userId);
  }

  #keep(userId: string, entry: Entry): void {
    this.#loading.delete(userId);
    const oldest = this.#entries.keys().next();
    if (this.#entries.size >= this.#capacity && !oldest.done) this.#entries.delete(oldest.value);
    this.#entries.set(userId, entry);
  }
}

/** Reads the state of a user; null if there is none. */
export const loadUserState =
  (database: Connection) =>
  async (userId: string): Promise<UserState | null> => {
    const user = await userModel(database)
      .findById(userId, { email: 1, role: 1, isActive: 1, tokenVersion: 1, endedTokens: 1 })
      .read('primary')
      .lean();
    if (!user) return null;
    return {
      email: user.email,
      role: user.role,
      isActive: user.isActive,
      tokenVersion: user.tokenVersion,
      endedTokens: new Set(user.endedTokens.map((token) => token.id)),
    };
  };
