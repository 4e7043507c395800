/**
 * Caches for a few seconds what every request needs to know of its user, to save a second query. This instance forgets
 * a user when it changes one; other instances see the change when their copy expires.
 */
import type { Connection } from 'mongoose';
import type { Role } from '../http/operation.ts';
import { userModel } from './model.ts';

/** The current state of a user, as far as access depends on it. */
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
  /** Milliseconds; less than the 5 s within which a change must take effect everywhere. */
  maxAge?: number;
  capacity?: number;
}

interface Entry {
  state: UserState | null;
  loadedAt: number;
}

/** One for each application, shared by whatever changes users and whatever checks tokens. */
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

  /** Queries again, whatever is cached. */
  reload(userId: string): Promise<UserState | null> {
    this.forget(userId);
    // The age counts from before the query, since the answer may be that old when it arrives.
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

  /**
   * To be called after every change of a user. The answer of a query in flight is not cached, since it may be the old
   * state.
   */
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
