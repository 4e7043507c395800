/**
 * Proves that a recording which exists has its samples, and brings back those that are missing from an upload of the
 * same content.
 */
import { type Connection, mongo } from 'mongoose';
import { type Block, BlockWriter, fetchBlocks, type Written } from './block-store.ts';
import { blocksInTable } from './block-table.ts';
import { blockCollection, ecgModel, type ObjectId, ownedBy, type StoredEcg } from './model.ts';

/** Blocks that are copied at a time. */
const BATCH = 8;

/** The places of a recording's blocks that are not stored: channel and index. @param ecg with its block tables */
export async function missingBlocks(
  database: Connection,
  ecg: Pick<StoredEcg, '_id' | 'channels' | 'blockDocuments'>,
): Promise<Pick<Block, 'channel' | 'index'>[]> {
  // Counting reads the index alone.
  if (
    ecg.blockDocuments !== undefined &&
    (await blockCollection(database).countDocuments({ ecg: ecg._id })) === ecg.blockDocuments
  )
    return [];
  const stored = new Set<string>();
  const places = blockCollection(database).find(
    { ecg: ecg._id },
    { projection: { 'blocks.channel': 1, 'blocks.index': 1 } },
  );
  for await (const { blocks } of places) for (const { channel, index } of blocks) stored.add(`${channel}/${index}`);
  return ecg.channels.flatMap((channel, number) =>
    Array.from({ length: blocksInTable(channel.blockTable) }, (_, index) => ({ channel: number, index })).filter(
      ({ index }) => !stored.has(`${number}/${index}`),
    ),
  );
}

/**
 * Makes sure that every block of `ecg` is stored.
 * @param ecg with its block tables
 * @param copy a recording of the same content whose blocks are all stored; its channels may come in another order
 * @param writer the instance that does it
 * @returns how many blocks were missing
 * Errors: those of the database.
 */
export async function heal(
  database: Connection,
  ecg: StoredEcg,
  copy: Pick<StoredEcg, '_id' | 'channels'>,
  writer: ObjectId,
): Promise<number> {
  const missing = await missingBlocks(database, ecg);
  if (missing.length === 0) return 0;
  const of: Written = { ecg: ecg._id, owner: ecg.owner, writer };
  const inCopy = ecg.channels.map(({ name }) => copy.channels.findIndex((channel) => channel.name === name));
  for (let from = 0; from < missing.length; from += BATCH) {
    const places = missing.slice(from, from + BATCH);
    const found = await fetchBlocks(
      database,
      copy._id,
      [...new Set(places.map(({ channel }) => inCopy[channel] as number))],
      { $in: [...new Set(places.map(({ index }) => index))] },
    );
    for (const { channel, index } of places) {
      const one = new BlockWriter(database, of);
      one.add([{ channel, index, samples: found(inCopy[channel] as number, index) }]);
      await one.flush().catch(storedMeanwhile);
    }
  }
  const blockDocuments = await blockCollection(database).countDocuments({ ecg: ecg._id });
  await ecgModel(database).collection.updateOne({ ...ownedBy(ecg.owner), _id: ecg._id }, { $set: { blockDocuments } });
  return missing.length;
}

/** Two uploads of the same content may heal at the same time. */
function storedMeanwhile(error: unknown): void {
  if (!(error instanceof mongo.MongoServerError) || error.code !== 11000) throw error;
}
