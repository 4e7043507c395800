/** Restores missing samples and marks of an existing recording from an upload of the same content. */
import type { Connection } from 'mongoose';
import { isDuplicateKey } from '../../database/duplicate-key.ts';
import { type Annotation, MAX_ANNOTATIONS_A_RUN } from '../../formats/types.ts';
import { missingRuns, readRun, writeRun } from '../store/annotations.ts';
import { BlockWriter, type Written } from '../store/batch-writer.ts';
import { removeContent } from '../store/content.ts';
import { missingBlocks } from '../store/missing.ts';
import { blockCollection, type StoredBlock } from '../store/content-model.ts';
import { ecgModel, type ObjectId, type StoredEcg } from '../store/model.ts';
import { placeOf, publishedAt } from '../store/place.ts';
import { type BlockPlace, MissingBlock, storedBlocks } from '../store/stored-blocks.ts';

/** Blocks copied at a time. */
const BATCH = 8;

/**
 * `gone`: the recording has been deleted in the meantime. `lacking`: marks were lost, and the upload has different
 * ones.
 */
export type Healed = 'whole' | 'gone' | 'lacking';

/**
 * Makes sure that every block and mark of `ecg` is stored.
 * @param ecg with its block tables
 * @param copy a complete recording of the same content; its channels may be in another order
 * @param writer the instance that restores
 * Errors: those of the database. Something may have been written to a deleted recording then.
 */
export async function heal(
  database: Connection,
  ecg: StoredEcg,
  copy: Pick<StoredEcg, '_id' | 'channels' | 'annotations'>,
  writer: ObjectId,
): Promise<Healed> {
  const [blocks, runs] = [await missingBlocks(database, ecg), await missingRuns(database, ecg)];
  const isCounted = ecg.blockDocuments !== undefined;
  if (isCounted && blocks.length === 0 && runs.length === 0) return 'whole';
  const of: Written = { ecg: ecg._id, owner: ecg.owner, writer };
  const changed = async (change: object): Promise<boolean> =>
    (await ecgModel(database).updateOne(publishedAt(placeOf(ecg)), change)).matchedCount === 1;
  // Until everything is restored, the number of documents proves nothing.
  if (!(await changed({ $unset: { blockDocuments: 1 } }))) return 'gone';
  await copyBlocks(database, blocks, of, ecg, copy);
  const hasMarks = copy.annotations === ecg.annotations && (await copyRuns(database, runs, of, ecg, copy));
  const blockDocuments = await blockCollection(database).countDocuments({ ecg: ecg._id });
  if (await changed({ $set: { blockDocuments } })) return hasMarks || runs.length === 0 ? 'whole' : 'lacking';
  // The removal of the recording did not see what was written here.
  await removeContent(database, ecg._id);
  return 'gone';
}

async function copyBlocks(
  database: Connection,
  missing: readonly BlockPlace[],
  of: Written,
  ecg: Pick<StoredEcg, 'channels'>,
  copy: Pick<StoredEcg, '_id' | 'channels'>,
): Promise<void> {
  const inCopy = ecg.channels.map(({ name }) => copy.channels.findIndex((channel) => channel.name === name));
  for (let from = 0; from < missing.length; from += BATCH) {
    const places = missing.slice(from, from + BATCH);
    const wanted = places.map(({ channel, index }) => ({ channel: inCopy[channel] as number, index }));
    const channels = [...new Set(wanted.map(({ channel }) => channel))];
    const found = new Map<string, StoredBlock>();
    for await (const blocks of storedBlocks(database, copy._id, wanted, channels))
      for (const block of blocks) found.set(`${block.channel}/${block.index}`, block);
    for (const [i, { channel, index }] of places.entries()) {
      const place = wanted[i] as BlockPlace;
      const block = found.get(`${place.channel}/${index}`);
      if (!block) throw new MissingBlock(copy._id, place);
      const one = new BlockWriter(database, of);
      one.add([{ ...block, channel, index }]);
      await one.flush().catch(storedMeanwhile);
    }
  }
}

/**
 * Marks are not part of what makes two uploads the same content. If the remaining marks differ from those of the
 * upload, nothing is copied and the result is false.
 */
async function copyRuns(
  database: Connection,
  missing: readonly number[],
  of: Written,
  ecg: StoredEcg,
  copy: Pick<StoredEcg, '_id' | 'channels'>,
): Promise<boolean> {
  const here = copy.channels.map(({ name }) => ecg.channels.findIndex((channel) => channel.name === name));
  const copied = async (index: number): Promise<Annotation[]> =>
    (await readRun(database, copy._id, index)).map((mark) => ({
      ...mark,
      channel: mark.channel === null ? null : (here[mark.channel] ?? null),
    }));
  const lost = new Set(missing);
  for (let index = 0; index * MAX_ANNOTATIONS_A_RUN < ecg.annotations; index++) {
    if (lost.has(index)) continue;
    if (JSON.stringify(await readRun(database, ecg._id, index)) !== JSON.stringify(await copied(index))) return false;
  }
  for (const index of missing) await writeRun(database, of, index, await copied(index)).catch(storedMeanwhile);
  return true;
}

/** Two uploads of the same content may heal at the same time. */
function storedMeanwhile(error: unknown): void {
  if (!isDuplicateKey(error)) throw error;
}
