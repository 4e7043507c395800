/**
 * Makes certain what has become of a recording whose publishing nobody can answer for: its place in `ecgs` is taken by
 * a marker, unless the recording is there. A marker has the id and the owner of the recording, so that the two exclude
 * each other wherever recordings are sharded by owner, and no version, for which every filter of recordings asks.
 * Markers go after a day (TTL index on `sweptAt`).
 */
import type { ClientSession, Connection } from 'mongoose';
import { inTransaction } from '../../database/transaction.ts';
import { removeContent } from './content.ts';
import { type EcgFilter, ecgModel } from './model.ts';
import { inPlace, type Place, publishedAt } from './place.ts';
import { takeOff } from './siblings.ts';

/**
 * A transaction that nobody ends holds the place for up to a minute: an attempt to take it is given up sooner, and
 * repeated later.
 */
const MAX_TIME_MS = 1_000;

/**
 * Takes the place of a recording that is not published. From then on it cannot be. False where it is published. Errors:
 * those of the database.
 */
export async function claim(database: Connection, place: Place): Promise<boolean> {
  const isRecording = { $gte: ['$version', 1] };
  const marked = { $mergeObjects: ['$$ROOT', { sweptAt: '$$NOW' }] };
  const found = await ecgModel(database)
    .findOneAndUpdate(inPlace(place), [{ $replaceWith: { $cond: [isRecording, '$$ROOT', marked] } }], {
      upsert: true,
      returnDocument: 'after',
      projection: { sweptAt: 1 },
      maxTimeMS: MAX_TIME_MS,
    })
    .lean();
  return found?.sweptAt !== undefined;
}

/**
 * Puts a marker in the place of a published recording, which from then on nobody sees, and takes it off the other
 * recordings of its file in the same transaction. False where there is none.
 * @param among what it must be among: the recordings that a user may remove, a version
 * @param within the transaction that it is part of, where it is
 * Errors: `too-busy`, and those of the database.
 */
export async function unpublish(
  database: Connection,
  place: Place,
  among: EcgFilter = {},
  within: ClientSession | null = null,
): Promise<boolean> {
  const ecgs = ecgModel(database);
  const published = { $and: [publishedAt(place), among] };
  const marker = [{ $replaceWith: { _id: '$_id', owner: '$owner', sweptAt: '$$NOW' } }];
  const isAlone = { 'siblings.0': { $exists: false } };
  const alone = await ecgs.updateOne({ ...published, ...isAlone }, marker, within ? { session: within } : {});
  if (alone.matchedCount === 1) return true;
  const besideOthers = async (session: ClientSession): Promise<boolean> => {
    const before = { session, returnDocument: 'before', projection: { siblings: 1 } } as const;
    const ecg = await ecgs.findOneAndUpdate(published, marker, before).lean();
    if (!ecg) return false;
    await takeOff(database, place, ecg.siblings, session);
    return true;
  };
  return within ? besideOthers(within) : inTransaction(database, besideOthers);
}

/** Takes a marker away, where nothing can be written to its recording any more. */
export async function forget(database: Connection, place: Place): Promise<void> {
  await ecgModel(database).deleteOne({ ...inPlace(place), sweptAt: { $exists: true } });
}

/**
 * Settles one recording: what is not published is removed for good. Errors: those of the database; then it is as
 * unsettled as before.
 */
export async function settle(database: Connection, place: Place): Promise<'published' | 'removed'> {
  if (!(await claim(database, place))) return 'published';
  await removeContent(database, place.id);
  return 'removed';
}

/** Removes a published recording whose owner is gone. Errors: those of the database. */
export async function withdraw(database: Connection, place: Place): Promise<void> {
  await unpublish(database, place);
  await removeContent(database, place.id);
}
