/** How recordings are stored: one document in `ecgs`. Their samples and marks are in `content-model.ts`. */
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
import type { Converter, FormatId, Subject } from '../../formats/types.ts';
import type { CanonicalLead } from '../../signal/leads.ts';
import type { SampleType } from '../../signal/samples.ts';
import type { SignalSummary } from '../../signal/summary.ts';
import type { NoOriginal, StoredOriginal } from './original-model.ts';

export type ObjectId = Types.ObjectId;

/** What may be set for a channel after its upload, and corrected. */
export const OPEN_FIELDS = ['samplingRate', 'unit', 'gain', 'zeroLevel'] as const;
export type OpenField = (typeof OPEN_FIELDS)[number];

/** What may be set for a recording after its upload, and corrected. */
export const OPEN_FACTS = ['date', 'externalId'] as const;
export type OpenFact = (typeof OPEN_FACTS)[number];

export interface StoredChannel {
  name: string;
  lead: CanonicalLead | null;
  /** Hz; null while unknown. */
  samplingRate: number | null;
  unit: string | null;
  /** Stored units per physical unit. */
  gain: number;
  zeroLevel: number;
  /** What the file says of the converter; absent if it says nothing, and in recordings of earlier versions. */
  converter?: Converter;
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

/** What lists of recordings are searched, filtered and sorted by (`listed.ts`). */
export interface Listed {
  /** The words of its texts, and the values that lists are filtered by, each with a leading `=`. */
  terms: string[];
  /** Seconds, of its longest channel; null while no sampling rate is known. */
  duration: number | null;
  /** Hz, of its fastest channel; null while unknown. */
  samplingRate: number | null;
}

/** A file of annotations that was attached later. It is in the recording's document. */
export interface AttachedFile {
  _id: ObjectId;
  /** The file's name, if it had one. */
  name: string | null;
  format: FormatId;
  /** Number of its annotations, in `ecgAttachedAnnotations`. */
  annotations: number;
  /** SHA-256 of the file: attaching the same file again changes nothing. */
  digest: mongo.Binary;
  createdAt: Date;
  createdBy: ObjectId;
}

export interface StoredEcg {
  _id: ObjectId;
  owner: ObjectId;
  externalId: string | null;
  /** When it was recorded. */
  date: Date | null;
  /** Microseconds after `date`, 0 to 999. Absent in recordings of earlier versions: 0. */
  dateMicroseconds?: number;
  patient: string | null;
  study: string | null;
  notes: string | null;
  /** The format it came in. */
  format: FormatId;
  /** The name of the uploaded file, without folders; null if it has none. Absent in recordings of earlier versions. */
  fileName?: string | null;
  /** The name that the file gives the record (WFDB), else null. Absent in recordings of earlier versions. */
  recordName?: string | null;
  /** What the file left open. Absent in recordings of earlier versions: then what is null (`openFacts`). */
  open?: OpenFact[];
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
  /** Number of the reader's own annotations in `ecgMarks`; absent: none so far. */
  marks?: number;
  /** The files of annotations that were attached; absent: none so far. */
  attached?: AttachedFile[];
  /** Counts changes of the comment: its version; absent: none so far. */
  commentRevision?: number;
  /** Counts changes of what readers have added: annotations and comments. They do not change the version. */
  readerRevision?: number;
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
  /** The uploaded files, if they are kept. */
  original?: StoredOriginal;
  /** Why they are not; both are absent in recordings of earlier versions. */
  noOriginal?: NoOriginal;
  channels: StoredChannel[];
  /** Derived from the other fields; absent in recordings that an instance of an earlier version has stored. */
  listed?: Listed;
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

const channelSchema = new Schema<StoredChannel>(
  {
    name: { type: String, required: true },
    lead: { type: String, default: null },
    samplingRate: { type: Number, default: null },
    unit: { type: String, default: null },
    gain: { type: Number, required: true },
    zeroLevel: { type: Number, required: true },
    converter: { type: Object },
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
    dateMicroseconds: { type: Number },
    patient: { type: String, default: null },
    study: { type: String, default: null },
    notes: { type: String, default: null },
    format: { type: String, required: true },
    fileName: { type: String },
    recordName: { type: String },
    open: { type: [String], default: undefined },
    subject: { type: Object, default: null },
    part: { type: String, default: null },
    siblings: { type: [Schema.Types.ObjectId], default: [] },
    annotations: { type: Number, default: 0 },
    annotationDigest: { type: Buffer },
    marks: { type: Number },
    attached: { type: [Object], default: undefined },
    commentRevision: { type: Number },
    readerRevision: { type: Number },
    digest: { type: Buffer, required: true },
    apart: { type: Schema.Types.Mixed, default: null },
    blockDocuments: { type: Number },
    envelopeDocuments: { type: Number },
    minuteDocuments: { type: Number },
    derivedDueAt: { type: Date },
    original: {
      type: new Schema<StoredOriginal>(
        { files: { type: [Object], required: true }, chunks: Number, isShared: Boolean },
        { _id: false, strict: 'throw' },
      ),
    },
    noOriginal: { type: String },
    channels: { type: [channelSchema], required: true },
    listed: {
      type: new Schema<Listed>(
        {
          terms: { type: [String], required: true },
          duration: { type: Number, default: null },
          samplingRate: { type: Number, default: null },
        },
        { _id: false, strict: 'throw' },
      ),
    },
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
