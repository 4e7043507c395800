/** Decodes a whole JSON upload, and computes the expected result with `JSON.parse`, as a slow and simple reference. */
import {
  MAX_GAIN,
  MAX_ID_LENGTH,
  MAX_NOTES_LENGTH,
  MAX_REFERENCE_LENGTH,
  MAX_SAMPLING_RATE,
  MAX_UNIT_LENGTH,
  MAX_ZERO_LEVEL,
  MIN_GAIN,
  MIN_SAMPLING_RATE,
} from '../../../../src/formats/common/bounds.ts';
import { decodeJson } from '../../../../src/formats/json/decode.ts';
import { COUNT_KEYS } from '../../../../src/formats/json/fields.ts';
import type { DecodedChannel, DecodedRecording, DecoderLimits } from '../../../../src/formats/types.ts';
import { FormatError } from '../../../../src/formats/types.ts';
import { missingMarker, sampleType } from '../../../../src/signal/samples.ts';

export const LIMITS: DecoderLimits = { maxChannels: 256, maxNameLength: 200, maxMetadataBytes: 1 << 20, maxDepth: 32 };

/** A recording with all its samples: NaN if missing. */
export interface Whole {
  recording: Omit<DecodedRecording, 'warnings'>;
  samples: number[][];
}

const encoder = new TextEncoder();

export const bytesOf = (document: string | Uint8Array): Uint8Array =>
  typeof document === 'string' ? encoder.encode(document) : document;

/** The bytes in chunks of the given sizes, repeated to the end. Every chunk is a copy that is overwritten after use. */
export async function* chunked(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (let turn = 0; from < bytes.length; turn++) {
    const chunk = bytes.slice(from, from + (sizes[turn % sizes.length] as number));
    from += chunk.length;
    yield chunk;
    chunk.fill(0x21);
  }
}

export interface Decoded extends Whole {
  warnings: string[];
  /** Lengths of the runs of samples. */
  runs: number[];
  /** Zero levels given before the samples, by channel. */
  early: Map<number, number>;
  /** Sampling rates given before the samples, by channel. */
  earlyRates: Map<number, number>;
}

/** Decodes; throws the errors of the decoder. */
export async function decode(
  document: string | Uint8Array,
  sizes: readonly number[] = [65536],
  limits = LIMITS,
): Promise<Decoded> {
  const samples: number[][] = [];
  const runs: number[] = [];
  const early = new Map<number, number>();
  const earlyRates = new Map<number, number>();
  let described: DecodedRecording | null = null;
  for await (const event of decodeJson(
    { main: { name: null, bytes: chunked(bytesOf(document), sizes) }, open: async () => null },
    limits,
  )) {
    if (described !== null) throw new Error('an event came after the recording');
    if (event.kind === 'recording') described = event.recording;
    else if (event.kind === 'zero-level') {
      if (samples[event.channel] !== undefined || early.has(event.channel))
        throw new Error('a zero level came late or twice');
      early.set(event.channel, event.zeroLevel);
    } else if (event.kind === 'sampling-rate') {
      if (samples[event.channel] !== undefined || earlyRates.has(event.channel))
        throw new Error('a sampling rate came late or twice');
      earlyRates.set(event.channel, event.samplingRate);
    } else if (event.kind === 'channel-end') {
      if (event.channel !== samples.length - 1) throw new Error('the end of a channel came at another place');
    } else if (event.kind === 'annotations') {
      throw new Error('JSON has no annotations');
    } else {
      const channel = (samples[event.channel] ??= []);
      const marker = missingMarker(sampleType(event.samples));
      for (const value of event.samples) channel.push(value === marker ? NaN : value);
      runs.push(event.samples.length);
    }
  }
  if (described === null) throw new Error('no recording came');
  const { warnings, ...recording } = described;
  return { recording, samples, warnings, runs, early, earlyRates };
}

