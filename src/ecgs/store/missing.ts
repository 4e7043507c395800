/** Which samples and marks of a recording are missing. Reads use majority read concern, since a 200 depends on them. */
import type { Connection } from 'mongoose';
import { missingRuns } from './annotations.ts';
import { rowsInTable } from './block-table.ts';
import { blockCollection, contentCollection } from './content-model.ts';
import { ecgModel, MAJORITY, type StoredEcg } from './model.ts';
import { lacksOriginal } from './originals.ts';
import { type Place, placeOf, publishedAt } from './place.ts';
import type { BlockPlace } from './stored-blocks.ts';

type Counted = Pick<StoredEcg, '_id' | 'owner' | 'channels' | 'blockDocuments'>;

/** Whether samples, marks or files of a recording are missing. @param ecg with its block tables */
export async function isHollow(database: Connection, ecg: StoredEcg): Promise<boolean> {
  if ((await missingBlocks(database, ecg)).length > 0 || (await missingRuns(database, ecg)).length > 0) return true;
  return lacksOriginal(database, ecg);
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
    Array.from({ length: rowsInTable(channel.blockTable) }, (_, index) => ({ channel: number, index })).filter(
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

/**
 * Whether documents are missing that were derived from the samples of a recording: of its envelopes or of its minutes.
 * Those that have not been built do not count.
 */
export async function lacksDerived(
  database: Connection,
  { _id, envelopeDocuments = 0, minuteDocuments = 0 }: Pick<StoredEcg, '_id' | 'envelopeDocuments' | 'minuteDocuments'>,
): Promise<boolean> {
  const lacks = async (name: 'ecgEnvelopes' | 'ecgMinutes', documents: number): Promise<boolean> =>
    documents > 0 && (await contentCollection(database, name).countDocuments({ ecg: _id })) < documents;
  return (await lacks('ecgEnvelopes', envelopeDocuments)) || lacks('ecgMinutes', minuteDocuments);
}

/** Has envelopes and minutes built anew, in the background. */
export async function requireDerived(database: Connection, place: Place): Promise<void> {
  const due = [{ $set: { derivedDueAt: '$$NOW' } }, { $unset: ['envelopeDocuments', 'minuteDocuments'] }];
  await ecgModel(database).updateOne(publishedAt(place), due);
}
