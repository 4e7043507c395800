/**
 * Recordings of one file list each other as siblings. Removing one removes it from the others in the same transaction.
 */
import type { ClientSession, Connection } from 'mongoose';
import { ecgModel, type ObjectId } from './model.ts';
import { type Place, publishedBeside } from './place.ts';

/**
 * Removes a recording from the siblings of others, which changes their versions.
 * @param from the others
 * @param session the transaction in which the recording stops listing them
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
