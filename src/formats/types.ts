/** The types of all decoders and encoders: bytes in, runs of typed samples out. Pure: no Koa, no mongoose, no fs. */
import type { CanonicalLead } from '../signal/leads.ts';
import type { Samples, SampleType } from '../signal/samples.ts';
import type { PresentRun } from '../signal/present-runs.ts';
import type { ReadFrames } from './common/frames.ts';
import type { TableOptions } from './common/table-options.ts';

/** A channel as its file describes it. Values that the file does not give are null: nothing is guessed here. */
export interface DecodedChannel {
  name: string;
  /** Hz */
  samplingRate: number | null;
  /** Physical unit, as given (`mV`, `uV`). */
  unit: string | null;
  /**
   * Stored units per physical unit; null if unknown. Whether a channel is calibrated follows from it and the unit
   * (`signal/units.ts`).
   */
  gain: number | null;
  /** The gain that the format assumes if it is unknown, unless that is 1. */
  assumedGain?: number;
  /** Stored value of physical zero; null if unknown (then 0). */
  zeroLevel: number | null;
  /** What the file says of the converter, if its format has such fields (WFDB). */
  converter?: Converter;
}

/** An analogue-to-digital converter: its bits, and the stored value in the middle of its range. */
export interface Converter {
  resolution: number;
  zero: number;
}

/**
 * The patient and study named in a file: used to suggest a match in the directory, never to make one. Null if the file
 * names none.
 */
export interface Subject {
  patientId: string | null;
  patientName: string | null;
  /** ISO 8601 date. */
  birthDate: string | null;
  sex: 'male' | 'female' | null;
  studyId: string | null;
}

/** A mark that came with a recording: a beat, a rhythm or a remark. */
export interface Annotation {
  /** Seconds from the first sample. */
  at: number;
  /** Seconds; null for a point in time. */
  duration: number | null;
  /** Number of its channel; null for all channels. */
  channel: number | null;
  /** The format's own code (such as WFDB's mnemonics `N` or `V`); null for text only. */
  code: string | null;
  text: string | null;
}

export interface DecodedRecording {
  /** The name that the file gives the record, if its format has such names (WFDB). */
  recordName?: string;
  /** The client's or the device's id; null if there is none. */
  externalId: string | null;
  /** ISO 8601 as given, with or without a zone; null if unknown. */
  date: string | null;
  channels: DecodedChannel[];
  patient: string | null;
  study: string | null;
  notes: string | null;
  subject: Subject | null;
  /** Distinguishes the recordings of a file (`rhythm`, `median beat`); null if the file has only one. */
  part: string | null;
  /** Describes content of the file that is not kept. */
  warnings: string[];
}

/**
 * `samples`: the next samples of one channel (numbered from 0 in order of first appearance); the array belongs to the
 * decoder and is valid only until the next event is requested. A missing sample is the type's marker
 * (`signal/samples.ts`). `zero-level`: the stored value of a channel's physical zero, if the file gives it before the
 * samples. Without it, crossings are first counted about 0 and, if the description gives another value, once more.
 * `sampling-rate`: a channel's sampling rate in Hz, if the file gives it before the samples. Without it, or if the
 * description gives another one, what is stored for trends is made later, from the stored samples.
 * `channel-end`: no more samples of this channel will come. Yielded by decoders of formats that store the channels one
 * after the other, so that its last block need not wait. `annotations`: marks of the recording, in order of time, in
 * runs of at most `MAX_ANNOTATIONS_A_RUN`, anywhere before its `recording`. `recording`: all samples of a recording
 * have been yielded; this describes it. Numbering starts again after it.
 */
export type DecoderEvent =
  | { kind: 'zero-level'; channel: number; zeroLevel: number }
  | { kind: 'sampling-rate'; channel: number; samplingRate: number }
  | { kind: 'samples'; channel: number; samples: Samples }
  | { kind: 'channel-end'; channel: number }
  | { kind: 'annotations'; annotations: Annotation[] }
  | { kind: 'recording'; recording: DecodedRecording };

/** The part that is a calibration pulse in all leads at once: no signal of the patient. */
export const CALIBRATION_PULSE = 'calibration pulse';

/** Greatest number of annotations in one event. */
export const MAX_ANNOTATIONS_A_RUN = 1_000;

/** The files of one upload. Each may be read once. */
export interface UploadFiles {
  /** The file by which the format was recognised, read from its first byte. */
  main: { name: string | null; bytes: AsyncIterable<Uint8Array> };
  /**
   * Another file of the upload, by the name used in the main file (without folder, in any case); null if it was not
   * uploaded.
   * @param again whether it will be opened again; if not, it may be streamed directly from the network, so that it can
   * be read only once
   */
  open(name: string, again?: boolean): Promise<AsyncIterable<Uint8Array> | null>;
  /**
   * The names of the files that have not been opened and are no recordings of their own. All files have arrived then.
   * Absent: there are none.
   */
  others?(): Promise<string[]>;
}

export type Decoder = (files: UploadFiles, limits: DecoderLimits) => AsyncGenerator<DecoderEvent, void, void>;

