/** What every decoder yields and throws: bytes in, runs of typed samples out. Pure: no Koa, no mongoose, no fs. */
import type { Samples } from '../signal/samples.ts';

/** A channel as its file describes it. Values a file does not give are null: nothing is guessed here. */
export interface DecodedChannel {
  name: string;
  /** Hz */
  samplingRate: number | null;
  /** Physical unit, as given (`mV`, `uV`). */
  unit: string | null;
  /** Stored units per physical unit; null where unknown (then 1). */
  gain: number | null;
  /** Stored value of physical zero; null where unknown (then 0). */
  zeroLevel: number | null;
  /** False where the format says that its gain is a default, not a calibration. */
  calibrated: boolean;
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
  /** What was in the file and is not kept, in words. */
  warnings: string[];
}

/**
 * `samples`: the next samples of one channel (numbered from 0 in order of first appearance); the array is the decoder's own
 * and is valid only until the next event is asked for. A missing sample is the type's marker (`signal/samples.ts`).
 * `zero-level`: the stored value of a channel's physical zero, where the file tells it before the samples; without it the samples
 * are counted about 0 first and, if the description says otherwise, once more.
 * `recording`: all samples of a recording have been yielded; this describes it. Numbering starts again after it.
 */
export type DecoderEvent =
  | { kind: 'zero-level'; channel: number; zeroLevel: number }
  | { kind: 'samples'; channel: number; samples: Samples }
  | { kind: 'recording'; recording: DecodedRecording };

export type Decoder = (bytes: AsyncIterable<Uint8Array>, limits: DecoderLimits) => AsyncGenerator<DecoderEvent, void, void>;

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
