/** A range of one channel as it was recorded: stored units, in the widest type of its blocks. */
import type { Connection } from 'mongoose';
import { notFound, Problem } from '../../errors.ts';
import {
  missingMarker,
  type Samples,
  type SampleType,
  sampleType,
  type Scale,
  widerType,
} from '../../signal/samples.ts';
import { assertInside, rangeSamples, sampleRange, type SampleRange, type TimeWindow } from './insights.ts';
import type { StoredChannel, StoredEcg } from '../store/model.ts';

export interface ChannelRange {
  channel: StoredChannel;
  /** Number of the first sample, from 0. */
  first: number;
  /** Missing samples carry the marker of the type. */
  samples: Samples;
  type: SampleType;
}

/** Errors: `not-found` (no channel of that name), `sampling-rate-unknown`, `window-outside`, `answer-too-large`. */
export async function readRange(
  ecg: StoredEcg,
  name: string,
  window: TimeWindow,
  maxSamples: number,
  database: Connection,
): Promise<ChannelRange> {
  const number = ecg.channels.findIndex((channel) => channel.name === name);
  const channel = ecg.channels[number];
  if (!channel) throw notFound();
  const range = sampleRange(channel, window);
  assertInside([channel], window);
  const count = range.end - range.first;
  if (count > maxSamples) {
    const hint =
      channel.samplingRate === null
        ? 'Set samplingRate with PATCH, then narrow the range with from and to.'
        : `Narrow it with from and to: at most ${maxSamples / channel.samplingRate} s.`;
    throw new Problem(
      'answer-too-large',
      `The range has ${count} samples, but one answer may have at most ${maxSamples} (setting MAX_SAMPLES_PER_ANSWER). ${hint}`,
    );
  }
  const parts: Samples[] = [];
  for await (const part of rangeSamples(ecg, number, range, database)) parts.push(part);
  const type = parts.map(sampleType).reduce(widerType, 'int16');
  return { channel, first: range.first, samples: joined(parts, type, count), type };
}

const CONSTRUCTORS = { int16: Int16Array, int32: Int32Array, float32: Float32Array, float64: Float64Array };

/** One array of a type that is as wide as each part's. */
function joined(parts: readonly Samples[], type: SampleType, count: number): Samples {
  const whole = new CONSTRUCTORS[type](count);
  const missing = missingMarker(type);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    const marker = missingMarker(sampleType(part));
    if (sampleType(part) !== type)
      part.forEach((value, i) => {
        if (value === marker) whole[at + i] = missing;
      });
    at += part.length;
  }
  return whole;
}

/** A range of one channel in its physical unit; NaN where missing. The caller bounds the range. */
export async function physicalValues(
  ecg: StoredEcg,
  number: number,
  range: SampleRange,
  database: Connection,
): Promise<Float64Array> {
  const values = new Float64Array(range.end - range.first);
  let at = 0;
  for await (const part of rangeSamples(ecg, number, range, database)) {
    toPhysical(part, ecg.channels[number] as StoredChannel, values.subarray(at));
    at += part.length;
  }
  return values;
}

/** Stored samples in their physical unit, put into `target`; NaN where missing. */
export function toPhysical(samples: Samples, { gain, zeroLevel }: Scale, target: Float64Array): void {
  const marker = missingMarker(sampleType(samples));
  for (let i = 0; i < samples.length; i++) {
    const stored = samples[i] as number;
    target[i] = stored === marker ? NaN : (stored - zeroLevel) / gain;
  }
}

/** JSON text of the samples, in pieces: `null` where missing. */
export function* jsonNumbers(samples: Samples): Generator<string> {
  const PIECE = 8192;
  const missing = missingMarker(sampleType(samples));
  for (let from = 0; from < samples.length; from += PIECE) {
    const piece = Array.from(samples.subarray(from, from + PIECE), (value) =>
      value === missing || value !== value ? 'null' : String(value),
    );
    yield (from === 0 ? '' : ',') + piece.join(',');
  }
}
