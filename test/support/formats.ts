/**
 * Decoders and encoders for tests: complete files in memory, cut at random positions before decoding, and collected
 * after encoding.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  Annotation,
  DecodedRecording,
  Decoder,
  DecoderLimits,
  Encoder,
  UploadFiles,
  WritableChannel,
  WritableRecording,
} from '../../src/formats/types.ts';
import type { Frames, Lane, ReadFrames } from '../../src/formats/common/frames.ts';
import { FormatError, MAX_ANNOTATIONS_A_RUN } from '../../src/formats/types.ts';
import { BlockBuilder } from '../../src/signal/block-builder.ts';
import { canonicalLeads } from '../../src/signal/leads.ts';
import { missingMarker, type Samples, sampleType, type SampleType, widerType } from '../../src/signal/samples.ts';
import { presentIn } from '../../src/signal/present-runs.ts';
import { summarize } from '../../src/signal/summarize.ts';
import { uniform } from './signals.ts';

export const LIMITS: DecoderLimits = { maxChannels: 256, maxNameLength: 200, maxMetadataBytes: 1 << 20, maxDepth: 32 };

/** Files by name, without folders. */
export type Files = Readonly<Record<string, Uint8Array>>;

/** One complete recording of a file. */
export interface DecodedWhole {
  recording: DecodedRecording;
  /** Stored values by channel: NaN where missing. */
  digits: Float64Array[];
  annotations: Annotation[];
}

/**
 * Chunks of random lengths up to `longest`. Each is a copy that is overwritten when the next is requested. They are
 * Buffers, as sockets and files give them, whose slices are not copies.
 */
export async function* randomChunks(
  bytes: Uint8Array,
  random: () => number,
  longest = 5_000,
): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length;) {
    const chunk = Buffer.from(bytes.subarray(from, from + 1 + Math.floor(random() * longest)));
    from += chunk.length;
    yield chunk;
    chunk.fill(0x21);
  }
}

/** The files of an upload. @param cut how a file's bytes are split; by default not at all */
export function uploadOf(
  files: Files,
  main: string,
  cut: (bytes: Uint8Array) => AsyncIterable<Uint8Array> = whole,
): UploadFiles {
  const known = new Map(Object.entries(files).map(([name, bytes]) => [name.toLowerCase(), bytes]));
  const bytes = files[main];
  if (!bytes) throw new Error(`there is no file ${main}`);
  const spent = new Set([main.toLowerCase()]);
  return {
    main: { name: main, bytes: cut(bytes) },
    open: async (name, again = false) => {
      const key = name.toLowerCase();
      const found = known.get(key);
      if (!found) return null;
      if (spent.has(key)) throw new Error(`${name} was opened twice`);
      if (!again) spent.add(key);
      return cut(found);
    },
    others: async () => Object.keys(files).filter((name) => !spent.has(name.toLowerCase())),
  };
}

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Every recording of an upload. Throws the decoder's errors, and an Error if the decoder breaks its contract. */
export async function gather(decode: Decoder, upload: UploadFiles, limits = LIMITS): Promise<DecodedWhole[]> {
  const found: DecodedWhole[] = [];
  let runs: Float64Array[][] = [];
  let annotations: Annotation[] = [];
  let levels = new Map<number, number>();
  let rates = new Map<number, number>();
  let ended = new Set<number>();
  for await (const event of decode(upload, limits)) {
    if (event.kind === 'zero-level') {
      if (levels.has(event.channel) || runs[event.channel])
        throw new Error(`the zero level of channel ${event.channel} came late or twice`);
      levels.set(event.channel, event.zeroLevel);
    } else if (event.kind === 'sampling-rate') {
      if (rates.has(event.channel) || runs[event.channel])
        throw new Error(`the sampling rate of channel ${event.channel} came late or twice`);
      rates.set(event.channel, event.samplingRate);
    } else if (event.kind === 'channel-end') {
      ended.add(event.channel);
    } else if (event.kind === 'samples') {
      if (ended.has(event.channel)) throw new Error(`channel ${event.channel} went on behind its end`);
      if (event.channel > Math.max(runs.length, levels.size))
        throw new Error(`channel ${event.channel} came before channel ${runs.length}`);
      (runs[event.channel] ??= []).push(asDoubles(event.samples));
    } else if (event.kind === 'annotations') {
      if (event.annotations.length > MAX_ANNOTATIONS_A_RUN)
        throw new Error(`${event.annotations.length} annotations in one run`);
      annotations.push(...event.annotations);
    } else {
      const { recording } = event;
      if (runs.length > recording.channels.length)
        throw new Error('there are samples of a channel that is not described');
      levels.forEach((level, channel) => {
        if (level !== (recording.channels[channel]?.zeroLevel ?? 0))
          throw new Error(`channel ${channel} was told with zero level ${level}, and described with another`);
      });
      rates.forEach((rate, channel) => {
        if (rate !== recording.channels[channel]?.samplingRate)
          throw new Error(`channel ${channel} was told with ${rate} Hz, and described with another rate`);
      });
      found.push({
        recording,
        digits: recording.channels.map((_, channel) => joined(runs[channel] ?? [])),
        annotations,
      });
      [runs, annotations, levels, rates, ended] = [[], [], new Map(), new Map(), new Set()];
    }
  }
  if (runs.length > 0) throw new Error('samples came behind the last recording');
  return found;
}

