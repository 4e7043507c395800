/** The recordings of one upload while they are written. What is not published goes, whatever comes of the upload. */
import { type Connection, Types } from 'mongoose';
import { isAway } from '../../database/failures.ts';
import { endsWithin } from '../../until-aborted.ts';
import type { Uploads } from '../store/uploads.ts';
import { Draft } from './draft.ts';
import type { Published } from './publish.ts';

/** So long a client waits until what is not kept of their upload has been removed. */
const DISCARD_MS = 2_000;

export class Drafts {
  readonly #owner: Types.ObjectId;
  readonly #database: Connection;
  readonly #uploads: Uploads;
  readonly #all: Draft[] = [];
  readonly #published = new Set<string>();

  constructor(userId: string, { database, uploads }: { database: Connection; uploads: Uploads }) {
    this.#owner = new Types.ObjectId(userId);
    this.#database = database;
    this.#uploads = uploads;
  }

  /** A recording that is registered, and of which nothing is written yet. Errors: those of the database. */
  async begin(): Promise<Draft> {
    const ecg = await this.#uploads.begin(this.#database);
    const draft = new Draft(this.#database, { ecg, owner: this.#owner, writer: this.#uploads.instance });
    this.#all.push(draft);
    return draft;
  }

  /** Keeps those that were published. */
  keep(published: readonly Published[]): void {
    for (const { ecg, created } of published) if (created) this.#published.add(ecg._id.toHexString());
  }

  /** Removes the others. @param failure of the upload; null: none */
  async end(failure: unknown): Promise<void> {
    const others = this.#all.filter(({ id }) => !this.#published.has(id.toHexString()));
    const discarding = Promise.all(others.map(async (draft) => this.#discard(draft)));
    // While the database is away the client need not wait for it; the sweeper looks after what is left.
    if (!isAway(failure)) await endsWithin(DISCARD_MS, discarding);
    for (const { id } of this.#all) this.#uploads.end(id);
  }

  /** Never rejects: what cannot be removed now, and what may be published, is the sweeper's. */
  async #discard(draft: Draft): Promise<void> {
    if (this.#uploads.unsettled.has(draft.id.toHexString())) return;
    this.#uploads.leave(draft.place);
    try {
      await draft.discard();
      this.#uploads.settled(draft.id.toHexString());
    } catch {
      // It stays left.
    }
  }
}
