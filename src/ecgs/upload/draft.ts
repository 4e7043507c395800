/**
 * A recording that is being written. Its blocks are stored while it still arrives; it stays invisible until it is
 * published.
 */
import { createHash, type Hash } from 'node:crypto';
import { type Connection, mongo } from 'mongoose';
import type { ClinicZone } from '../../calendar/clinic-zone.ts';
import type { Annotation, DecodedChannel, DecodedRecording, FormatId } from '../../formats/types.ts';
import { BlockBuilder } from '../../signal/block-builder.ts';
import { EnvelopeBuilder, type Tile } from '../../signal/envelope.ts';
import { canonicalLeads } from '../../signal/leads.ts';
import { BLOCK_SAMPLES, type Samples, type SampleType, sampleType, widerType } from '../../signal/samples.ts';
import { summarize } from '../../signal/summarize.ts';
import { EMPTY, merge, type SignalSummary } from '../../signal/summary.ts';
import { RecordingReader } from '../reading/recording-reader.ts';
import { AnnotationWriter } from '../store/annotations.ts';
import { packTable } from '../store/block-table.ts';
import { type BlockEncoding, decoded as samplesOf, encoded, type EncodedSamples } from '../store/block-encoding.ts';
import { BlockWriter, TileWriter, type Written } from '../store/batch-writer.ts';
import { removeContent } from '../store/content.ts';
import { toInstant } from '../date.ts';
import type { Apart, ObjectId, StoredChannel, StoredEcg } from '../store/model.ts';
import type { Place } from '../store/place.ts';
import { storedScale } from '../store/scale.ts';

/** Bytes of one document of short blocks. */
const TAIL_DOCUMENT_BYTES = 1 << 20;

/** One channel: blocks are summarised and encoded at once; the last, shorter one waits for those of other channels. */
class ChannelDraft {
  zeroLevel = 0;
  hasEnded = false;
  /** The last block; null if there is none, or it is not held any longer. */
  tail: EncodedSamples | null = null;
  readonly summaries: SignalSummary[] = [];
  readonly digest: Hash = createHash('sha256');
  readonly builder: BlockBuilder;
  readonly #envelope: EnvelopeBuilder;
  sampleType: SampleType = 'int16';

  constructor(
    encoding: BlockEncoding,
    full: (index: number, samples: EncodedSamples) => void,
    onTile: (tile: Tile) => void,
  ) {
    this.#envelope = new EnvelopeBuilder(onTile);
    this.builder = new BlockBuilder((samples) => {
      this.digest.update(sampleType(samples)).update(samples);
      this.sampleType = widerType(this.sampleType, sampleType(samples));
      const block = encoded(samples, encoding);
      if (samples.length < BLOCK_SAMPLES) this.tail = block;
      else full(this.summaries.length, block);
      this.summaries.push(summarize(samples, this.zeroLevel));
      this.#envelope.push(samples);
    });
  }

  end(): void {
    this.hasEnded = true;
    this.builder.finish();
    this.#envelope.finish();
  }
}

/** A part may have the same name as another recording's id, so the kind of name is stored with it. */
function apartBy({ externalId, part }: Pick<DecodedRecording, 'externalId' | 'part'>): Apart {
  if (externalId !== null) return { id: externalId };
  return part === null ? null : { part };
}

export class Draft {
  readonly id: ObjectId;
  readonly place: Place;
  readonly #channels: ChannelDraft[] = [];
  readonly #writer: BlockWriter;
  readonly #tiles: TileWriter;
  readonly #annotations: AnnotationWriter;
  readonly #database: Connection;
  readonly #encoding: BlockEncoding;
  /** Channels whose last blocks will share a document. */
  #waiting: number[] = [];
  #waitingBytes = 0;

  /** @param of the registered id of the recording, its owner, and the instance that writes it */
  constructor(database: Connection, of: Written, encoding: BlockEncoding) {
    this.#database = database;
    this.#encoding = encoding;
    this.id = of.ecg;
    this.place = { id: of.ecg, owner: of.owner };
    this.#writer = new BlockWriter(database, of);
    this.#tiles = new TileWriter(database, of);
    this.#annotations = new AnnotationWriter(database, of);
  }

  /** The stored value of physical zero. To be called before the channel's samples are appended. */
  setZeroLevel(channel: number, zeroLevel: number): void {
    this.#channel(channel).zeroLevel = zeroLevel;
  }

  append(channel: number, samples: Samples): void {
    this.#channel(channel).builder.append(samples);
  }

