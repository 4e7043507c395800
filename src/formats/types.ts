/** What every decoder yields and throws: bytes in, runs of typed samples out. Pure: no Koa, no mongoose, no fs. */
import type { CanonicalLead } from '../signal/leads.ts';
import type { Samples, SampleType } from '../signal/samples.ts';
import type { ReadFrames } from './common/frames.ts';

/** A channel as its file describes it. Values a file does not give are null: nothing is guessed here. */
export interface DecodedChannel {
  name: string;
  /** Hz */
  samplingRate: number | null;
  /** Physical unit, as given (`mV`, `uV`). */
  unit: string | null;
  /** Stored units per physical unit; null where unknown. Whether a channel is calibrated follows from it and the unit (`signal/units.ts`). */
  gain: number | null;
  /** What the format takes where the gain is unknown, if that is not 1. */
  assumedGain?: number;
  /** Stored value of physical zero; null where unknown (then 0). */
  zeroLevel: number | null;
}

/** Whom and what a file says it was recorded of: to suggest a match in the directory, never to make one. Null where it does not say. */
export interface Subject {
  patientId: string | null;
  patientName: string | null;
  /** ISO 8601 date. */
  birthDate: string | null;
  sex: 'male' | 'female' | null;
  studyId: string | null;
}

/** A mark that came with a recording: a beat, a rhythm, a remark. */
export interface Annotation {
  /** Seconds from the first sample. */
  at: number;
  /** Seconds; null for a moment. */
  duration: number | null;
  /** Number of the channel it belongs to; null: all. */
  channel: number | null;
  /** The format's own code (WFDB's mnemonic such as `N` or `V`); null for a text alone. */
  code: string | null;
  text: string | null;
}

export interface DecodedRecording {
  /** The client's or the device's id; null where there is none. */
  externalId: string | null;
  /** ISO 8601 as given, with or without a zone; null where unknown. */
  date: string | null;
  channels: DecodedChannel[];
  patient: string | null;
  study: string | null;
  notes: string | null;
  subject: Subject | null;
  /** What tells this recording of a file from its others (`rhythm`, `median beat`); null where a file holds one. */
  part: string | null;
  /** What was in the file and is not kept, in words. */
  warnings: string[];
}

/**
 * `samples`: the next samples of one channel (numbered from 0 in order of first appearance); the array is the decoder's own
 * and is valid only until the next event is asked for. A missing sample is the type's marker (`signal/samples.ts`).
 * `zero-level`: the stored value of a channel's physical zero, where the file tells it before the samples; without it the samples
 * are counted about 0 first and, if the description says otherwise, once more.
 * `channel-end`: no more samples of this channel will come; told by decoders of formats that hold one channel after the other, so that its last block need not wait.
 * `annotations`: marks of the recording, in the order of time, in runs of at most `MAX_ANNOTATIONS_A_RUN`; at any place before its `recording`.
 * `recording`: all samples of a recording have been yielded; this describes it. Numbering starts again after it.
 */
export type DecoderEvent =
  | { kind: 'zero-level'; channel: number; zeroLevel: number }
  | { kind: 'samples'; channel: number; samples: Samples }
  | { kind: 'channel-end'; channel: number }
  | { kind: 'annotations'; annotations: Annotation[] }
  | { kind: 'recording'; recording: DecodedRecording };

/** Annotations of one event. */
export const MAX_ANNOTATIONS_A_RUN = 1_000;

/** The files of one upload. Each may be read once. */
export interface UploadFiles {
  /** The file by which the format was recognised, from its first byte. */
  main: { name: string | null; bytes: AsyncIterable<Uint8Array> };
  /**
   * Another file that came with it, by the name that the main one gives it (without a folder, in any case); null where it did not come.
   * @param again whether it will be opened once more: otherwise it may flow straight from the network and cannot
   */
  open(name: string, again?: boolean): Promise<AsyncIterable<Uint8Array> | null>;
}

export type Decoder = (files: UploadFiles, limits: DecoderLimits) => AsyncGenerator<DecoderEvent, void, void>;

/** A channel that is to be written: `samples` of them, in the widest type `sampleType`, of which `missing` are missing. */
export interface WritableChannel extends Omit<DecodedChannel, 'gain' | 'assumedGain' | 'zeroLevel'> {
  lead: CanonicalLead | null;
  gain: number;
  zeroLevel: number;
  /** False where no unit of a physical quantity and its gain are known: then the file must not claim a scale. */
  calibrated: boolean;
  sampleType: SampleType;
  samples: number;
  missing: number;
  /** Lowest and highest stored value; null where every sample is missing. */
  lowest: number | null;
  highest: number | null;
}

/** A recording that is to be written, whole or a window of it. */
export interface WritableRecording {
  /** Our own id: a name for files. */
  id: string;
  externalId: string | null;
  /** ISO 8601 with a zone, of the first sample that is written. */
  date: string | null;
  notes: string | null;
  /** Null when nothing may point to a person. */
  subject: Subject | null;
  channels: WritableChannel[];
  annotations: Annotation[];
}

export interface EncodedFile {
  name: string;
  bytes: AsyncIterable<Uint8Array>;
}

/**
 * Writes a recording; files are read in their order, one after the other.
 * @throws FormatError `content` at once where the format cannot hold it, with the reason and what to do
 */
export type Encoder = (recording: WritableRecording, read: ReadFrames) => EncodedFile[];

export const FORMAT_IDS = ['json', 'wfdb', 'edf', 'dicom', 'aecg', 'fhir', 'csv'] as const;
export type FormatId = (typeof FORMAT_IDS)[number];

/** A format as a whole; each folder of `formats` exports one, and `registry.ts` lists them. */
export interface Format {
  id: FormatId;
  title: string;
  /** With the dot. */
  extensions: readonly string[];
  mediaType: string;
  /** What is read and written, what is not, and bounds, a sentence each: shown by `GET /formats`. */
  notes: readonly string[];
  /** True while no file of an independent writer has been met. */
  experimental: boolean;
  /** Whether a file that begins with these bytes (at most `HEAD_BYTES`, fewer where the file is shorter) is of this format. */
  recognises(head: Uint8Array): boolean;
  /**
   * Only where files of the format name each other: whether no other file of the same upload can name this one, by its beginning, so that
   * decoding may start before all of them are there.
   */
  isMain?(head: Uint8Array): boolean;
  decode: Decoder | null;
  encode: Encoder | null;
}

/** Bytes by which a format is recognised. */
export const HEAD_BYTES = 4096;

/** Named bounds of what a file may ask for; defaults in `config.ts`. */
export interface DecoderLimits {
  maxChannels: number;
  /** Characters of a channel name. */
  maxNameLength: number;
  /** Bytes of what is not signal and has to be remembered at one time: keys and values of the open objects. */
  maxMetadataBytes: number;
  /** Levels of nested arrays and objects. */
  maxDepth: number;
}

/** `syntax`: the bytes are not of this format. `content`: they are, and what they say does not hold together. */
export type FormatErrorKind = 'syntax' | 'content';

/** The only error a decoder throws. */
export class FormatError extends Error {
  readonly format: string;
  readonly kind: FormatErrorKind;
  /** Byte offset into the file where it was noticed; null where no single place can be named. */
  readonly offset: number | null;

  constructor(format: string, kind: FormatErrorKind, offset: number | null, reason: string) {
    super(reason);
    this.name = 'FormatError';
    this.format = format;
    this.kind = kind;
    this.offset = offset;
  }
}
