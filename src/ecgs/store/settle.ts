/**
 * Determines what became of a recording whose publishing has an unknown outcome: a marker takes its place in `ecgs`
 * unless the recording is there. The marker has the id and owner of the recording, so that the two exclude each other
 * even if the collection is sharded by owner, and no version, which every filter for recordings requires. Markers
 * expire after a day (TTL index on `sweptAt`).
 */
import type { ClientSession, Connection } from 'mongoose';
import { inTransaction } from '../../database/transaction.ts';
import { removeContent } from './content.ts';
import { type EcgFilter, ecgModel } from './model.ts';
import { handOn } from './originals.ts';
import { inPlace, type Place, publishedAt } from './place.ts';
import { takeOff } from './siblings.ts';

/**
 * An abandoned transaction holds the place for up to a minute: an attempt to take it is given up sooner and repeated
 * later.
 */
const MAX_TIME_MS = 1_000;

/**
 * Takes the place of an unpublished recording, which can never be published after that. Returns false if it is
 * published. Errors: those of the database.
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
 * Replaces a published recording by a marker, so that nobody sees it any more, and removes it from the siblings of its
 * file in the same transaction. Files that it shares with them go to one of them. Returns false if there is no such
 * recording.
 * @param among what it must be among: recordings that a user may remove, or a version
 * @param within the transaction to take part in, if any
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
  const isAlone = { 'siblings.0': { $exists: false }, 'original.isShared': { $ne: true } };
  const alone = await ecgs.updateOne({ ...published, ...isAlone }, marker, within ? { session: within } : {});
  if (alone.matchedCount === 1) return true;
  const besideOthers = async (session: ClientSession): Promise<boolean> => {
    const before = { session, returnDocument: 'before', projection: { siblings: 1, original: 1 } } as const;
    const ecg = await ecgs.findOneAndUpdate(published, marker, before).lean();
    if (!ecg) return false;
    await handOn(database, place, ecg.original, session);
    await takeOff(database, place, ecg.siblings, session);
    return true;
  };
  return within ? besideOthers(within) : inTransaction(database, besideOthers);
}

/** Removes a marker. To be called when nothing can be written to its recording any more. */
export async function forget(database: Connection, place: Place): Promise<void> {
  await ecgModel(database).deleteOne({ ...inPlace(place), sweptAt: { $exists: true } });
}

/**
 * Settles one recording: if it is not published it is removed for good. Errors: those of the database; the recording is
 * then as unsettled as before.
 */
export async function settle(database: Connection, place: Place): Promise<'published' | 'removed'> {
  if (!(await claim(database, place))) return 'published';
  await removeContent(database, place.id);
  return 'removed';
}

/** Removes a published recording whose owner no longer exists. Errors: those of the database. */
export async function withdraw(database: Connection, place: Place): Promise<void> {
  await unpublish(database, place);
  await removeContent(database, place.id);
}