  /**
   * Ends a channel. Its last block shares a document with those of other channels, so that a short recording is one
   * insert.
   */
  endChannel(number: number): void {
    const channel = this.#channel(number);
    if (channel.hasEnded) return;
    channel.end();
    if (!channel.tail) return;
    const bytes = channel.tail.data.position;
    if (this.#waitingBytes + bytes > TAIL_DOCUMENT_BYTES)
      // Not held any longer: a recording may have many channels.
      for (const stored of this.#storeWaiting()) stored.tail = null;
    this.#waiting.push(number);
    this.#waitingBytes += bytes;
  }

  /** Resolves when more annotations may be added. */
  async annotate(annotations: readonly Annotation[]): Promise<void> {
    await this.#annotations.add(annotations);
  }

  /** Back-pressure: resolves when more may be appended. */
  async room(): Promise<void> {
    await this.#writer.room();
    await this.#tiles.room();
  }

  /** Stores the rest and returns the document that makes the recording exist, which the caller publishes. */
  async finish(decoded: DecodedRecording, format: FormatId, zone: ClinicZone): Promise<StoredEcg> {
    for (const number of this.#channels.keys()) {
      this.endChannel(number);
      await this.room();
    }
    this.#storeWaiting();
    await Promise.all([this.#writer.flush(), this.#tiles.flush()]);
    await this.#annotations.flush();
    const leads = canonicalLeads(decoded.channels.map((channel) => channel.name));
    const channels: StoredChannel[] = [];
    for (const [index, description] of decoded.channels.entries())
      channels.push(await this.#describe(index, description, leads[index] ?? null));
    const date = decoded.date === null ? null : toInstant(decoded.date, zone);
    const now = new Date();
    return {
      _id: this.id,
      owner: this.place.owner,
      externalId: decoded.externalId,
      date,
      patient: decoded.patient,
      study: decoded.study,
      notes: decoded.notes,
      format,
      subject: decoded.subject,
      part: decoded.part,
      siblings: [],
      annotations: this.#annotations.count,
      ...(this.#annotations.count > 0 && {
        annotationDigest: new mongo.Binary(this.#annotations.digest(channels.map(({ name }) => name))),
      }),
      digest: new mongo.Binary(this.#contentDigest(date, channels)),
      apart: apartBy(decoded),
      blockDocuments: this.#writer.documents,
      envelopeDocuments: this.#tiles.documents,
      channels,
      version: 1,
      createdAt: now,
      updatedAt: now,
    };
  }

  /** Gives back the memory of blocks that are not complete. To be called at the end of every draft. */
  release(): void {
    for (const { builder } of this.#channels) builder.release();
  }

  /** Removes everything that was stored. */
  async discard(): Promise<void> {
    await Promise.all([this.#writer.stop(), this.#tiles.stop()]);
    await removeContent(this.#database, this.id);
  }

  #channel(number: number): ChannelDraft {
    for (let next = this.#channels.length; next <= number; next++) {
      const full = (index: number, block: EncodedSamples): void =>
        this.#writer.add([{ channel: next, index, ...block }]);
      const onTile = (tile: Tile): void => this.#tiles.add(next, tile, this.#encoding);
      this.#channels.push(new ChannelDraft(this.#encoding, full, onTile));
    }
    return this.#channels[number] as ChannelDraft;
  }

  /** Stores the last blocks of the waiting channels. @returns these channels */
  #storeWaiting(): ChannelDraft[] {
    const channels = this.#waiting.map((number) => this.#channel(number));
    const blocks = channels.map(({ summaries, tail }, i) => ({
      channel: this.#waiting[i] as number,
      index: summaries.length - 1,
      ...(tail as EncodedSamples),
    }));
    if (blocks.length > 0) this.#writer.add(blocks);
    this.#waiting = [];
    this.#waitingBytes = 0;
    return channels;
  }

  async #describe(number: number, description: DecodedChannel, lead: StoredChannel['lead']): Promise<StoredChannel> {
    const draft = this.#channel(number);
    const zeroLevel = description.zeroLevel ?? 0;
    const summaries = draft.zeroLevel === zeroLevel ? draft.summaries : await this.#countAgain(number, zeroLevel);
    return {
      name: description.name,
      lead,
      ...storedScale(description),
      sampleType: draft.sampleType,
      summary: summaries.reduce(merge, EMPTY),
      blockTable: packTable(summaries),
    };
  }

  /**
   * The zero level came after the signal: blocks are summarised again, relative to the right zero. All are stored by
   * now; the last one need not be read if it is still held.
   */
  async #countAgain(number: number, zeroLevel: number): Promise<SignalSummary[]> {
    const { summaries: counted, sampleType: type, tail } = this.#channel(number);
    const stored = tail === null ? counted : counted.slice(0, -1);
    const end = stored.reduce((sum, { samples }) => sum + samples, 0);
    const span = { channel: number, first: 0, end, type };
    const summaries: SignalSummary[] = [];
    for await (const { samples } of new RecordingReader(this.#database, this.id, [span]).inTurn())
      summaries.push(summarize(samples, zeroLevel));
    if (tail !== null) summaries.push(summarize(samplesOf(tail), zeroLevel));
    return summaries;
  }

  /**
   * The digest covers the date and, for each channel by name: rate, unit, gain, zero level, sample values and gaps. The
   * order of the channels does not matter.
   */
  #contentDigest(date: Date | null, channels: readonly StoredChannel[]): Buffer {
    const rows = channels.map((channel, number) =>
      JSON.stringify([
        channel.name,
        channel.samplingRate,
        channel.unit,
        channel.gain,
        channel.zeroLevel,
        channel.summary.samples,
        this.#channel(number).digest.digest('hex'),
      ]),
    );
    return createHash('sha256')
      .update(JSON.stringify([date, ...rows.toSorted()]))
      .digest();
  }
}
