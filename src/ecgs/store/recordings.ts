/** The recordings that a user may reach: read, listed, counted, changed and removed within what `access.ts` allows. */
import { type ClientSession, type Connection, Types } from 'mongoose';
import { type Deed, recordingsFor } from '../access.ts';
import { objectId } from '../../database/ids.ts';
import { inTransaction } from '../../database/transaction.ts';
import { notFound } from '../../errors.ts';
import { auditChange, auditRemoval } from './audited.ts';
import { BatchedReads } from './batched-reads.ts';
import { MissingBlock } from './stored-blocks.ts';
import { removeContent } from './content.ts';
import { blockTableLeftOut, type EcgFilter, ecgModel, type StoredEcg } from './model.ts';
import { placeOf } from './place.ts';
import { forget, unpublish } from './settle.ts';

/** How one recording is read. */
export interface Reading {
  /** With the summaries of its blocks. */
  withBlockTables?: boolean;
  /** What it is read for; by default only that. */
  deed?: Deed;
}

/** Recordings of one user. Whatever they may not reach does not exist here. */
export class OwnRecordings {
  readonly #database: Connection;
  readonly #userId: string;
  readonly #reads: BatchedReads;

  /** @param reads shared with other users, so that what they ask for at the same time is read together */
  constructor(database: Connection, userId: string, reads = new BatchedReads(database)) {
    this.#database = database;
    this.#userId = userId;
    this.#reads = reads;
  }

  /** Errors: `not-found` for a missing, a foreign and a malformed id alike. */
  async get(id: string, { withBlockTables = false, deed = 'read' }: Reading = {}): Promise<StoredEcg> {
    const wanted = { userId: this.#userId, deed, id: objectId(id) };
    const ecg = withBlockTables
      ? await ecgModel(this.#database)
          .findOne(this.#those(deed, { _id: wanted.id }))
          .lean<StoredEcg>()
      : await this.#reads.one(wanted);
    if (!ecg) throw notFound();
    return ecg;
  }

  /**
   * Hands a recording to what reads its samples. Errors: `not-found`, also when the recording goes meanwhile; those of
   * `work`.
   */
  async reading<T>(id: string, options: Reading, work: (ecg: StoredEcg) => Promise<T>): Promise<T> {
    const ecg = await this.get(id, options);
    try {
      return await work(ecg);
    } catch (error) {
      if (error instanceof MissingBlock) await this.get(id, options);
      throw error;
    }
  }

  async list(filter: EcgFilter, sort: Record<string, 1 | -1>, limit: number): Promise<StoredEcg[]> {
    return ecgModel(this.#database)
      .find(this.#those('list', filter), blockTableLeftOut, { sort, limit })
      .lean<StoredEcg[]>();
  }

  /** @param cap counting stops there */
  async count(filter: EcgFilter, cap: number): Promise<number> {
    return ecgModel(this.#database).countDocuments(this.#those('list', filter)).limit(cap);
  }

  /**
   * Stores changed fields if the recording still has the version that they were derived from. Answers the new one, or
   * null.
   * @param fields what the user calls them
   * @param session the transaction that it is part of, where it is
   */
  async update(
    ecg: StoredEcg,
    changes: Record<string, unknown>,
    fields: readonly string[] = Object.keys(changes),
    session?: ClientSession,
  ): Promise<StoredEcg | null> {
    const change = async (within: ClientSession): Promise<StoredEcg | null> => {
      const updated = await ecgModel(this.#database)
        .findOneAndUpdate(
          this.#those('change', { _id: ecg._id, version: ecg.version }),
          { $set: { ...changes, updatedAt: new Date() }, $inc: { version: 1 } },
          { returnDocument: 'after', session: within },
        )
        .select(blockTableLeftOut)
        .lean<StoredEcg>();
      if (updated) await auditChange(this.#database, within, new Types.ObjectId(this.#userId), updated, fields);
      return updated;
    };
    return session ? change(session) : inTransaction(this.#database, change);
  }

  /** The document goes first, so that nothing readable lacks its samples. False where the version has changed. */
  async remove(ecg: StoredEcg, version: number | null): Promise<boolean> {
    const place = placeOf(ecg);
    const among = { ...recordingsFor(this.#userId, 'remove'), ...(version !== null && { version }) };
    const isRemoved = await inTransaction(this.#database, async (session) => {
      if (!(await unpublish(this.#database, place, among, session))) return false;
      await auditRemoval(this.#database, session, new Types.ObjectId(this.#userId), ecg);
      return true;
    });
    if (!isRemoved) return false;
    await removeContent(this.#database, ecg._id);
    // After a crash before this, the check removes what is left. An upload that is bringing samples back at this moment
    // finds the recording gone, and removes what it has written.
    await forget(this.#database, place);
    return true;
  }

  #those(deed: Deed, filter: EcgFilter): EcgFilter {
    return { $and: [recordingsFor(this.#userId, deed), filter] };
  }
}

/** Gives each user their recordings. */
export type RecordingsOf = (userId: string) => OwnRecordings;

export function createRecordings(database: Connection): RecordingsOf {
  const reads = new BatchedReads(database);
  return (userId) => new OwnRecordings(database, userId, reads);
}

/** Whether a user owns any recording; such a user is deactivated, not deleted. */
export async function ownsRecordings(database: Connection, userId: string): Promise<boolean> {
  return (await ecgModel(database).exists(recordingsFor(userId, 'own'))) !== null;
}