/** A channel to be written: its number of `samples`, their widest type `sampleType`, and how many are `missing`. */
export interface WritableChannel extends Omit<DecodedChannel, 'gain' | 'assumedGain' | 'zeroLevel'> {
  lead: CanonicalLead | null;
  gain: number;
  zeroLevel: number;
  /** False unless a physical unit and its gain are known; the file must then not claim a scale. */
  calibrated: boolean;
  sampleType: SampleType;
  samples: number;
  missing: number;
  /**
   * Where its samples are present, if some are missing and the format needs to know (`needsGaps`); absent if there are
   * too many gaps.
   */
  present?: readonly PresentRun[];
  /** Lowest and highest stored value; null if every sample is missing. */
  lowest: number | null;
  highest: number | null;
}

/** A recording, or a window of one, to be written. */
export interface WritableRecording {
  /** Our own id. */
  id: string;
  /** What its files are named by, without an extension; the id if it is omitted. */
  name?: string;
  externalId: string | null;
  /** When the first sample to be written was taken, ISO 8601 with a zone. */
  date: string | null;
  notes: string | null;
  /** Null if the file must not identify a person. */
  subject: Subject | null;
  channels: WritableChannel[];
  annotations: Annotation[];
}

export interface EncodedFile {
  name: string;
  /** Whether its bytes are samples in binary: in a zip it takes far longer to compress them than to send them. */
  isDense?: true;
  bytes: AsyncIterable<Uint8Array>;
}

/**
 * Writes a recording; its files are read one after the other, in order.
 * @throws FormatError `content` at once if the format cannot hold the recording, with the reason and a way out
 */
export type Encoder = (recording: WritableRecording, read: ReadFrames) => EncodedFile[];

export const FORMAT_IDS = [
  'json',
  'wfdb',
  'edf',
  'dicom',
  'aecg',
  'fhir',
  'csv',
  'scp',
  'ishne',
  'atc',
  'muse',
  'philips',
] as const;
export type FormatId = (typeof FORMAT_IDS)[number];

/** A complete format; each folder of `formats` exports one, and `registry.ts` lists them. */
export interface Format {
  id: FormatId;
  title: string;
  /** Including the dot. */
  extensions: readonly string[];
  mediaType: string;
  /** What is supported, what is not, and bounds, one sentence each: shown by `GET /formats`. */
  notes: readonly string[];
  /** Whether a file must say when the recording was made, unless it is de-identified. */
  needsDate?: true;
  /** True until it has been tested with a file of an independent writer. */
  experimental: boolean;
  /**
   * Whether a file that begins with these bytes (at most `HEAD_BYTES`, fewer if the file is shorter) has this format.
   */
  recognises(head: Uint8Array): boolean;
  /**
   * Only for formats whose files refer to each other: whether, by its beginning, no other file of the upload can refer
   * to this one, so that decoding may start before all files have arrived.
   */
  isMain?(head: Uint8Array): boolean;
  /**
   * Only with `isMain`: whether a file with that beginning may nevertheless be part of another one, under an unusual
   * name.
   */
  mayBePart?(head: Uint8Array): boolean;
  /** What the files that `encode` writes do not reproduce exactly, in sentences. */
  losses?(recording: WritableRecording): string[];
  decode: Decoder | null;
  encode: Encoder | null;
  /** Whether the encoder must know where samples are missing before it reads them. */
  needsGaps?: true;
  /** The integers that it stores: other samples are converted before they reach the encoder. Absent: decimals, too. */
  integers?: Integers;
}

/** The integers that a format can store. */
export interface Integers {
  bits: 16 | 32;
  /** Whether it can express gain and zero level of a channel that has samples, all of which fit. Absent: always. */
  canScale?: (channel: WritableChannel) => boolean;
}

/** Bytes by which a format is recognised. */
export const HEAD_BYTES = 4096;

/** Bounds of what a file may demand; defaults in `startup/settings.ts`. */
export interface DecoderLimits {
  maxChannels: number;
  /** Characters of a channel name. */
  maxNameLength: number;
  /** Bytes of metadata held at one time: keys and values of open objects. */
  maxMetadataBytes: number;
  /** Levels of nested arrays and objects. */
  maxDepth: number;
  /** Whether a file that can only contain annotations is accepted as well; its recording has no channels then. */
  annotationsSuffice?: true;
  /** How a text table is laid out, as far as its sender says so. */
  table?: TableOptions;
}

/**
 * `syntax`: the bytes are not of this format. `content`: they are, but their values are inconsistent or cannot be
 * stored.
 */
export type FormatErrorKind = 'syntax' | 'content';

/** The only error a decoder throws. */
export class FormatError extends Error {
  readonly format: string;
  readonly kind: FormatErrorKind;
  /** Byte offset in the file where the error was noticed; null if there is no single place. */
  readonly offset: number | null;

  constructor(format: string, kind: FormatErrorKind, offset: number | null, reason: string) {
    super(reason);
    this.name = 'FormatError';
    this.format = format;
    this.kind = kind;
    this.offset = offset;
  }
}
