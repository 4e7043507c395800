/** Recordings on behalf of a user: read, listed, counted, changed and removed as far as `access.ts` allows. */
import { type ClientSession, type Connection, Types } from 'mongoose';
import { type Deed, entriesFor, isFor, recordingsFor } from '../access.ts';
import { objectId } from '../../database/ids.ts';
import { inTransaction } from '../../database/transaction.ts';
import { changesNothing } from '../../database/versions.ts';
import { notFound } from '../../errors.ts';
import { auditChange, auditRemoval } from './audited.ts';
import { BatchedReads } from './batched-reads.ts';
import { MissingBlock } from './stored-blocks.ts';
import { removeContent } from './content.ts';
import { listedOf } from './listed.ts';
import { blockTableLeftOut, type EcgFilter, ecgModel, type ObjectId, type StoredEcg } from './model.ts';
import { placeOf } from './place.ts';
import { RecordingCache } from './recording-cache.ts';
import { forget, unpublish } from './settle.ts';

/** How a recording is read. */
export interface Reading {
  /** Whether to include the summaries of its blocks. */
  withBlockTables?: boolean;
  /** What it is read for. */
  deed?: Deed;
  /** Whether it may be some seconds old if another instance has changed it. */
  mayBeCached?: boolean;
}

/** Leaves out what lists do not show. */
const LISTED = { ...blockTableLeftOut, 'listed.terms': 0 } as const;

/** The recordings that one user may reach. All others do not exist here. */
export class Recordings {
  readonly #database: Connection;
  readonly #userId: string;
  readonly #reads: BatchedReads;
  readonly #cache: RecordingCache;

  /** @param reads shared by all users, so that simultaneous reads become one query; @param cache as well */
  constructor(
    database: Connection,
    userId: string,
    reads = new BatchedReads(database),
    cache: RecordingCache = new RecordingCache(0),
  ) {
    this.#database = database;
    this.#userId = userId;
    this.#reads = reads;
    this.#cache = cache;
  }

