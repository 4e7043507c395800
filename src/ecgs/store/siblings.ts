/** Recordings of one file name each other: whoever takes one of them away takes it off the others at once. */
import type { ClientSession, Connection } from 'mongoose';
import { ecgModel, type ObjectId } from './model.ts';
import { type Place, publishedBeside } from './place.ts';

/**
 * Takes a recording off others that name it. What they show has changed, so their versions do.
 * @param from the others
 * @param session of the transaction in which the recording ceases to name them
 */
export async function takeOff(
  database: Connection,
  place: Place,
  from: readonly ObjectId[],
  session: ClientSession,
): Promise<void> {
  if (from.length === 0) return;
  await ecgModel(database).updateMany(
    { ...publishedBeside(place, from), siblings: place.id },
    { $pull: { siblings: place.id }, $inc: { version: 1 }, $set: { updatedAt: new Date() } },
    { session },
  );
}
