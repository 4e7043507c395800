/** Removes what a crash left behind: blocks and annotations of recordings that were never published, or whose document is gone. */
import { type Connection, mongo } from 'mongoose';
import type { Logger } from 'pino';
import { CONTENT, removeContent } from './content.ts';
import type { Uploads } from './ingest.ts';
import { ecgModel, type ObjectId } from './model.ts';

/** How often an instance says that it lives. */
const HEARTBEAT_MS = 10_000;

export interface SweepDeps {
  database: Connection;
  log: Logger;
  uploads: Uploads;
  /** An instance that has been silent for so long is dead, and so are its unpublished recordings. */
  silentMs: number;
}

/** What blocks and annotations have in common. */
interface Content {
  ecg: ObjectId;
  writer: ObjectId;
}

export interface Sweeper {
  stop(): Promise<void>;
}

/** Keeps this instance's heartbeat, and sweeps when a predecessor's has run out and then every hour. */
export async function startSweeper(deps: SweepDeps): Promise<Sweeper> {
  let stopped = false;
  let running: Promise<unknown> = Promise.resolve();
  const quietly = (work: () => Promise<unknown>) => (): void => {
    running = running.then(async () => stopped ? undefined : work()).catch((error: unknown) => deps.log.warn({ err: error }, 'sweep failed; the next one tries again'));
  };
  await heartbeat(deps);
  const timers = [
    setInterval(quietly(async () => heartbeat(deps)), HEARTBEAT_MS),
    setTimeout(quietly(async () => sweep(deps)), deps.silentMs + HEARTBEAT_MS),
    setInterval(quietly(async () => sweep(deps)), 60 * 60 * 1000),
  ];
  for (const timer of timers) timer.unref();
  return {
    stop: async () => {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
      await running;
    },
  };
}

async function heartbeat({ database, uploads: { instance } }: SweepDeps): Promise<void> {
  await database.collection('instances').updateOne({ _id: instance }, { $set: { seenAt: new Date() } }, { upsert: true });
}

/** One pass over all recordings that have blocks or annotations. Answers how many orphans it removed. */
export async function sweep(deps: SweepDeps): Promise<number> {
  let removed = 0;
  const alive = await livingInstances(deps);
  for (const content of CONTENT.map((name) => deps.database.collection<Content>(name))) {
    // A covered distinct scan: nothing is read to find the orphans.
    const orphans = content.aggregate<{ _id: ObjectId }>([
      { $group: { _id: '$ecg' } },
      { $lookup: { from: 'ecgs', localField: '_id', foreignField: '_id', pipeline: [{ $match: { owner: { $ne: null } } }, { $project: { _id: 1 } }], as: 'published' } },
      { $match: { published: [] } },
    ]);
    for await (const { _id } of orphans) {
      const part = await content.findOne({ ecg: _id }, { projection: { writer: 1 } });
      if (!part) continue;
      const busy = part.writer.equals(deps.uploads.instance) ? deps.uploads.active.has(_id.toHexString()) : alive.has(part.writer.toHexString());
      if (busy || !(await claim(deps.database, _id))) continue;
      await removeContent(deps.database, _id);
      removed++;
    }
  }
  if (removed > 0) deps.log.info({ removed }, 'removed what interrupted uploads had left');
  return removed;
}

async function livingInstances({ database, silentMs }: SweepDeps): Promise<Set<string>> {
  const since = new Date(Date.now() - silentMs);
  const rows = await database.collection('instances').find({ seenAt: { $gte: since } }).toArray();
  return new Set(rows.map((row) => String(row._id)));
}

/**
 * Takes the recording's place in `ecgs` with a marker that belongs to nobody, so that a writer which was only paused cannot publish
 * any more. False where it has just been published. The markers go after a day (TTL index on `sweptAt`).
 */
async function claim(database: Connection, ecg: ObjectId): Promise<boolean> {
  try {
    await ecgModel(database).collection.insertOne({ _id: ecg, owner: null, sweptAt: new Date() });
    return true;
  } catch (error) {
    if (!(error instanceof mongo.MongoServerError) || error.code !== 11000) throw error;
    return (await ecgModel(database).collection.findOne({ _id: ecg, owner: null } as never)) !== null;
  }
}
