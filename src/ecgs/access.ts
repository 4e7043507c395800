/** The one place through which recordings are read, changed and removed: every filter here begins with the owner. */
import { type ClientSession, type Connection, type QueryFilter, Types } from 'mongoose';
import { notFound } from '../errors.ts';
import { readBatched } from './store/batched-reads.ts';
import { removeContent } from './store/content.ts';
import { blockTableLeftOut, ecgModel, type ObjectId, ownedBy, type StoredEcg } from './store/model.ts';
import { forget, unpublish } from './store/settle.ts';
import { MissingBlock } from './store/stored-blocks.ts';

export type EcgFilter = QueryFilter<StoredEcg>;

/** Recordings of one user. Whatever is somebody else's does not exist here. */
export class OwnRecordings {
  private readonly database: Connection;
  private readonly owner: ObjectId;

  constructor(database: Connection, userId: string) {
    this.database = database;
    this.owner = new Types.ObjectId(userId);
  }

  /** Errors: `not-found` for a missing, a foreign and a malformed id alike. */
  async get(id: string, options: { withBlockTables?: boolean } = {}): Promise<StoredEcg> {
    if (!/^[0-9a-f]{24}$/.test(id)) throw notFound();
    const mine = { owner: this.owner, id: new Types.ObjectId(id) };
    const ecg = options.withBlockTables
      ? await ecgModel(this.database)
          .findOne({ ...ownedBy(mine.owner), _id: mine.id })
          .lean<StoredEcg>()
      : await readBatched(this.database, mine);
    if (!ecg) throw notFound();
    return ecg;
  }

  /** Hands a recording to what reads its samples. Errors: `not-found`, also when the recording goes meanwhile; those of `work`. */
  async reading<T>(
    id: string,
    options: { withBlockTables?: boolean },
    work: (ecg: StoredEcg) => Promise<T>,
  ): Promise<T> {
    const ecg = await this.get(id, options);
    try {
      return await work(ecg);
    } catch (error) {
      if (error instanceof MissingBlock) await this.get(id);
      throw error;
    }
  }

  async list(filter: EcgFilter, sort: Record<string, 1 | -1>, limit: number): Promise<StoredEcg[]> {
    return ecgModel(this.database)
      .find({ ...filter, ...ownedBy(this.owner) }, blockTableLeftOut, { sort, limit })
      .lean<StoredEcg[]>();
  }

  /** @param cap counting stops there */
  async count(filter: EcgFilter, cap: number): Promise<number> {
    return ecgModel(this.database)
      .countDocuments({ ...filter, ...ownedBy(this.owner) })
      .limit(cap);
  }

  /** Stores changed fields if the recording still has the version that they were derived from. Answers the new one, or null. */
  async update(ecg: StoredEcg, changes: Record<string, unknown>, session?: ClientSession): Promise<StoredEcg | null> {
    return ecgModel(this.database)
      .findOneAndUpdate(
        { ...ownedBy(this.owner), _id: ecg._id, version: ecg.version },
        { $set: { ...changes, updatedAt: new Date() }, $inc: { version: 1 } },
        { returnDocument: 'after', ...(session && { session }) },
      )
      .select(blockTableLeftOut)
      .lean<StoredEcg>();
  }

  /** The document goes first, so that nothing readable lacks its samples. False where the version has changed. */
  async remove(ecg: StoredEcg, version: number | null): Promise<boolean> {
    const place = { id: ecg._id, owner: this.owner };
    if (!(await unpublish(this.database, place, version))) return false;
    await removeContent(this.database, ecg._id);
    // After a crash before this, the check removes what is left. An upload that is bringing samples back at this moment
    // finds the recording gone, and removes what it has written.
    await forget(this.database, place);
    return true;
  }
}

/** Whether a user owns any recording; such a user is deactivated, not deleted. */
export async function ownsRecordings(database: Connection, userId: string): Promise<boolean> {
  return (await ecgModel(database).exists(ownedBy(new Types.ObjectId(userId)))) !== null;
}
