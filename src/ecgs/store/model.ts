/** How recordings are stored: one document in `ecgs`, and the samples in `ecgBlocks`. */
import {
  type Collection,
  type Connection,
  type Model,
  type mongo,
  type QueryFilter,
  Schema,
  type Types,
} from 'mongoose';

import { SCHEMA_OPTIONS } from '../../database/models.ts';
import type { FormatId, Subject } from '../../formats/types.ts';
import type { CanonicalLead } from '../../signal/leads.ts';
import type { SampleType } from '../../signal/samples.ts';
import type { SignalSummary } from '../../signal/summary.ts';
import type { EncodedSamples } from './block-encoding.ts';

export type ObjectId = Types.ObjectId;

/** What may be set for a channel after its upload, and corrected. */
export const OPEN_FIELDS = ['samplingRate', 'unit', 'gain', 'zeroLevel'] as const;
export type OpenField = (typeof OPEN_FIELDS)[number];

export interface StoredChannel {
  name: string;
  lead: CanonicalLead | null;
  /** Hz; null while unknown. */
  samplingRate: number | null;
  unit: string | null;
  /** Stored units per physical unit. */
  gain: number;
  zeroLevel: number;
  /** Whether a unit of a physical quantity and its gain are known. */
  calibrated: boolean;
  /** What the file left open. It may be set later, and corrected. */
  open: OpenField[];
  /** The widest type of its blocks. */
  sampleType: SampleType;
  summary: SignalSummary;
  /** The summaries of its blocks, packed (`block-table.ts`); windows are answered from them. */
  blockTable: mongo.Binary;
}

/**
 * What distinguishes a recording from others of its owner with the same content: its external id, or else its `part`,
 * or else nothing. It is the recording's own id if the sender insisted on another copy, and in recordings of earlier
 * versions.
 */
export type Apart = { id: string } | { part: string } | string | null;

export interface StoredEcg {
  _id: ObjectId;
  owner: ObjectId;
  externalId: string | null;
  /** When it was recorded. */
  date: Date | null;
  patient: string | null;
  study: string | null;
  notes: string | null;
  /** The format it came in. */
  format: FormatId;
  /** The person whom the file names; null if it names nobody. */
  subject: Subject | null;
  /** What distinguishes it from the other recordings of its file; null if it is the only one. */
  part: string | null;
  /** The other recordings of its file. */
  siblings: ObjectId[];
  /** Number of annotations in `ecgAnnotations`. */
  annotations: number;
  /** SHA-256 of the annotations; absent if there are none, and in recordings of earlier versions. */
  annotationDigest?: mongo.Binary;
  /** SHA-256 of what makes two recordings the same content. */
  digest: mongo.Binary;
  /** Unique: (owner, digest, apart). */
  apart: Apart;
  /** Number of its documents in `ecgBlocks`; absent in recordings of earlier versions. */
  blockDocuments?: number;
  /** Number of its documents in `ecgEnvelopes`; absent while they have to be built. */
  envelopeDocuments?: number;
  /** Number of its documents in `ecgMinutes`; absent while they have to be built for the first time. */
  minuteDocuments?: number;
  /** Only while envelopes or minutes have to be built: when an instance may begin, or begin again. */
  derivedDueAt?: Date;
  channels: StoredChannel[];
  version: number;
  createdAt: Date;
  updatedAt: Date;
  /** Only in the marker of a removed recording, whose other fields are its id and owner (`settle.ts`). */
  sweptAt?: Date;
}

/** `derivedDueAt` of recordings whose envelopes or minutes are to be built as soon as possible. */
export const DUE = new Date(0);

/** The fields that audit events are made from. */
export type Audited = Pick<StoredEcg, '_id' | 'owner' | 'patient' | 'createdAt'>;

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

