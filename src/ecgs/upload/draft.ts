/**
 * A recording that is being written. Its blocks are stored while it still arrives; it stays invisible until it is
 * published.
 */
import { createHash } from 'node:crypto';
import { type Connection, mongo } from 'mongoose';
import type { ClinicZone } from '../../calendar/clinic-zone.ts';
import type { Annotation, DecodedChannel, FormatId } from '../../formats/types.ts';
import { canonicalLeads } from '../../signal/leads.ts';
import type { Samples } from '../../signal/samples.ts';
import { EMPTY, merge } from '../../signal/summary.ts';
import { RecordingReader } from '../reading/recording-reader.ts';
import { AnnotationWriter } from '../store/annotations.ts';
import { packTable } from '../store/block-table.ts';
import { type BlockEncoding, decoded as samplesOf, type EncodedSamples } from '../store/block-encoding.ts';
import { BlockWriter, MinuteWriter, TileWriter, type Written } from '../store/batch-writer.ts';
import { removeContent } from '../store/content.ts';
import { type ChannelMinutes, hasMinutes } from '../store/minutes.ts';
import { microsecondsIn } from '../../calendar/instant.ts';
import { toInstant } from '../date.ts';
import { DUE, type ObjectId, type StoredChannel, type StoredEcg } from '../store/model.ts';
import type { OriginalWriter } from '../store/original-writer.ts';
import { apartBy, openFacts } from '../store/open-facts.ts';
import type { Place } from '../store/place.ts';
import { storedScale } from '../store/scale.ts';
import { ChannelDraft, type ChannelParts } from './channel-draft.ts';
import type { ChannelCounter, MinuteBudget } from './counter.ts';
import type { DescribedRecording } from './metadata.ts';

/** Bytes of one document of short blocks. */
const TAIL_DOCUMENT_BYTES = 1 << 20;
/** Minutes held until the end of an upload: a day of 170 channels, about 40 MB. Others are counted later. */
const MAX_MINUTES_HELD = 250_000;

export class Draft {
  readonly id: ObjectId;
  readonly place: Place;
  /** What is written to the database belongs to this. */
  readonly of: Written;
  readonly #channels: ChannelDraft[] = [];
  readonly #writer: BlockWriter;
  readonly #tiles: TileWriter;
  readonly #minutes: MinuteWriter;
  readonly #annotations: AnnotationWriter;
  #original: OriginalWriter | null = null;
  readonly #database: Connection;
  readonly #encoding: BlockEncoding;
  readonly #budget: MinuteBudget = { left: MAX_MINUTES_HELD };
  /** Channels whose last blocks will share a document. */
  #waiting: number[] = [];
  #waitingBytes = 0;

  /** @param of the registered id of the recording, its owner, and the instance that writes it */
  constructor(database: Connection, of: Written, encoding: BlockEncoding) {
    this.#database = database;
    this.#encoding = encoding;
    this.of = of;
    this.id = of.ecg;
    this.place = { id: of.ecg, owner: of.owner };
    this.#writer = new BlockWriter(database, of);
    this.#tiles = new TileWriter(database, of);
    this.#minutes = new MinuteWriter(database, of);
    this.#annotations = new AnnotationWriter(database, of);
  }

  /** The stored value of physical zero. To be called before the channel's samples are appended. */
  setZeroLevel(channel: number, zeroLevel: number): void {
    this.#channel(channel).zeroLevel = zeroLevel;
  }