/** The FormatError of a document; other errors are rethrown. */
export async function refusal(
  document: string | Uint8Array,
  sizes?: readonly number[],
  limits?: DecoderLimits,
): Promise<FormatError> {
  try {
    await decode(document, sizes, limits);
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
  throw new Error('the document was accepted');
}

type Members = Record<string, unknown>;

/**
 * The expected recording of a document; null if it is JSON, but not a recording. Notices neither duplicate keys nor the
 * spelling of numbers.
 */
export function reference(value: unknown): Whole | null {
  if (!isObject(value) || !Array.isArray(value['leads']) || value['leads'].length === 0) return null;
  const { id, date, patient, study, notes } = value;
  if (
    !(isText(id, MAX_ID_LENGTH) || Number.isInteger(id)) ||
    !isText(patient, MAX_REFERENCE_LENGTH) ||
    !isText(study, MAX_REFERENCE_LENGTH)
  )
    return null;
  if (!absent(notes) && (typeof notes !== 'string' || notes.length > MAX_NOTES_LENGTH)) return null;
  if (!absent(date) && (typeof date !== 'string' || !isDate(date))) return null;
  if (!calibrationHolds(value)) return null;
  const channels: DecodedChannel[] = [];
  const samples: number[][] = [];
  for (const lead of value['leads'] as unknown[]) {
    if (
      !isObject(lead) ||
      typeof lead['name'] !== 'string' ||
      !Array.isArray(lead['signal']) ||
      lead['signal'].length === 0
    )
      return null;
    const signal = lead['signal'] as unknown[];
    if (!signal.every((sample) => sample === null || (typeof sample === 'number' && Math.abs(sample) <= 1e100)))
      return null;
    if (!calibrationHolds(lead) || !COUNT_KEYS.every((key) => absent(lead[key]) || lead[key] === signal.length))
      return null;
    const name = lead['name'].trim();
    if (name === '' || name.length > LIMITS.maxNameLength || channels.some((other) => other.name === name)) return null;
    const either = (key: string): unknown => lead[key] ?? value[key] ?? null;
    channels.push({
      name,
      samplingRate: either('samplingRate') as number,
      unit: trimmed(either('unit')),
      gain: either('gain') as number,
      zeroLevel: either('zeroLevel') as number,
    });
    samples.push(signal.map((sample) => (sample === null ? NaN : (sample as number) + 0)));
  }
  if (channels.length > LIMITS.maxChannels) return null;
  return {
    recording: {
      externalId: typeof id === 'number' ? String(id) : orNull(id),
      date: orNull(date),
      patient: trimmed(patient),
      study: trimmed(study),
      notes: orNull(notes),
      subject: null,
      part: null,
      channels,
    },
    samples,
  };
}

const absent = (value: unknown): boolean => value === undefined || value === null;
const orNull = (value: unknown): string | null => (value ?? null) as string | null;
const trimmed = (value: unknown): string | null => orNull(value)?.trim() ?? null;
const isText = (value: unknown, longest: number): boolean =>
  absent(value) || (typeof value === 'string' && value.length <= longest && value.trim() !== '');
const within = (value: unknown, lowest: number, highest: number): boolean =>
  typeof value === 'number' && value >= lowest && value <= highest;
const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether `Date` keeps the parts of the date unchanged. */
function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/.test(text)) return false;
  const local = text
    .replace(/(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/, (zone, at: number) => (at > 10 ? '' : zone))
    .replace(/\.\d+$/, '');
  const instant = new Date(`${local}${local.length === 10 ? 'T00:00' : ''}Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(local);
}

function calibrationHolds({ samplingRate, unit, gain, zeroLevel }: Members): boolean {
  return (
    (absent(samplingRate) || within(samplingRate, MIN_SAMPLING_RATE, MAX_SAMPLING_RATE)) &&
    isText(unit, MAX_UNIT_LENGTH) &&
    !(typeof unit === 'string' && /[\p{Cc}\p{Cf}\p{Cs}]/u.test(unit.trim())) &&
    (absent(gain) || within(gain, MIN_GAIN, MAX_GAIN) || within(gain, -MAX_GAIN, -MIN_GAIN)) &&
    (absent(zeroLevel) || within(zeroLevel, -MAX_ZERO_LEVEL, MAX_ZERO_LEVEL))
  );
}
