/** Blocks in and out of MongoDB: batches with back-pressure on the way in, ranges of one channel on the way out. */
import { type Connection, mongo, Types } from 'mongoose';
import { type Samples, type SampleType, sampleType } from '../../signal/samples.ts';
import { blockCollection, type ObjectId, type StoredBlocks } from './model.ts';

/** Bytes of one insert: large enough that its round trip does not count, small enough that a few in flight stay small. */
const BATCH_BYTES = 1 << 20;
/** Inserts under way at once: two keep mongod busy, the rest evens out bursts. */
const MAX_IN_FLIGHT = 4;
/** Blocks fetched by one query of a range. */
const READ_AHEAD = 16;

export interface Block {
  channel: number;
  index: number;
  samples: Samples;
}

/** Whose the written documents are: the recording, its owner, and the instance that writes. */
export interface Written {
  ecg: ObjectId;
  owner: ObjectId;
  writer: ObjectId;
}

/** Writes the blocks of one recording that is not published yet. */
export class BlockWriter {
  /** Documents that were added. */
  documents = 0;
  private batch: StoredBlocks[] = [];
  private batchBytes = 0;
  private readonly inFlight = new Set<Promise<void>>();
  private failure: Error | undefined;
  private readonly database: Connection;
  private readonly of: Written;

  constructor(database: Connection, of: Written) {
    this.database = database;
    this.of = of;
  }

  /** Takes one document's worth of blocks: a full block, or short ones together. */
  add(blocks: readonly Block[]): void {
    const stored = blocks.map(({ channel, index, samples }) => ({
      channel,
      index,
      type: sampleType(samples),
      data: binary(samples),
    }));
    this.documents++;
    this.batch.push({ _id: new Types.ObjectId(), ...this.of, blocks: stored });
    this.batchBytes += blocks.reduce((bytes, block) => bytes + block.samples.byteLength, 0);
    if (this.batchBytes >= BATCH_BYTES) this.send();
  }

  /** Resolves when another block may be added; rejects when an insert has failed. */
  async room(): Promise<void> {
    while (this.inFlight.size >= MAX_IN_FLIGHT) await Promise.race(this.inFlight);
    if (this.failure !== undefined) throw this.failure;
  }

  /** Resolves when every block that was added is stored, journaled and majority-acknowledged. */
  async flush(): Promise<void> {
    this.send();
    await Promise.all(this.inFlight);
    if (this.failure !== undefined) throw this.failure;
  }

  /** Drops what is not sent and waits for what is under way: after this nothing more is written. */
  async stop(): Promise<void> {
    this.batch = [];
    await Promise.all(this.inFlight);
  }

  private send(): void {
    if (this.batch.length === 0) return;
    const documents = this.batch;
    this.batch = [];
    this.batchBytes = 0;
    const insert = blockCollection(this.database)
      .insertMany(documents, { ordered: false })
      .then(
        () => undefined,
        (error: Error) => {
          this.failure ??= error;
        },
      )
      .finally(() => this.inFlight.delete(insert));
    this.inFlight.add(insert);
  }
}

/** A block that should be there is not: its recording is being removed, or the database has lost something. */
export class MissingBlock extends Error {}

/** Blocks `first` to `last` (inclusive) of one channel, in order. Errors: `MissingBlock`. */
export async function* readBlocks(
  database: Connection,
  ecg: ObjectId,
  channel: number,
  first: number,
  last: number,
): AsyncGenerator<Samples> {
  for (let from = first; from <= last; from += READ_AHEAD) {
    const to = Math.min(last, from + READ_AHEAD - 1);
    const found = await fetchBlocks(database, ecg, [channel], { $gte: from, $lte: to });
    for (let index = from; index <= to; index++) yield found(channel, index);
  }
}

/** Block `index` of several channels at once: one query for the short recordings, whose channels share a document. */
export async function fetchBlocks(
  database: Connection,
  ecg: ObjectId,
  channels: readonly number[],
  index: { $gte: number; $lte: number } | { $in: readonly number[] },
): Promise<(channel: number, index: number) => Samples> {
  const documents = await blockCollection(database)
    .find({ ecg, blocks: { $elemMatch: { channel: { $in: channels }, index } } } as never)
    .project<StoredBlocks>({ blocks: { $filter: { input: '$blocks', cond: { $in: ['$$this.channel', channels] } } } })
    .toArray();
  const found = new Map<string, Samples>();
  for (const block of documents.flatMap((document) => document.blocks))
    found.set(`${block.channel}/${block.index}`, typed(block.type, block.data));
  return (channel, at) => {
    const block = found.get(`${channel}/${at}`);
    if (!block)
      throw new MissingBlock(`block ${at} of channel ${channel} of recording ${ecg.toHexString()} is not there`);
    return block;
  };
}

/** The memory of a typed array as it is: every platform that Node runs on with MongoDB is little-endian. */
const binary = (values: Samples): mongo.Binary =>
  new mongo.Binary(Buffer.from(values.buffer, values.byteOffset, values.byteLength));

/** The driver's bytes lie anywhere; a typed array wants them aligned, so this is the one copy on the way out. */
function typed(type: SampleType, data: mongo.Binary): Samples {
  const bytes = data.buffer.buffer.slice(data.buffer.byteOffset, data.buffer.byteOffset + data.position) as ArrayBuffer;
  if (type === 'int16') return new Int16Array(bytes);
  if (type === 'int32') return new Int32Array(bytes);
  return type === 'float32' ? new Float32Array(bytes) : new Float64Array(bytes);
}
