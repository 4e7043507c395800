/**
 * Checks that recordings and their content are stored together. A pass covers a bounded number of recordings, starting
 * where the last one stopped, and only one instance at a time makes it. So its cost does not grow with the number of
 * recordings.
 */
import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import { removeContent } from './content.ts';
import { isHollow, lacksDerived, requireDerived } from './missing.ts';
import { userModel } from '../../users/model.ts';
import { CONTENT, contentCollection, type StoredContent } from './content-model.ts';
import { checkCollection, ecgModel, instanceCollection, type ObjectId, PUBLISHED, type StoredEcg } from './model.ts';
import { type Place, placeOf, publishedAt } from './place.ts';
import { settle, withdraw } from './settle.ts';
import type { Uploads } from './uploads.ts';

const CHECK_EVERY_MS = 60 * 60 * 1000;
/** Recordings, and documents of their content, that one pass covers. */
const MAX_LOOKED_AT = 2_000;
/**
 * Most recordings without an owner that one pass removes. One interrupted upload leaves no more than that; a larger
 * number means that users have been lost.
 */
const MAX_OWNERLESS = 50;
/** Age in milliseconds up to which a recording without an owner may be one that was published late. */
const RECENT_MS = 2 * 24 * 60 * 60 * 1000;
/** Recordings without samples or marks that are remembered; further ones are found again later. */
const MAX_REMEMBERED = 1_000;

/** The result of a pass. */
export interface Checked {
  /** Removed recordings: their content existed without a recording, or they had no owner any more. */
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

/** Takes the turn for the hourly check; false if it is not due or another instance has it. */
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
 * Makes one pass: removes what belongs to no recording or no user, and reports recordings that lack samples or marks.
 * Errors: those of the database.
 */
export async function check(deps: CheckDeps): Promise<Checked> {
  const { database } = deps;
  const { cursors = {} } = (await checkCollection(database).findOne({ _id: 'check' })) ?? {};
  let orphans = 0;
  const next: Record<string, ObjectId | null> = {};
  for (const name of CONTENT) {
    // A dot in the name of a field would mean a field inside another.
    const field = name.replace('.', '/');
    const pass = await checkContent(deps, name, cursors[field] ?? null);
    orphans += pass.orphans;
    next[field] = pass.cursor;
  }
  await clearMarked(database);
  const found = await checkRecordings(deps, cursors['ecgs'] ?? null);
  next['ecgs'] = found.cursor;
  await checkCollection(database).updateOne(
    { _id: 'check' },
    [{ $set: { cursors: next, nextAt: { $ifNull: ['$nextAt', '$$NOW'] } } }],
    { upsert: true },
  );
  if (orphans > 0) deps.log.info({ orphans }, 'removed blocks, annotations and files that belonged to no recording');
  orphans += await removeOwnerless(deps, found.places);
  return { orphans, hollow: await reportHollow(deps, found.hollow) };
}

/**
 * Checks again the recordings that lacked something before, and those found now, and reports those that still do.
 * Returns their number.
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
      'recordings lack samples, marks or files: restore them from a backup, or upload them again',
    );
  }
  return still.length;
}

/**
 * Skips from one recording's content to the next: one index lookup for each recording, and healthy ones are passed
 * over.
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
 * Registrations are read after the blocks were seen, since a writer registers first. A silent instance may still
 * publish what it writes until the sweep fences it.
 */
async function isBeingWritten({ database, uploads }: CheckDeps, { ecg, writer }: StoredContent): Promise<boolean> {
  if (uploads.active.has(ecg.toHexString())) return true;
  if (!writer) return false;
  if (writer.equals(uploads.instance)) return false;
  const unfenced = { _id: writer, fencedAt: { $exists: false } };
  return (await instanceCollection(database).findOne(unfenced, { projection: { _id: 1 } })) !== null;
}

/**
 * A writer that was only paused may write once more after its recording was swept, and a removal may have been
 * interrupted.
 */
async function clearMarked(database: Connection): Promise<void> {
  // Queried by type: the index contains every recording under null, so that `$exists` would read them all.
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
    else if (await lacksDerived(database, ecg)) await requireDerived(database, place);
  }
  return { places, hollow, cursor: places.length < MAX_LOOKED_AT ? null : cursor };
}

/**
 * Removes recordings whose owner no longer exists: a recording that was published late may have missed the removal of
 * its user, and nobody else can reach it. If older recordings have no owner, or many, users must have been lost; that
 * is only reported. Returns the number of removed recordings.
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
      'recordings belong to users who no longer exist: restore these users from a backup',
    );
    return 0;
  }
  let removed = 0;
  for (const place of ownerless) {
    if (stopping?.aborted) break;
    await withdraw(database, place);
    removed++;
  }
  if (removed > 0) log.info({ removed }, 'removed recordings whose owner no longer exists');
  return removed;
}
