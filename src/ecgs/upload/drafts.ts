/** The drafts of one upload. Those that are not published are removed, however the upload ends. */
import { type Connection, Types } from 'mongoose';
import { isAway } from '../../database/failures.ts';
import { endsWithin } from '../../until-aborted.ts';
import type { BlockEncoding } from '../store/block-encoding.ts';
import { OriginalWriter } from '../store/original-writer.ts';
import type { Uploads } from '../store/uploads.ts';
import { Draft } from './draft.ts';
import type { Published } from './publish.ts';

/** Milliseconds that a client waits for the removal of what is not kept. */
const DISCARD_MS = 2_000;

export interface DraftDeps {
  database: Connection;
  uploads: Uploads;
  blockEncoding: BlockEncoding;
}

export class Drafts {
  readonly #owner: Types.ObjectId;
  readonly #database: Connection;
  readonly #uploads: Uploads;
  readonly #encoding: BlockEncoding;
  readonly #all: Draft[] = [];
  /** Registered for the files of the upload, before the first recording begins. */
  #first: Draft | null = null;
  readonly #published = new Set<string>();

  constructor(userId: string, { database, uploads, blockEncoding }: DraftDeps) {
    this.#encoding = blockEncoding;
    this.#owner = new Types.ObjectId(userId);
    this.#database = database;
    this.#uploads = uploads;
  }

  /** Starts a draft under a registered id; nothing of it is stored yet. Errors: those of the database. */
  async begin(): Promise<Draft> {
    const first = this.#first;
    this.#first = null;
    return first ?? this.#register();
  }

  /** The draft of the first recording, to which the files of the upload belong. Errors: those of the database. */
  async #firstDraft(): Promise<Draft> {
    return this.#all[0] ?? (this.#first = await this.#register());
  }

  /** Writes the files of the upload. @param limit bytes of all files together; 0: none are kept */
  originalWriter(limit: number): OriginalWriter {
    return new OriginalWriter(this.#database, limit, async (writer) => {
      const draft = await this.#firstDraft();
      draft.carry(writer);
      return draft.of;
    });
  }

  async #register(): Promise<Draft> {
    const ecg = await this.#uploads.begin(this.#database);
    const of = { ecg, owner: this.#owner, writer: this.#uploads.instance };
    const draft = new Draft(this.#database, of, this.#encoding);
    this.#all.push(draft);
    return draft;
  }

  /** Keeps the drafts that were published. */
  keep(published: readonly Published[]): void {
    for (const { ecg, created } of published) if (created) this.#published.add(ecg._id.toHexString());
  }

  /** Removes all other drafts. @param failure the error of the upload; null if it succeeded */
  async end(failure: unknown): Promise<void> {
    for (const draft of this.#all) draft.release();
    const others = this.#all.filter(({ id }) => !this.#published.has(id.toHexString()));
    const discarding = Promise.all(others.map(async (draft) => this.#discard(draft)));
    // While the database is unreachable the client does not wait; the sweeper removes what is left.
    if (!isAway(failure)) await endsWithin(DISCARD_MS, discarding);
    for (const { id } of this.#all) this.#uploads.end(id);
  }

  /** Never rejects: the sweeper takes over what cannot be removed now, or may have been published. */
  async #discard(draft: Draft): Promise<void> {
    if (this.#uploads.unsettled.has(draft.id.toHexString())) return;
    this.#uploads.leave(draft.place);
    try {
      await draft.discard();
      this.#uploads.settled(draft.id.toHexString());
    } catch {
      // The sweeper takes care of it.
    }
  }
}
