/** Writes samples of a recording, and what is derived from them, to MongoDB, in batches, with back-pressure. */
import { type Collection, type Connection, Types } from 'mongoose';
import type { Tile } from '../../signal/envelope.ts';
import { SAMPLE_ARRAYS, sampleType } from '../../signal/samples.ts';
import { type BlockEncoding, encoded } from './block-encoding.ts';
import { packTable } from './block-table.ts';
import { type ChannelMinutes, MINUTES_DOCUMENT_BYTES } from './minutes.ts';
import {
  blockCollection,
  envelopeCollection,
  minuteCollection,
  type StoredBlock,
  type StoredBlocks,
  type StoredChannelMinutes,
  type StoredContent,
  type StoredMinutes,
  type StoredTile,
} from './content-model.ts';
import type { ObjectId } from './model.ts';

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

/** Inserts documents of one kind. */
export class BatchWriter<Stored extends StoredContent> {
  /** The number of documents added. */
  documents = 0;
  #batch: Stored[] = [];
  #batchBytes = 0;
  readonly #inFlight = new Set<Promise<void>>();
  #failure: Error | undefined;
  readonly #collection: Collection<Stored>;
  protected readonly of: Written;

  constructor(collection: Collection<Stored>, of: Written) {
    this.#collection = collection;
    this.of = of;
  }

  protected insert(document: Stored, bytes: number): void {
    this.documents++;
    this.#batch.push(document);
    this.#batchBytes += bytes;
    if (this.#batchBytes >= BATCH_BYTES) this.send();
  }

  /** Resolves when another document may be added. Rejects if an insert has failed. */
  async room(): Promise<void> {
    while (this.#inFlight.size >= MAX_IN_FLIGHT) await Promise.race(this.#inFlight);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Resolves when every document that was added is stored, journaled and acknowledged by a majority. */
  async flush(): Promise<void> {
    this.send();
    await Promise.all(this.#inFlight);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Drops what has not been sent and waits for inserts in flight. Nothing is written after this. */
  async stop(): Promise<void> {
    this.#batch = [];
    await Promise.all(this.#inFlight);
  }

  /** Begins to insert what has been added. */
  send(): void {
    if (this.#batch.length === 0) return;
    const documents = this.#batch;
    this.#batch = [];
    this.#batchBytes = 0;
    const insert = this.#collection
      .insertMany(documents as never, { ordered: false })
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

export class BlockWriter extends BatchWriter<StoredBlocks> {
  constructor(database: Connection, of: Written) {
    super(blockCollection(database), of);
  }

  /** Adds the blocks of one document: a full block, or several short ones. */
  add(blocks: StoredBlock[]): void {
    const bytes = blocks.reduce((sum, { data }) => sum + data.position, 0);
    this.insert({ _id: new Types.ObjectId(), ...this.of, blocks }, bytes);
  }
}

export class TileWriter extends BatchWriter<StoredTile> {
  constructor(database: Connection, of: Written) {
    super(envelopeCollection(database), of);
  }

  /** Adds a tile of a channel. */
  add(channel: number, { level, tile, minimum, maximum }: Tile, encoding: BlockEncoding): void {
    const samples = new SAMPLE_ARRAYS[sampleType(minimum)](2 * minimum.length);
    samples.set(minimum);
    samples.set(maximum, minimum.length);
    const stored = encoded(samples, encoding);
    this.insert({ _id: new Types.ObjectId(), ...this.of, channel, level, tile, ...stored }, stored.data.position);
  }
}

/** Collects the minutes of channels in as few documents as they fit in. */
export class MinuteWriter extends BatchWriter<StoredMinutes> {
  #channels: StoredChannelMinutes[] = [];
  #bytes = 0;

  constructor(database: Connection, of: Written) {
    super(minuteCollection(database), of);
  }

  /** Adds the minutes of a channel. They are stored by `flush` at the latest. */
  add(channel: number, { samplingRate, zeroLevel, rows }: ChannelMinutes): void {
    const table = packTable(rows);
    if (this.#bytes + table.length() > MINUTES_DOCUMENT_BYTES) this.#end();
    this.#channels.push({ channel, samplingRate, zeroLevel, table });
    this.#bytes += table.length();
  }

  override async flush(): Promise<void> {
    this.#end();
    await super.flush();
  }

  #end(): void {
    if (this.#channels.length > 0)
      this.insert({ _id: new Types.ObjectId(), ...this.of, channels: this.#channels }, this.#bytes);
    this.#channels = [];
    this.#bytes = 0;
  }
}
