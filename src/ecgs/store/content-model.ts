/** How the content of recordings is stored: samples in `ecgBlocks`, what is derived from them, and marks. */
import type { Collection, Connection, mongo, Types } from 'mongoose';

import type { EncodedSamples } from './block-encoding.ts';
import { ORIGINALS } from './original-model.ts';

type ObjectId = Types.ObjectId;

/** The samples of one block, in stored units. */
export interface StoredBlock extends EncodedSamples {
  channel: number;
  index: number;
}

/**
 * One insert: a full block of one channel, or the shorter last blocks of several. Unique: (recording, channel, index).
 */
export interface StoredBlocks {
  _id: ObjectId;
  ecg: ObjectId;
  owner: ObjectId;
  /** The instance of the service that wrote it, so that leftovers of a crash can be found. */
  writer: ObjectId;
  blocks: StoredBlock[];
}

/**
 * A tile of the envelope of one channel: the lowest values of its bins, then the highest (`signal/envelope.ts`).
 * Unique: (recording, channel, level, tile).
 */
export interface StoredTile extends EncodedSamples {
  _id: ObjectId;
  ecg: ObjectId;
  owner: ObjectId;
  writer: ObjectId;
  channel: number;
  level: number;
  tile: number;
}

/** The minutes of one channel. They are valid as long as the channel has this sampling rate and zero level. */
export interface StoredChannelMinutes {
  channel: number;
  samplingRate: number;
  zeroLevel: number;
  /** The summary of each minute from the first sample on, packed (`block-table.ts`). */
  table: mongo.Binary;
}

/** The minutes of as many channels as fit (`minutes.ts`). Unique: (recording, channel). */
export interface StoredMinutes {
  _id: ObjectId;
  ecg: ObjectId;
  owner: ObjectId;
  writer: ObjectId;
  channels: StoredChannelMinutes[];
}

/**
 * At most `MAX_ANNOTATIONS_A_RUN` annotations of a recording in order of time, by column: times and durations (NaN:
 * none) as little-endian doubles, channels (-1: all) as int32. Unique: (recording, index).
 */
export interface StoredAnnotations {
  _id: ObjectId;
  ecg: ObjectId;
  owner: ObjectId;
  writer: ObjectId;
  index: number;
  /** Times of the first and the last, in seconds. */
  first: number;
  last: number;
  at: mongo.Binary;
  duration: mongo.Binary;
  channel: mongo.Binary;
  code: (string | null)[];
  text: (string | null)[];
}

/** Annotations of a file that was attached to a published recording. Unique: (recording, file, index). */
export interface StoredAttachedAnnotations extends Omit<StoredAnnotations, 'writer'> {
  file: ObjectId;
}

/** The collections of what is written before a recording is published. */
const WRITTEN_BEFORE = ['ecgBlocks', 'ecgEnvelopes', 'ecgMinutes', 'ecgAnnotations', ...ORIGINALS] as const;
/** The collections of what readers add to a published recording. */
const WRITTEN_AFTER = ['ecgMarks', 'ecgAttachedAnnotations', 'ecgComments'] as const;
/** The collections of a recording's content. */
export const CONTENT = [...WRITTEN_BEFORE, ...WRITTEN_AFTER] as const;

/**
 * The fields of all these documents: the recording, its owner, and the instance that wrote the document. What is added
 * to a published recording has no writer: it is written in a transaction with the recording.
 */
export type StoredContent = Pick<StoredBlocks, '_id' | 'ecg' | 'owner'> & Partial<Pick<StoredBlocks, 'writer'>>;

export const contentCollection = (database: Connection, name: (typeof CONTENT)[number]): Collection<StoredContent> =>
  database.collection<StoredContent>(name);

/** Blocks are read and written with the driver: they are purely binary, and a model would only copy them. */
export function blockCollection(database: Connection): Collection<StoredBlocks> {
  return database.collection<StoredBlocks>('ecgBlocks');
}

export function envelopeCollection(database: Connection): Collection<StoredTile> {
  return database.collection<StoredTile>('ecgEnvelopes');
}

export function minuteCollection(database: Connection): Collection<StoredMinutes> {
  return database.collection<StoredMinutes>('ecgMinutes');
}

export function annotationCollection(database: Connection): Collection<StoredAnnotations> {
  return database.collection<StoredAnnotations>('ecgAnnotations');
}

export function attachedCollection(database: Connection): Collection<StoredAttachedAnnotations> {
  return database.collection<StoredAttachedAnnotations>('ecgAttachedAnnotations');
}
