/** Which samples and marks of a recording are missing. Reads use majority read concern, since a 200 depends on them. */
import type { Connection } from 'mongoose';
import { missingRuns } from './annotations.ts';
import { blocksInTable } from './block-table.ts';
import { blockCollection, ecgModel, envelopeCollection, MAJORITY, type StoredEcg } from './model.ts';
import { type Place, placeOf, publishedAt } from './place.ts';
import type { BlockPlace } from './stored-blocks.ts';

type Counted = Pick<StoredEcg, '_id' | 'owner' | 'channels' | 'blockDocuments'>;

/** Whether samples or marks of a recording are missing. @param ecg with its block tables */
export async function isHollow(database: Connection, ecg: StoredEcg): Promise<boolean> {
  return (await missingBlocks(database, ecg)).length > 0 || (await missingRuns(database, ecg)).length > 0;
}

/** The places (channel and index) of blocks that are missing. @param ecg with its block tables */
export async function missingBlocks(database: Connection, ecg: Counted): Promise<BlockPlace[]> {
  if (await hasAllDocuments(database, ecg)) return [];
  const stored = new Set<string>();
  const places = blockCollection(database).find(
    { ecg: ecg._id },
    { projection: { 'blocks.channel': 1, 'blocks.index': 1 }, readConcern: MAJORITY },
  );
  for await (const { blocks } of places) for (const { channel, index } of blocks) stored.add(`${channel}/${index}`);
  return ecg.channels.flatMap((channel, number) =>
    Array.from({ length: blocksInTable(channel.blockTable) }, (_, index) => ({ channel: number, index })).filter(
      ({ index }) => !stored.has(`${number}/${index}`),
    ),
  );
}

/**
 * Counts documents, which reads only the index. The expected number is read again afterwards: a healing that has
 * started in the meantime has removed it, because the documents that it writes are not those that were lost.
 */
async function hasAllDocuments(database: Connection, ecg: Counted): Promise<boolean> {
  const { _id, blockDocuments } = ecg;
  if (blockDocuments === undefined) return false;
  const options = { readConcern: MAJORITY };
  if ((await blockCollection(database).countDocuments({ ecg: _id }, options)) !== blockDocuments) return false;
  const still = { ...publishedAt(placeOf(ecg)), blockDocuments };
  return (await ecgModel(database).exists(still)) !== null;
}

/** Whether tiles of a recording's envelope are missing; false as long as it has not been built. */
export async function lacksTiles(
  database: Connection,
  { _id, envelopeDocuments = 0 }: Pick<StoredEcg, '_id' | 'envelopeDocuments'>,
): Promise<boolean> {
  return envelopeDocuments > 0 && (await envelopeCollection(database).countDocuments({ ecg: _id })) < envelopeDocuments;
}

/** Has an envelope built anew, in the background. */
export async function requireEnvelope(database: Connection, place: Place): Promise<void> {
  const due = [{ $set: { envelopeDueAt: '$$NOW' } }, { $unset: 'envelopeDocuments' }];
  await ecgModel(database).updateOne(publishedAt(place), due);
}
