/**
 * Keeps this instance's heartbeat, and settles what crashes and lost answers have left: of this instance, and of
 * instances that are dead.
 */
import { type Connection, Types } from 'mongoose';
import type { Logger } from 'pino';
import { loggable } from '../http/loggable-error.ts';
import { check, type Checked, checkDue, reportHollow } from './check-stored.ts';
import { CONTENT, removeContent } from './content.ts';
import { ecgModel, type ObjectId } from './model.ts';
import { settle, unpublish } from './settle.ts';
import { instanceCollection, type StoredInstance, type Uploads } from './uploads.ts';

/** How often an instance says that it lives, and looks for dead ones. */
const HEARTBEAT_MS = 10_000;
/** How often an instance asks whether the hourly check is due. */
const CHECK_POLL_MS = 60_000;

export interface SweepDeps {
  database: Connection;
  log: Logger;
  uploads: Uploads;
  /** An instance that has been silent for so long is dead, and so are its unpublished recordings. */
  silentMs: number;
}

export interface Sweeper {
  stop(): Promise<void>;
}

/** What a sweep came to. */
export interface Swept extends Checked {
  /** Recordings that were never published, or whose owner is gone, and are removed now. */
  removed: number;
}

/**
 * Keeps the heartbeat; settles what is left with each; checks what is stored, in turn with other instances, every hour.
 */
export async function startSweeper(deps: SweepDeps): Promise<Sweeper> {
  const { database, log, uploads } = deps;
  let stopped = false;
  let running: Promise<unknown> = Promise.resolve();
  const quietly = (work: () => Promise<unknown>) => (): void => {
    running = running
      .then(async () => (stopped ? undefined : work()))
      .catch((error: unknown) => log.warn({ error: loggable(error) }, 'a sweep failed; the next one tries again'));
  };
  await uploads.beat(database);
  const beat = quietly(async () => {
    await uploads.beat(database);
    await settleLeft(deps);
  });
  const checkInTurn = quietly(async () => (await checkDue(database)) && check(deps));
  const timers = [setInterval(beat, HEARTBEAT_MS), setInterval(checkInTurn, CHECK_POLL_MS)];
  for (const timer of timers) timer.unref();
  quietly(async () => reportHollow(deps))();
  checkInTurn();
  return {
    stop: async () => {
      stopped = true;
      for (const timer of timers) clearInterval(timer);
      await running;
    },
  };
}

/** Everything at once: what is left, and the next part of the check. */
export async function sweep(deps: SweepDeps): Promise<Swept> {
  const removed = await settleLeft(deps);
  const checked = await check(deps);
  return { ...checked, removed: removed + checked.orphans };
}

/**
 * Settles what this instance could not settle itself, and what dead ones were writing. Answers how many recordings it
 * removed.
 */
async function settleLeft(deps: SweepDeps): Promise<number> {
  const { database, log, uploads, silentMs } = deps;
  let removed = 0;
  for (const [id, owner] of uploads.unsettled) {
    if (await settleOne(database, new Types.ObjectId(id), owner)) removed++;
    uploads.settled(id);
  }
  const isSilent = { $expr: { $lt: ['$seenAt', { $subtract: ['$$NOW', silentMs] }] } };
  const dead = instanceCollection(database).find({
    ...isSilent,
    $or: [{ fencedAt: { $exists: false } }, { 'drafts.0': { $exists: true } }],
  });
  for await (const { _id } of dead) {
    // From here on its registration is void; null where it has come back to life since it was found.
    const fenced = await instanceCollection(database).findOneAndUpdate({ _id, ...isSilent }, [
      { $set: { fencedAt: { $ifNull: ['$fencedAt', '$$NOW'] } } },
    ]);
    if (!fenced) continue;
    removed += await settleInstance(database, fenced);
  }
  if (removed > 0) log.info({ removed }, 'removed what interrupted uploads had left');
  return removed;
}

async function settleInstance(database: Connection, { _id, drafts = [] }: StoredInstance): Promise<number> {
  let removed = 0;
  for (const draft of drafts) {
    const owner = await ownerOf(database, draft);
    if (owner && (await settleOne(database, draft, owner))) removed++;
  }
  await instanceCollection(database).updateOne({ _id }, { $set: { drafts: [] } });
  return removed;
}

/** The owner of what was begun to be written; null where nothing was. */
async function ownerOf(database: Connection, id: ObjectId): Promise<ObjectId | null> {
  const published = await ecgModel(database).collection.findOne({ _id: id }, { projection: { owner: 1 } });
  if (published) return published['owner'] as ObjectId;
  for (const name of CONTENT) {
    const part = await database.collection(name).findOne({ ecg: id }, { projection: { owner: 1 } });
    if (part) return part['owner'] as ObjectId;
  }
  return null;
}

/**
 * Removes a recording that is not published, and one that its owner did not live to see. Answers whether it was
 * removed.
 */
async function settleOne(database: Connection, id: ObjectId, owner: ObjectId): Promise<boolean> {
  if ((await settle(database, { id, owner })) === 'removed') return true;
  if (await database.collection('users').findOne({ _id: owner }, { projection: { _id: 1 } })) return false;
  await unpublish(database, { id, owner });
  await removeContent(database, id);
  return true;
}