  /** Hz. To be called before the channel's samples are appended. */
  setSamplingRate(channel: number, samplingRate: number): void {
    this.#channel(channel).samplingRate = samplingRate;
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

  /** The time of the latest annotation, in seconds; -Infinity if there is none. */
  get latestMark(): number {
    return this.#annotations.latest;
  }

  /** Back-pressure: resolves when more may be appended. */
  async room(): Promise<void> {
    await this.#writer.room();
    await this.#tiles.room();
  }

  /** Stores the rest and returns the document that makes the recording exist, which the caller publishes. */
  async finish(decoded: DescribedRecording, format: FormatId, zone: ClinicZone): Promise<StoredEcg> {
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
    const minuteDocuments = await this.#storeMinutes(channels);
    const date = decoded.date === null ? null : toInstant(decoded.date, zone);
    const now = new Date();
    return {
      _id: this.id,
      owner: this.place.owner,
      externalId: decoded.externalId,
      date,
      dateMicroseconds: microsecondsIn(decoded.date ?? ''),
      patient: decoded.patient,
      study: decoded.study,
      notes: decoded.notes,
      format,
      fileName: decoded.fileName ?? null,
      recordName: decoded.recordName ?? null,
      open: decoded.open ?? openFacts({ date, externalId: decoded.externalId }),
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
      ...(minuteDocuments === null ? { derivedDueAt: DUE } : { minuteDocuments }),
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

  /** Takes over the files of the upload: they are removed with this draft. */
  carry(original: OriginalWriter): void {
    this.#original = original;
  }

  /** Removes everything that was stored. */
  async discard(): Promise<void> {
    await Promise.all([this.#writer.stop(), this.#tiles.stop(), this.#minutes.stop(), this.#original?.stop()]);
    await removeContent(this.#database, this.id);
  }

  #channel(number: number): ChannelDraft {
    for (let next = this.#channels.length; next <= number; next++) {
      const parts: ChannelParts = {
        onBlock: (index, block) => this.#writer.add([{ channel: next, index, ...block }]),
        onTile: (tile) => this.#tiles.add(next, tile, this.#encoding),
      };
      this.#channels.push(new ChannelDraft(this.#encoding, this.#budget, parts));
    }
    return this.#channels[number] as ChannelDraft;
  }

  /** Stores the last blocks of the waiting channels. @returns these channels */
  #storeWaiting(): ChannelDraft[] {
    const channels = this.#waiting.map((number) => this.#channel(number));
    const blocks = channels.map(({ counter, tail }, i) => ({
      channel: this.#waiting[i] as number,
      index: counter.blocks.length - 1,
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
    const isRight = draft.counter.zeroLevel === zeroLevel;
    const { blocks } = isRight ? draft.counter : await this.#countAgain(number, zeroLevel, description.samplingRate);
    return {
      name: description.name,
      lead,
      ...storedScale(description),
      ...(description.converter && { converter: description.converter }),
      sampleType: draft.sampleType,
      summary: blocks.reduce(merge, EMPTY),
      blockTable: packTable(blocks),
    };
  }

  /**
   * The zero level came after the signal: blocks are summarised again, relative to the right zero. All are stored by
   * now; the last one need not be read if it is still held.
   */
  async #countAgain(number: number, zeroLevel: number, samplingRate: number | null): Promise<ChannelCounter> {
    const draft = this.#channel(number);
    const { counter: counted, sampleType: type, tail } = draft;
    const stored = tail === null ? counted.blocks : counted.blocks.slice(0, -1);
    const end = stored.reduce((sum, { samples }) => sum + samples, 0);
    const span = { channel: number, first: 0, end, type };
    const counter = draft.recount(zeroLevel, samplingRate);
    for await (const { samples } of new RecordingReader(this.#database, this.id, [span]).inTurn())
      counter.push(samples);
    if (tail !== null) counter.push(samplesOf(tail));
    return counter;
  }

  /**
   * Stores the minutes of all long channels. @returns the number of documents; null if some channel must be counted
   * later, because its sampling rate came after the signal or there are too many minutes
   */
  async #storeMinutes(channels: readonly StoredChannel[]): Promise<number | null> {
    const counted = [...channels.entries()]
      .filter(([, channel]) => hasMinutes(channel))
      .map(([number, { samplingRate }]) => ({
        number,
        minutes: this.#channel(number).counter.minutesAt(samplingRate),
      }));
    if (counted.some(({ minutes }) => minutes === null)) return null;
    for (const { number, minutes } of counted) {
      this.#minutes.add(number, minutes as ChannelMinutes);
      await this.#minutes.room();
    }
    await this.#minutes.flush();
    return this.#minutes.documents;
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
