/**
 * Checks that recordings and what belongs to them are stored together. A pass looks at a bounded number of recordings,
 * from where the last one stopped, and one instance at a time makes it: its cost does not grow with the number of
 * recordings.
 */
import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import { removeContent } from './content.ts';
import { userModel } from '../../users/model.ts';
import { isHollow } from '../upload/heal.ts';
import {
  checkCollection,
  CONTENT,
  contentCollection,
  ecgModel,
  instanceCollection,
  type ObjectId,
  PUBLISHED,
  type StoredContent,
  type StoredEcg,
} from './model.ts';
import { type Place, placeOf, publishedAt } from './place.ts';
import { settle, withdraw } from './settle.ts';
import type { Uploads } from './uploads.ts';

const CHECK_EVERY_MS = 60 * 60 * 1000;
/** Recordings, and things that belong to recordings, that one pass looks at. */
const MAX_LOOKED_AT = 2_000;
/**
 * Recordings without an owner that one pass removes. There are as many as one interrupted upload has; more of them say
 * that users have been lost.
 */
const MAX_OWNERLESS = 50;
/** Milliseconds after which a recording without an owner is none that was just published late. */
const RECENT_MS = 2 * 24 * 60 * 60 * 1000;
/** Recordings without samples or marks that are remembered; more of them are counted again when these are gone. */
const MAX_REMEMBERED = 1_000;

/** What a pass came to. */
export interface Checked {
  /** So many recordings were removed that did not exist, with blocks or annotations, or that had no owner any more. */
  orphans: number;
  /** Recordings that lack samples or marks. */
  hollow: number;
}

export interface CheckDeps {
  database: Connection;
  log: Logger;
  uploads: Uploads;
  stopping?: AbortSignal;
}

/** Whether the check is due; who is told so makes it, and no other instance for an hour. */
export async function checkDue(database: Connection): Promise<boolean> {
  const turn = randomUUID();
  // A missing time counts as past.
  const isDue = { $lt: ['$nextAt', '$$NOW'] };
  const nextAt = { $cond: [isDue, { $add: ['$$NOW', CHECK_EVERY_MS] }, '$nextAt'] };
  const taken = [{ $set: { nextAt, turn: { $cond: [isDue, turn, '$turn'] } } }];
  const options = { upsert: true, returnDocument: 'after' } as const;
  return (await checkCollection(database).findOneAndUpdate({ _id: 'check' }, taken, options))?.turn === turn;
}

/**
 * One pass: removes what belongs to no recording and to no user, and reports recordings that lack samples or
 * marks. Errors: those of the database.
 */
export async function check(deps: CheckDeps): Promise<Checked> {
  const { database } = deps;
  const { cursors = {} } = (await checkCollection(database).findOne({ _id: 'check' })) ?? {};
  let orphans = 0;
  const next: Record<string, ObjectId | null> = {};
  for (const name of CONTENT) {
    const pass = await checkContent(deps, name, cursors[name] ?? null);
    orphans += pass.orphans;
    next[name] = pass.cursor;
  }
  await clearMarked(database);
  const found = await checkRecordings(deps, cursors['ecgs'] ?? null);
  next['ecgs'] = found.cursor;
  await checkCollection(database).updateOne(
    { _id: 'check' },
    [{ $set: { cursors: next, nextAt: { $ifNull: ['$nextAt', '$$NOW'] } } }],
    { upsert: true },
  );
  if (orphans > 0) deps.log.info({ orphans }, 'removed blocks and annotations that belonged to no recording');
  orphans += await removeOwnerless(deps, found.places);
  return { orphans, hollow: await reportHollow(deps, found.hollow) };
}

/**
 * Looks again at recordings that lacked something, and at those that were found now, and reports those that do. Answers
 * how many.
 */
export async function reportHollow(
  { database, log }: Pick<CheckDeps, 'database' | 'log'>,
  found: readonly Place[] = [],
): Promise<number> {
  const { hollow: before = [] } = (await checkCollection(database).findOne({ _id: 'check' })) ?? {};
  const places = new Map([...before, ...found].map((place) => [place.id.toHexString(), place]));
  const still: typeof before = [];
  for (const place of places.values()) {
    const ecg = await ecgModel(database).findOne(publishedAt(place)).lean<StoredEcg>();
    if (ecg && (await isHollow(database, ecg))) still.push(placeOf(ecg));
  }
  if (before.length > 0 || still.length > 0)
    await checkCollection(database).updateOne({ _id: 'check' }, { $set: { hollow: still.slice(0, MAX_REMEMBERED) } });
  if (still.length > 0) {
    log.error(
      { recordings: still.length, ids: still.slice(0, 20).map(({ id }) => id.toHexString()) },
      'recordings lack samples or marks: restore them from a backup, or have them uploaded again',
    );
  }
  return still.length;
}

