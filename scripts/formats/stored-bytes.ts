/** What the blocks of a database take. */
import { type Connection, Types } from 'mongoose';
import { blockCollection } from '../../src/ecgs/store/content-model.ts';

export interface StoredBytes {
  /** Number of blocks of all recordings, and of those that are packed. */
  blocks: number;
  packed: number;
  /** Bytes of the samples of some recordings. */
  real: number;
}

const count = (condition: object, value: unknown): object => ({ $sum: { $cond: [condition, value, 0] } });

/** @param real the recordings whose bytes are counted */
export async function storedBytes(database: Connection, real: readonly string[]): Promise<StoredBytes> {
  const ids = real.map((id) => new Types.ObjectId(id));
  const [found] = await blockCollection(database)
    .aggregate<StoredBytes>([
      { $unwind: '$blocks' },
      {
        $group: {
          _id: null,
          blocks: { $sum: 1 },
          packed: count({ $eq: ['$blocks.encoding', 'packed'] }, 1),
          real: count({ $in: ['$ecg', ids] }, { $binarySize: '$blocks.data' }),
        },
      },
    ])
    .toArray();
  return found ?? { blocks: 0, packed: 0, real: 0 };
}