  /** Errors: `not-found`, the same for a missing, a foreign and a malformed id. */
  async get(id: string, options: Reading = {}): Promise<StoredEcg> {
    const { withBlockTables = false, deed = 'read', mayBeCached = false } = options;
    const cached = mayBeCached ? this.#cache.get(id) : null;
    if (cached && isFor(this.#userId, deed, cached)) return cached;
    const wanted = { userId: this.#userId, deed, id: objectId(id) };
    const ecg = withBlockTables
      ? await ecgModel(this.#database)
          .findOne(this.#those(deed, { _id: wanted.id }))
          .lean<StoredEcg>()
      : await this.#cache.reading(async () => this.#reads.one(wanted));
    if (!ecg) throw notFound();
    return ecg;
  }

  /**
   * Passes a recording to work that reads its samples. Errors: `not-found`, also if the recording is deleted in the
   * meantime; those of `work`.
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

  /** @param ways filters of which one matches, each a range of the index @param index its name */
  async list(
    ways: readonly EcgFilter[],
    sort: Record<string, 1 | -1>,
    limit: number,
    index: string,
  ): Promise<StoredEcg[]> {
    const [only, ...more] = ways.map((way) => this.#those('list', way));
    return ecgModel(this.#database)
      .find(more.length === 0 && only ? only : { $or: ways.map((way) => this.#those('list', way)) }, LISTED, {
        sort,
        limit,
        hint: index,
      })
      .lean<StoredEcg[]>();
  }

  /** @param cap where to stop counting @param index the name of the index to use */
  async count(filter: EcgFilter, cap: number, index: string): Promise<number> {
    return ecgModel(this.#database).countDocuments(this.#those('list', filter), { hint: index }).limit(cap);
  }

  /**
   * The ids in an index; the recordings themselves are not read, and some may not exist any more. They are to be looked
   * up with `list`.
   * @param atMost where to stop @param index the name of the index, which has all fields of the filter
   */
  async ids(filter: EcgFilter, atMost: number, index: string): Promise<ObjectId[]> {
    const found = await ecgModel(this.#database)
      .find({ $and: [entriesFor(this.#userId, 'list'), filter] }, { _id: 1 }, { limit: atMost, hint: index })
      .lean<Pick<StoredEcg, '_id'>[]>();
    return found.map(({ _id }) => _id);
  }

  /** The number of these ids. @param cap where to stop counting */
  async countIds(filter: EcgFilter, cap: number, index: string): Promise<number> {
    return ecgModel(this.#database)
      .countDocuments({ $and: [entriesFor(this.#userId, 'list'), filter] }, { hint: index })
      .limit(cap);
  }

  /** The patients of these recordings. @param atMost where to stop */
  async patients(atMost: number): Promise<string[]> {
    const found = await ecgModel(this.#database)
      .aggregate<{ _id: string | null }>([
        { $match: entriesFor(this.#userId, 'list') },
        { $group: { _id: '$patient' } },
        { $limit: atMost + 1 },
      ])
      .hint('patient');
    return found.flatMap(({ _id }) => _id ?? []).slice(0, atMost);
  }

  /**
   * Stores changed fields if the recording still has the version that they were derived from. Returns the new
   * recording, or null. What it says already is no change: it keeps its version, and there is no audit event.
   * @param fields the names that the user knows them by
   * @param session the transaction to take part in, if any
   */
  async update(
    ecg: StoredEcg,
    changes: Record<string, unknown>,
    fields: readonly string[] = Object.keys(changes),
    session?: ClientSession,
  ): Promise<StoredEcg | null> {
    const change = async (within: ClientSession): Promise<StoredEcg | null> => {
      if (changesNothing(ecg, changes))
        return ecgModel(this.#database)
          .findOne(this.#those('change', { _id: ecg._id, version: ecg.version }))
          .session(within)
          .select(blockTableLeftOut)
          .lean<StoredEcg>();
      const updated = await ecgModel(this.#database)
        .findOneAndUpdate(
          this.#those('change', { _id: ecg._id, version: ecg.version }),
          {
            $set: { ...changes, listed: listedOf({ ...ecg, ...changes }), updatedAt: new Date() },
            $inc: { version: 1 },
          },
          { returnDocument: 'after', session: within },
        )
        .select(blockTableLeftOut)
        .lean<StoredEcg>();
      if (updated) await auditChange(this.#database, within, new Types.ObjectId(this.#userId), updated, fields);
      return updated;
    };
    return this.#cache.changing(ecg._id.toHexString(), async () =>
      session ? change(session) : inTransaction(this.#database, change),
    );
  }

  /**
   * Removes the document first, so that nothing readable lacks its samples. Returns false if the version has changed.
   */
  async remove(ecg: StoredEcg, version: number | null): Promise<boolean> {
    const place = placeOf(ecg);
    const among = { ...recordingsFor(this.#userId, 'remove'), ...(version !== null && { version }) };
    const isRemoved = await this.#cache.changing(ecg._id.toHexString(), async () =>
      inTransaction(this.#database, async (session) => {
        if (!(await unpublish(this.#database, place, among, session))) return false;
        await auditRemoval(this.#database, session, new Types.ObjectId(this.#userId), ecg);
        return true;
      }),
    );
    if (!isRemoved) return false;
    await removeContent(this.#database, ecg._id);
    // If the service crashes before this, the hourly check removes the rest. An upload that is restoring samples at
    // this moment finds the recording gone and removes what it has written.
    await forget(this.#database, place);
    return true;
  }

  #those(deed: Deed, filter: EcgFilter): EcgFilter {
    return { $and: [recordingsFor(this.#userId, deed), filter] };
  }
}

/** Returns the recordings of a user. */
export type RecordingsOf = (userId: string) => Recordings;

/** @param cacheBytes of recordings that were read in the last seconds; 0: none are kept */
export function createRecordings(database: Connection, cacheBytes: number): RecordingsOf {
  const reads = new BatchedReads(database);
  const cache = new RecordingCache(cacheBytes);
  return (userId) => new Recordings(database, userId, reads, cache);
}

/** Whether a user owns any recording. Such a user can be deactivated, but not deleted. */
export async function ownsRecordings(database: Connection, userId: string): Promise<boolean> {
  return (await ecgModel(database).exists(recordingsFor(userId, 'own'))) !== null;
}