/**
 * From one recording's blocks to the next one's: the index is entered once for each, and healthy ones are passed over.
 */
async function checkContent(
  deps: CheckDeps,
  name: (typeof CONTENT)[number],
  from: ObjectId | null,
): Promise<{ orphans: number; cursor: ObjectId | null }> {
  const content = contentCollection(deps.database, name);
  let cursor = from;
  let orphans = 0;
  for (let looked = 0; looked < MAX_LOOKED_AT && !deps.stopping?.aborted; looked++) {
    const part: StoredContent | null = await content.findOne(cursor ? { ecg: { $gt: cursor } } : {}, {
      sort: { ecg: 1 },
      projection: { ecg: 1, owner: 1, writer: 1 },
    });
    if (!part) return { orphans, cursor: null };
    cursor = part.ecg;
    const place = { id: part.ecg, owner: part.owner };
    if (await ecgModel(deps.database).exists(publishedAt(place))) continue;
    if (await isBeingWritten(deps, part)) continue;
    if ((await settle(deps.database, place)) === 'removed') orphans++;
  }
  return { orphans, cursor };
}

/**
 * Whoever registered itself before it wrote is read after the blocks were seen. An instance that is silent may still
 * publish what it writes, until it is fenced: the sweep does that.
 */
async function isBeingWritten({ database, uploads }: CheckDeps, { ecg, writer }: StoredContent): Promise<boolean> {
  if (uploads.active.has(ecg.toHexString())) return true;
  if (writer.equals(uploads.instance)) return false;
  const unfenced = { _id: writer, fencedAt: { $exists: false } };
  return (await instanceCollection(database).findOne(unfenced, { projection: { _id: 1 } })) !== null;
}

/**
 * A writer that was only paused may write once more after its recording was swept, and a removal may have been cut off.
 */
async function clearMarked(database: Connection): Promise<void> {
  // Asked by its type: the index holds every recording, under null, so that `$exists` would read them all.
  const marked = ecgModel(database).find({ sweptAt: { $type: 'date' } }, { _id: 1 });
  for await (const { _id } of marked.lean()) await removeContent(database, _id);
}

interface Dated extends Place {
  createdAt: Date;
}

async function checkRecordings(
  { database, stopping }: CheckDeps,
  from: ObjectId | null,
): Promise<{ places: Dated[]; hollow: Place[]; cursor: ObjectId | null }> {
  const places: Dated[] = [];
  const hollow: Place[] = [];
  const filter = { ...(from && { _id: { $gt: from } }), ...PUBLISHED };
  let cursor = from;
  const recordings = ecgModel(database).find(filter).sort({ _id: 1 }).limit(MAX_LOOKED_AT).lean<StoredEcg[]>();
  for await (const ecg of recordings.cursor({ batchSize: 10 })) {
    if (stopping?.aborted) return { places, hollow, cursor };
    cursor = ecg._id;
    const place = { ...placeOf(ecg), createdAt: ecg.createdAt };
    places.push(place);
    if (await isHollow(database, ecg)) hollow.push(place);
  }
  return { places, hollow, cursor: places.length < MAX_LOOKED_AT ? null : cursor };
}

/**
 * Removes recordings whose owner is gone: one that was published late may have met the removal of its user, who is then
 * the last who could have reached it. Where older ones have no owner, or many, it is users that were lost: that is only
 * reported. Answers how many were removed.
 */
async function removeOwnerless({ database, log, stopping }: CheckDeps, places: readonly Dated[]): Promise<number> {
  const owners = new Map(places.map(({ owner }) => [owner.toHexString(), owner]));
  const found = userModel(database).find({ _id: { $in: [...owners.values()] } }, { _id: 1 });
  for await (const { _id } of found.lean()) owners.delete(_id.toHexString());
  const ownerless = places.filter(({ owner }) => owners.has(owner.toHexString()));
  const isOld = ({ createdAt }: Dated): boolean => createdAt.getTime() < Date.now() - RECENT_MS;
  if (ownerless.length > MAX_OWNERLESS || ownerless.some(isOld)) {
    log.error(
      { recordings: ownerless.length, owners: [...owners.keys()].slice(0, 20) },
      'recordings have no owner, which was there when they were stored: restore these users from a backup',
    );
    return 0;
  }
  let removed = 0;
  for (const place of ownerless) {
    if (stopping?.aborted) break;
    await withdraw(database, place);
    removed++;
  }
  if (removed > 0) log.info({ removed }, 'removed recordings whose owner was gone');
  return removed;
}
