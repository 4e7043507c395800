/**
 * Combines reads of single recordings from the same turn of the event loop into one query: under load, the round trip
 * costs more than the data.
 */
import DataLoader from 'dataloader';
import type { Connection } from 'mongoose';
import { type Deed, isFor, recordingsFor } from '../access.ts';
import { blockTableLeftOut, ecgModel, type ObjectId, type StoredEcg } from './model.ts';

/** A recording that a user asks for. */
interface Wanted {
  userId: string;
  deed: Deed;
  id: ObjectId;
}

/** Most recordings in one query; their documents are some kilobytes each. */
const MAX_BATCH = 100;

/** Combines the reads of one application. */
export class BatchedReads {
  readonly #loader: DataLoader<Wanted, StoredEcg | null, string>;

  constructor(database: Connection) {
    this.#loader = new DataLoader((batch) => readAll(database, batch), {
      cache: false,
      maxBatchSize: MAX_BATCH,
      batchScheduleFn: (run) => setImmediate(run),
    });
  }

  /**
   * The recording without its block tables; null if there is none that this user may reach. Nothing is cached from one
   * turn to the next.
   */
  one(wanted: Wanted): Promise<StoredEcg | null> {
    return this.#loader.load(wanted);
  }
}

/** Each alternative of the query belongs to one user, and a document is only given to users who may reach it. */
async function readAll(database: Connection, batch: readonly Wanted[]): Promise<(StoredEcg | null)[]> {
  const alternatives = new Map<string, ReturnType<typeof recordingsFor> & { _id: { $in: ObjectId[] } }>();
  for (const { userId, deed, id } of batch) {
    const key = `${userId} ${deed}`;
    const alternative = alternatives.get(key) ?? { ...recordingsFor(userId, deed), _id: { $in: [] } };
    alternative._id.$in.push(id);
    alternatives.set(key, alternative);
  }
  const found = await ecgModel(database)
    .find({ $or: [...alternatives.values()] }, blockTableLeftOut)
    .lean<StoredEcg[]>();
  const byId = new Map(found.map((ecg) => [ecg._id.toHexString(), ecg]));
  return batch.map(({ userId, deed, id }) => {
    const ecg = byId.get(id.toHexString());
    return ecg && isFor(userId, deed, ecg) ? ecg : null;
  });
}