const channelSchema = new Schema<StoredChannel>(
  {
    name: { type: String, required: true },
    lead: { type: String, default: null },
    samplingRate: { type: Number, default: null },
    unit: { type: String, default: null },
    gain: { type: Number, required: true },
    zeroLevel: { type: Number, required: true },
    calibrated: { type: Boolean, required: true },
    open: { type: [String], default: [] },
    sampleType: { type: String, required: true },
    summary: { type: Object, required: true },
    blockTable: { type: Buffer, required: true },
  },
  { _id: false, strict: 'throw' },
);

const ecgSchema = new Schema<StoredEcg>(
  {
    owner: { type: Schema.Types.ObjectId, required: true },
    externalId: { type: String, default: null },
    date: { type: Date, default: null },
    patient: { type: String, default: null },
    study: { type: String, default: null },
    notes: { type: String, default: null },
    format: { type: String, required: true },
    subject: { type: Object, default: null },
    part: { type: String, default: null },
    siblings: { type: [Schema.Types.ObjectId], default: [] },
    annotations: { type: Number, default: 0 },
    annotationDigest: { type: Buffer },
    digest: { type: Buffer, required: true },
    apart: { type: Schema.Types.Mixed, default: null },
    blockDocuments: { type: Number },
    envelopeDocuments: { type: Number },
    minuteDocuments: { type: Number },
    derivedDueAt: { type: Date },
    channels: { type: [channelSchema], required: true },
    version: { type: Number, required: true },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
    sweptAt: { type: Date },
  },
  { collection: 'ecgs', ...SCHEMA_OPTIONS },
);

export type EcgFilter = QueryFilter<StoredEcg>;

/** Part of every filter for recordings: the markers of removed ones have no version (`settle.ts`). */
export const PUBLISHED = { version: { $gte: 1 } } as const;

/** The recording of a user with this id of theirs. MongoDB uses a partial index only for filters with its condition. */
export const withExternalId = (externalId: string) => ({ externalId: { $eq: externalId, $type: 'string' as const } });

export function ecgModel(database: Connection): Model<StoredEcg> {
  return (database.models['Ecg'] as Model<StoredEcg> | undefined) ?? database.model<StoredEcg>('Ecg', ecgSchema);
}

/** For reads that an acknowledgement relies on: data not yet stored by a majority may still be lost. */
export const MAJORITY = { level: 'majority' } as const;

/** Leaves out the block tables, which few operations need: they are most of a long recording's document. */
export const blockTableLeftOut = { 'channels.blockTable': 0 } as const;

/** The collections of a recording's content. */
export const CONTENT = ['ecgBlocks', 'ecgEnvelopes', 'ecgMinutes', 'ecgAnnotations'] as const;

/** The fields of all these documents: the recording, its owner, and the instance that wrote the document. */
export type StoredContent = Pick<StoredBlocks, '_id' | 'ecg' | 'owner' | 'writer'>;

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

/** One instance of the service: its heartbeat and what it may be writing. Times are the database's. */
export interface StoredInstance {
  _id: ObjectId;
  seenAt: Date;
  /** No heartbeat has been missed since. Instances of earlier versions have none. */
  steadySince?: Date;
  /** Registered ids: of uploads in progress, and of future ones. Instances of earlier versions have none. */
  drafts?: ObjectId[];
  /** When another instance considered it dead. Its registration is void from then on, and it takes a new id. */
  fencedAt?: Date;
}

export const instanceCollection = (database: Connection): Collection<StoredInstance> =>
  database.collection<StoredInstance>('instances');

/** How far the check of what is stored has got in each collection, and what it has found. */
export interface StoredCheck {
  _id: 'check';
  nextAt: Date;
  /** Random word of the instance whose turn it is. */
  turn?: string;
  cursors?: Record<string, ObjectId | null>;
  /** The places of recordings that lack something. */
  hollow?: { id: ObjectId; owner: ObjectId }[];
}

export const checkCollection = (database: Connection): Collection<StoredCheck> =>
  database.collection<StoredCheck>('sweeps');
