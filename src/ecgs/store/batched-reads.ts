/** Reads of single recordings that are asked for in the same turn of the event loop share one query: under load a round trip costs more than what it brings. */
import DataLoader from 'dataloader';
import { type Connection, mongo } from 'mongoose';
import { blockTableLeftOut, ecgModel, type ObjectId, ownedBy, type StoredEcg } from './model.ts';

/** A recording as its owner asks for it. */
interface Wanted {
  owner: ObjectId;
  id: ObjectId;
}

/** Recordings of one query; their documents are some kilobytes each. */
const MAX_BATCH = 100;

const loaders = new WeakMap<Connection, DataLoader<Wanted, StoredEcg | null, string>>();

/** The recording of this owner, without its block tables; null where there is none. Nothing is remembered from one turn to the next. */
export function readBatched(database: Connection, wanted: Wanted): Promise<StoredEcg | null> {
  let loader = loaders.get(database);
  if (!loader) {
    loader = new DataLoader((batch) => readAll(database, batch), {
      cache: false,
      maxBatchSize: MAX_BATCH,
      batchScheduleFn: (run) => setImmediate(run),
    });
    loaders.set(database, loader);
  }
  return loader.load(wanted);
}

const key = (owner: ObjectId, id: ObjectId): string => `${owner.toHexString()}/${id.toHexString()}`;

/** Each alternative of the query names its owner, and a document is given out under its own owner only. */
async function readAll(database: Connection, batch: readonly Wanted[]): Promise<(StoredEcg | null)[]> {
  const ids = new Map<string, ObjectId[]>();
  for (const { owner, id } of batch) ids.set(owner.toHexString(), [...(ids.get(owner.toHexString()) ?? []), id]);
  const alternatives = [...ids].map(([owner, wanted]) => ({
    ...ownedBy(new mongo.ObjectId(owner)),
    _id: { $in: wanted },
  }));
  const found = await ecgModel(database)
    .collection.find<StoredEcg>({ $or: alternatives }, { projection: blockTableLeftOut })
    .toArray();
  const byKey = new Map(found.map((ecg) => [key(ecg.owner, ecg._id), ecg]));
  return batch.map(({ owner, id }) => byKey.get(key(owner, id)) ?? null);
}
