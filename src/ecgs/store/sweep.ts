/**
 * Keeps the heartbeat of this instance, independently of everything else, and settles what crashes and lost answers
 * have left, of this instance and of dead ones.
 */
import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import { isUnreachable } from '../../database/unreachable.ts';
import { loggable } from '../../log/loggable-error.ts';
import { userModel } from '../../users/model.ts';
import { check, type Checked, checkDue, reportHollow } from './check-stored.ts';
import { auditUpload, auditUploads } from './audited.ts';
import { CONTENT, contentCollection } from './content-model.ts';
import { fillListed } from './fill-listed.ts';
import { type Audited, ecgModel, instanceCollection, type ObjectId, type StoredInstance } from './model.ts';
import { type Place, publishedAt } from './place.ts';
import { settle, withdraw } from './settle.ts';
import { HEARTBEAT_MS, type Uploads } from './uploads.ts';

export interface SweepTiming {
  /** Milliseconds between heartbeats. */
  heartbeatMs: number;
  /** Milliseconds between attempts to settle what is left. */
  settleMs: number;
  /** Milliseconds between checks whether the hourly check is due. */
  checkPollMs: number;
  /** Milliseconds between writes of the audit events of uploads. */
  auditMs: number;
}

const TIMING: SweepTiming = { heartbeatMs: HEARTBEAT_MS, settleMs: HEARTBEAT_MS, checkPollMs: 60_000, auditMs: 1_000 };

export interface SweepDeps {
  database: Connection;
  log: Logger;
  uploads: Uploads;
  /** Milliseconds of silence after which an instance is considered dead, together with its unpublished recordings. */
  silentMs: number;
  /** Interrupts a sweep between two recordings; the next sweep continues. */
  stopping?: AbortSignal;
}

export interface Sweeper {
  stop(): Promise<void>;
}

/** The result of a sweep. */
export interface Swept extends Checked {
  /** Removed recordings: they were never published, or their owner no longer exists. */
  removed: number;
}

/**
 * Keeps the heartbeat, settles what is left every few seconds, and takes turns with other instances in the hourly
 * check.
 */
export async function startSweeper(given: SweepDeps, changed: Partial<SweepTiming> = {}): Promise<Sweeper> {
  const timing = { ...TIMING, ...changed };
  const stopping = new AbortController();
  const { signal } = stopping;
  const deps = { ...given, stopping: signal };
  const { database, log, uploads } = deps;
  // A heartbeat that waited for the rest would come too late, and others would consider this instance dead.
  const beating = oneByOne(signal, log, 'a heartbeat failed and will be tried again');
  const sweeping = oneByOne(signal, log, 'a sweep failed and will be tried again');
  const auditing = oneByOne(signal, log, 'the audit events of uploads could not be written and will be tried again');
  await uploads.beat(database);
  const checkInTurn = async (): Promise<void> => {
    if ((await uploads.isSteady(database)) && (await checkDue(database))) await check(deps);
  };
  const timers = [
    setInterval(
      beating.work(async () => uploads.beat(database)),
      timing.heartbeatMs,
    ),
    setInterval(
      sweeping.work(async () => settleInTurn(deps)),
      timing.settleMs,
    ),
    setInterval(sweeping.work(checkInTurn), timing.checkPollMs),
    setInterval(
      sweeping.work(async () => fillListed(deps)),
      timing.checkPollMs,
    ),
    setInterval(
      auditing.work(async () => auditUploads(database, uploads)),
      timing.auditMs,
    ),
  ];
  for (const timer of timers) timer.unref();
  sweeping.work(async () => reportHollow(deps))();
  sweeping.work(async () => fillListed(deps))();
  return {
    stop: async () => {
      stopping.abort();
      for (const timer of timers) clearInterval(timer);
      await Promise.all([beating.done(), sweeping.done(), auditing.done()]);
    },
  };
}

/** Runs work one after the other and logs failures. Work that is already waiting is not queued again. */
function oneByOne(
  signal: AbortSignal,
  log: Logger,
  complaint: string,
): { work: (work: () => Promise<unknown>) => () => void; done: () => Promise<unknown> } {
  let running: Promise<unknown> = Promise.resolve();
  const work = (one: () => Promise<unknown>) => {
    let isWaiting = false;
    return (): void => {
      if (isWaiting) return;
      isWaiting = true;
      running = (async (before) => {
        await before;
        isWaiting = false;
        if (signal.aborted) return;
        await one().catch((error: unknown) => log.warn({ error: loggable(error) }, complaint));
      })(running);
    };
  };
  return { work, done: async () => running };
}

/**
 * Does everything at once, whichever instances may be dead: settles what is left, and makes the next pass of the check.
 */
