/** Reads blocks from MongoDB, each document once. */
import type { Connection } from 'mongoose';
import { OwnFault } from '../../errors.ts';
import { DamagedData } from './block-encoding.ts';
import { blockCollection, type StoredBlock, type StoredBlocks } from './content-model.ts';
import type { ObjectId } from './model.ts';

/** Where a block belongs in its recording. */
export interface BlockPlace {
  channel: number;
  index: number;
}

/**
 * Documents of one reply. Sixteen full blocks are at most 8 MiB, whatever their type and encoding; in any case mongod
 * limits a reply to 16 MiB.
 */
const BATCH_DOCUMENTS = 16;

const named = (ecg: ObjectId, { channel, index }: BlockPlace): string =>
  `block ${index} of channel ${channel} of recording ${ecg.toHexString()}`;

/** A block that should exist is missing: its recording is being removed, or the database has lost something. */
export class MissingBlock extends OwnFault {
  override readonly name = 'MissingBlock';

  constructor(ecg: ObjectId, place: BlockPlace) {
    super(`${named(ecg, place)} is not there`, 'Samples of this recording are missing in the database.');
  }
}

/** The bytes of a block are not those that were written. */
export class DamagedBlock extends OwnFault {
  override readonly name = 'DamagedBlock';

  constructor(ecg: ObjectId, place: BlockPlace, cause: DamagedData) {
    const detail = 'Samples of this recording are damaged in the database.';
    super(`${named(ecg, place)} is damaged: ${cause.message}`, detail, { cause });
  }
}

/** Does work that decodes a block. @throws DamagedBlock */
export function decoding<Result>(ecg: ObjectId, place: BlockPlace, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw error instanceof DamagedData ? new DamagedBlock(ecg, place, error) : error;
  }
}

/**
 * Queries blocks and yields the documents that hold them, in no particular order. Of each document it yields the blocks
 * of `channels`, which may include some that were not asked for. Missing blocks are not reported. Only one reply is in
 * memory at a time.
 * @param signal when it is aborted no further reply is requested, and its reason is thrown
 */
export async function* storedBlocks(
  database: Connection,
  ecg: ObjectId,
  places: readonly BlockPlace[],
  channels: readonly number[],
  signal?: AbortSignal,
): AsyncGenerator<StoredBlock[], void, void> {
  if (places.length === 0) return;
  signal?.throwIfAborted();
  const documents = blockCollection(database)
    .find(placed(ecg, places) as never)
    .project<StoredBlocks>({ blocks: { $filter: { input: '$blocks', cond: { $in: ['$$this.channel', channels] } } } })
    // A block is in one document only, so mongod need not be asked for more.
    .limit(places.length)
    .batchSize(BATCH_DOCUMENTS);
  for await (const { blocks } of documents) {
    yield blocks;
    signal?.throwIfAborted();
  }
}

/** Channels that need the same blocks share a condition. */
function placed(ecg: ObjectId, places: readonly BlockPlace[]): object {
  const indexes = new Map<number, Set<number>>();
  for (const { channel, index } of places) indexes.set(channel, (indexes.get(channel) ?? new Set()).add(index));
  const alike = new Map<string, { channels: number[]; of: number[] }>();
  for (const [channel, set] of indexes) {
    const of = [...set].toSorted((a, b) => a - b);
    const group = alike.get(of.join()) ?? { channels: [], of };
    group.channels.push(channel);
    alike.set(of.join(), group);
  }
  const conditions = Array.from(alike.values(), ({ channels, of }) => ({
    ecg,
    blocks: { $elemMatch: { channel: { $in: channels }, index: { $in: of } } },
  }));
  return conditions.length === 1 ? (conditions[0] as object) : { $or: conditions };
}
