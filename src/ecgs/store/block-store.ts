/** Blocks on their way into MongoDB: in batches, with back-pressure. */
import { type Connection, mongo, Types } from 'mongoose';
import { type Samples, sampleType } from '../../signal/samples.ts';
import { blockCollection, type ObjectId, type StoredBlocks } from './model.ts';
import type { BlockPlace } from './stored-blocks.ts';

/** Bytes of one insert: large enough that its round trip does not count, small enough that a few in flight stay small. */
const BATCH_BYTES = 1 << 20;
/** Inserts under way at once: two keep mongod busy, the rest evens out bursts. */
const MAX_IN_FLIGHT = 4;

export interface Block extends BlockPlace {
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
  #batch: StoredBlocks[] = [];
  #batchBytes = 0;
  readonly #inFlight = new Set<Promise<void>>();
  #failure: Error | undefined;
  readonly #database: Connection;
  readonly #of: Written;

  constructor(database: Connection, of: Written) {
    this.#database = database;
    this.#of = of;
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
    this.#batch.push({ _id: new Types.ObjectId(), ...this.#of, blocks: stored });
    this.#batchBytes += blocks.reduce((bytes, block) => bytes + block.samples.byteLength, 0);
    if (this.#batchBytes >= BATCH_BYTES) this.#send();
  }

  /** Resolves when another block may be added; rejects when an insert has failed. */
  async room(): Promise<void> {
    while (this.#inFlight.size >= MAX_IN_FLIGHT) await Promise.race(this.#inFlight);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Resolves when every block that was added is stored, journaled and majority-acknowledged. */
  async flush(): Promise<void> {
    this.#send();
    await Promise.all(this.#inFlight);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Drops what is not sent and waits for what is under way: after this nothing more is written. */
  async stop(): Promise<void> {
    this.#batch = [];
    await Promise.all(this.#inFlight);
  }

  #send(): void {
    if (this.#batch.length === 0) return;
    const documents = this.#batch;
    this.#batch = [];
    this.#batchBytes = 0;
    const insert = blockCollection(this.#database)
      .insertMany(documents, { ordered: false })
      .then(
        () => undefined,
        (error: Error) => {
          this.#failure ??= error;
        },
      )
      .finally(() => this.#inFlight.delete(insert));
    this.#inFlight.add(insert);
  }
}

/** The memory of a typed array as it is: every platform that Node runs on with MongoDB is little-endian. */
const binary = (values: Samples): mongo.Binary =>
  new mongo.Binary(Buffer.from(values.buffer, values.byteOffset, values.byteLength));
