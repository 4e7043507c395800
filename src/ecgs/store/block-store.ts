/** Writes blocks to MongoDB in batches, with back-pressure. */
import { type Connection, Types } from 'mongoose';
import { blockCollection, type ObjectId, type StoredBlock, type StoredBlocks } from './model.ts';

/** Bytes of one insert: large enough to make its round trip negligible, small enough to have a few in flight. */
const BATCH_BYTES = 1 << 20;
/** Inserts in flight: two keep mongod busy, the others even out bursts. */
const MAX_IN_FLIGHT = 4;

/** What each written document belongs to: the recording, its owner, and the instance that writes it. */
export interface Written {
  ecg: ObjectId;
  owner: ObjectId;
  writer: ObjectId;
}

/** Writes the blocks of a recording that is not published yet. */
export class BlockWriter {
  /** The number of documents added. */
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

  /** Adds the blocks of one document: a full block, or several short ones. */
  add(blocks: StoredBlock[]): void {
    this.documents++;
    this.#batch.push({ _id: new Types.ObjectId(), ...this.#of, blocks });
    this.#batchBytes += blocks.reduce((bytes, { data }) => bytes + data.position, 0);
    if (this.#batchBytes >= BATCH_BYTES) this.#send();
  }

  /** Resolves when another block may be added. Rejects if an insert has failed. */
  async room(): Promise<void> {
    while (this.#inFlight.size >= MAX_IN_FLIGHT) await Promise.race(this.#inFlight);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Resolves when every block that was added is stored, journaled and acknowledged by a majority. */
  async flush(): Promise<void> {
    this.#send();
    await Promise.all(this.#inFlight);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Drops what has not been sent and waits for inserts in flight. Nothing is written after this. */
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