/** The same, with every file cut at random positions. */
export const decodeFiles = (
  decode: Decoder,
  files: Files,
  main: string,
  seed = 1,
  limits = LIMITS,
): Promise<DecodedWhole[]> => {
  const random = uniform(seed);
  return gather(
    decode,
    uploadOf(files, main, (bytes) => randomChunks(bytes, random)),
    limits,
  );
};

function asDoubles(samples: Samples): Float64Array {
  const marker = missingMarker(sampleType(samples));
  return Float64Array.from(samples, (value) => (value === marker ? NaN : value));
}

function joined(runs: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(runs.reduce((length, run) => length + run.length, 0));
  let at = 0;
  for (const run of runs) {
    all.set(run, at);
    at += run.length;
  }
  return all;
}

/** A channel of `golden.json`. */
export interface GoldenChannel {
  record: string;
  channel: string;
  channel_index: number;
  samples: number;
  samplingRate: number;
  gain: number;
  baseline: number;
  unit: string;
  missing: number;
  fmt: string;
  zeroCrossings: number;
  digital_first5: number[];
  digital_last5: number[];
  digitsSha256Int32LE: string;
}

/** @param folder of `recordingsDir()` */
export const goldenChannels = (folder: string): GoldenChannel[] =>
  (JSON.parse(readFileSync(join(folder, 'golden.json'), 'utf8')) as { channels: GoldenChannel[] }).channels;

/**
 * SHA-256 of the digits as int32 little-endian, as in `golden.json`.
 * @param missing the value of a missing sample there: the one that the format itself uses
 */
export const digitsHash = (digits: Float64Array, missing = -32768): string =>
  createHash('sha256')
    .update(Int32Array.from(digits, (value) => (Number.isNaN(value) ? missing : value)))
    .digest('hex');

/**
 * The properties of a decoded channel that `golden.json` contains. The hash is compared separately, since formats
 * differ in their value for missing samples.
 */
export function measured(
  { recording, digits }: DecodedWhole,
  channel: number,
): Pick<
  GoldenChannel,
  'channel' | 'samples' | 'samplingRate' | 'gain' | 'baseline' | 'unit' | 'missing' | 'zeroCrossings'
> {
  const described = recording.channels[channel]!;
  const summary = summarize(digits[channel]!, described.zeroLevel ?? 0);
  return {
    channel: described.name,
    samples: summary.samples,
    samplingRate: described.samplingRate!,
    gain: (described.gain ?? described.assumedGain)!,
    baseline: described.zeroLevel!,
    unit: described.unit!,
    missing: summary.missing,
    zeroCrossings: summary.zeroCrossings,
  };
}