export async function sweep(deps: SweepDeps): Promise<Swept> {
  await auditUploads(deps.database, deps.uploads);
  const removed = await settleLeft(deps, async () => true);
  const checked = await check(deps);
  return { ...checked, removed: removed + checked.orphans };
}

/**
 * Settles what is left. If this instance has been away itself, it settles nothing of other instances. Result and
 * errors: as below.
 */
export const settleInTurn = async (deps: SweepDeps): Promise<number> =>
  settleLeft(deps, async () => deps.uploads.isSteady(deps.database));

/**
 * Settles what this instance could not settle before, and what dead instances were writing. What cannot be settled now
 * is left for the next time. Returns the number of removed recordings. Errors: those of an unreachable database.
 * @param judges whether a silent instance may be considered dead; asked before each of them
 */
async function settleLeft(deps: SweepDeps, judges: () => Promise<boolean>): Promise<number> {
  const { database, log, uploads, silentMs, stopping } = deps;
  const ended = await settleEach(deps, [...uploads.unsettled.values()]);
  for (const { place } of ended) uploads.settled(place.id.toHexString());
  let removed = ended.filter((one) => one.isRemoved).length;
  const isSilent = { $expr: { $lt: ['$seenAt', { $subtract: ['$$NOW', silentMs] }] } };
  const isOpen = { $or: [{ fencedAt: { $exists: false } }, { 'drafts.0': { $exists: true } }] };
  for await (const { _id } of instanceCollection(database).find({ ...isSilent, ...isOpen })) {
    if (stopping?.aborted || !(await judges())) break;
    // This voids its registration. Null if it has come back to life since it was found.
    const fence = [{ $set: { fencedAt: { $ifNull: ['$fencedAt', '$$NOW'] } } }];
    const fenced = await instanceCollection(database).findOneAndUpdate({ _id, ...isSilent }, fence);
    if (fenced) removed += await settleInstance(deps, fenced);
  }
  if (removed > 0) log.info({ removed }, 'removed the remains of interrupted uploads');
  return removed;
}

async function settleInstance(deps: SweepDeps, { _id, drafts = [] }: StoredInstance): Promise<number> {
  const places: Place[] = [];
  const done: ObjectId[] = [];
  const owners = await ownersOf(deps.database, drafts);
  for (const id of drafts) {
    const owner = owners.get(id.toHexString());
    if (owner) places.push({ id, owner });
    else done.push(id);
  }
  const ended = await settleEach(deps, places);
  done.push(...ended.map(({ place }) => place.id));
  await instanceCollection(deps.database).updateOne({ _id }, [
    { $set: { drafts: { $setDifference: [{ $ifNull: ['$drafts', []] }, done] } } },
  ]);
  return ended.filter(({ isRemoved }) => isRemoved).length;
}

/** Returns those that could be settled. */
async function settleEach(
  { database, log, stopping }: SweepDeps,
  places: readonly Place[],
): Promise<{ place: Place; isRemoved: boolean }[]> {
  const ended: { place: Place; isRemoved: boolean }[] = [];
  for (const place of places) {
    if (stopping?.aborted) break;
    try {
      ended.push({ place, isRemoved: await settleOne(database, place) });
    } catch (error) {
      if (isUnreachable(error)) throw error;
      log.warn({ error: loggable(error) }, 'the remains of an upload cannot be cleared up yet');
    }
  }
  return ended;
}

/** The owners of recordings that are published or were being written, by id. Most registered ids were never used. */
async function ownersOf(database: Connection, ids: readonly ObjectId[]): Promise<Map<string, ObjectId>> {
  const owners = new Map<string, ObjectId>();
  const known = ecgModel(database).find({ _id: { $in: [...ids] } }, { owner: 1 });
  for await (const { _id, owner } of known.lean()) owners.set(_id.toHexString(), owner);
  const others = ids.filter((id) => !owners.has(id.toHexString()));
  for (const name of CONTENT) {
    const begun = [{ $match: { ecg: { $in: others } } }, { $group: { _id: '$ecg', owner: { $first: '$owner' } } }];
    const found = contentCollection(database, name).aggregate<{ _id: ObjectId; owner: ObjectId }>(begun);
    for await (const { _id, owner } of found) owners.set(_id.toHexString(), owner);
  }
  return owners;
}

/**
 * Removes a recording that is not published or whose owner no longer exists; for others, makes sure of the audit event.
 * Returns whether it was removed.
 */
async function settleOne(database: Connection, place: Place): Promise<boolean> {
  if ((await settle(database, place)) === 'removed') return true;
  if (await userModel(database).exists({ _id: place.owner })) {
    const told = { owner: 1, patient: 1, createdAt: 1 };
    const ecg = await ecgModel(database).findOne(publishedAt(place), told).lean<Audited>();
    if (ecg) await auditUpload(database, ecg);
    return false;
  }
  await withdraw(database, place);
  return true;
}