/**
 * A channel to be written. Its values (null or NaN: missing) are in the smallest types, as the block store returns
 * them.
 */
export interface ChannelToWrite extends Partial<
  Omit<WritableChannel, 'samples' | 'missing' | 'lowest' | 'highest' | 'sampleType'>
> {
  values: ArrayLike<number | null>;
}

/** The input of an encoder. */
export interface Written {
  recording: WritableRecording;
  read: ReadFrames;
}

/**
 * A recording from arrays. Its reader returns at most `piece` frames at a time, in runs of limited length, each with
 * its own type.
 */
export function writable(
  channels: readonly ChannelToWrite[],
  about: Partial<Omit<WritableRecording, 'channels'>> = {},
  piece = 65_536,
): Written {
  const leads = canonicalLeads(channels.map((channel, i) => channel.name ?? `channel ${i}`));
  const values = channels.map((channel) => Float64Array.from(channel.values, (value) => value ?? NaN));
  const described = channels.map(({ values: _values, ...given }, i): WritableChannel => {
    const { samples, missing, minimum, maximum } = summarize(values[i]!, 0);
    const present = samples > missing;
    return {
      name: `channel ${i}`,
      samplingRate: 500,
      unit: 'mV',
      gain: 1000,
      zeroLevel: 0,
      calibrated: true,
      lead: leads[i] ?? null,
      ...given,
      sampleType: typed(values[i]!)
        .map(sampleType)
        .reduce(widerType, 'int16' as SampleType),
      samples,
      missing,
      ...(missing > 0 && { present: presentIn(values[i]!) }),
      lowest: present ? minimum : null,
      highest: present ? maximum : null,
    };
  });
  return {
    recording: {
      id: '665f1c2ab7e4d1a2c3b4d5e6',
      externalId: null,
      date: null,
      notes: null,
      subject: null,
      annotations: [],
      ...about,
      channels: described,
    },
    read: (lanes, most) => framesOf(lanes, values, Math.min(most, piece), piece),
  };
}

/** Frames from arrays. @param longest samples of a run */
async function* framesOf(
  lanes: readonly Lane[],
  values: readonly Float64Array[],
  most: number,
  longest: number,
): AsyncGenerator<Frames> {
  const frames = Math.max(0, ...lanes.map(({ channel, perFrame }) => Math.ceil(values[channel]!.length / perFrame)));
  for (let from = 0; from < frames; from += most) {
    const count = Math.min(most, frames - from);
    const runs = lanes.map(({ channel, perFrame }) =>
      typed(values[channel]!.subarray(from * perFrame, (from + count) * perFrame)).flatMap((block) =>
        cut(block, longest),
      ),
    );
    yield { count, runs };
    // Runs are only valid until the next ones are requested.
    for (const run of runs.flat()) run.fill(123);
  }
}

const cut = (block: Samples, longest: number): Samples[] =>
  Array.from({ length: Math.ceil(block.length / longest) }, (_, i) => block.slice(i * longest, (i + 1) * longest));

function typed(values: Float64Array): Samples[] {
  const blocks: Samples[] = [];
  const builder = new BlockBuilder((block) => blocks.push(block));
  builder.append(values);
  builder.finish();
  return blocks;
}

/** Writes a recording and returns its files. */
export async function encodeFiles(encode: Encoder, { recording, read }: Written): Promise<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {};
  for (const { name, bytes } of encode(recording, read)) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of bytes) chunks.push(new Uint8Array(chunk));
    files[name] = Buffer.concat(chunks);
  }
  return files;
}

/** The error with which a file is refused. @throws Error if it is accepted */
export async function refusalOf(reading: Promise<unknown>): Promise<FormatError> {
  try {
    await reading;
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}
