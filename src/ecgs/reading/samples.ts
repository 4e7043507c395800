/** Ranges of channels: samples in stored units as recorded, and in physical units. */
import type { Connection } from 'mongoose';
import { Problem } from '../../errors.ts';
import { joinedRuns, type Samples, type SampleType, sampleType } from '../../signal/samples.ts';
import type { StoredChannel, StoredEcg } from '../store/model.ts';
import { partsOf } from './calculated.ts';
import { channelNumber } from './chosen-channels.ts';
import { toPhysical } from './physical.ts';
import { RecordingReader } from './recording-reader.ts';
import { type Span, spanOf } from './span-cursor.ts';
import { assertInside, sampleRange, type TimeWindow } from './window.ts';

export interface ChannelRange {
  channel: StoredChannel;
  /** Number of the first sample, from 0. */
  first: number;
  /** Missing samples have the marker of the type. */
  samples: Samples;
  type: SampleType;
}

/**
 * The part of these channels in one answer.
 * @param maxSamples of all channels together
 * Errors: `sampling-rate-unknown`, `window-outside`, `answer-too-large`
 */
export function answeredSpans(
  ecg: StoredEcg,
  numbers: readonly number[],
  window: TimeWindow,
  maxSamples: number,
): Span[] {
  const channels = numbers.map((number) => ecg.channels[number] as StoredChannel);
  const ranges = channels.map((channel) => sampleRange(channel, window));
  assertInside(channels, window);
  const count = ranges.reduce((sum, { first, end }) => sum + end - first, 0);
  if (count > maxSamples) {
    const what = channels.length === 1 ? 'The range has' : `The ranges of ${channels.length} channels have`;
    const fewer = channels.length === 1 ? '' : ' Or name fewer channels.';
    throw new Problem(
      'answer-too-large',
      `${what} ${count} samples, but one answer may have at most ${maxSamples} (setting MAX_SAMPLES_PER_ANSWER). ` +
        `${narrower(channels, maxSamples)}${fewer}`,
    );
  }
  return numbers.map((number, i) => spanOf(ecg, number, ranges[i] as Span));
}

/** Explains how the samples of these channels would fit. */
function narrower(channels: readonly StoredChannel[], maxSamples: number): string {
  const rates = channels.flatMap(({ samplingRate }) => (samplingRate === null ? [] : [samplingRate]));
  if (rates.length < channels.length) return 'Set samplingRate with PATCH, then narrow the range with from and to.';
  const fastest = Math.max(...rates);
  const needed = (seconds: number): number => rates.reduce((sum, rate) => sum + Math.ceil(seconds * rate), 0);
  // Whole samples of the fastest channel; other channels are rounded up.
  let samples = Math.floor((maxSamples * fastest) / rates.reduce((sum, rate) => sum + rate, 0));
  while (samples > 0 && needed(samples / fastest) > maxSamples) samples--;
  return `Narrow it with from and to: at most ${samples / fastest} s.`;
}

/**
 * A whole range of one channel.
 * @param signal aborts the reading with its reason
 * @param name of the channel, or its lead
 * Errors: `not-found` (no such channel), `channel-ambiguous`, and those of `answeredSpans`
 */
export async function readRange(
  ecg: StoredEcg,
  name: string,
  window: TimeWindow,
  maxSamples: number,
  database: Connection,
  signal?: AbortSignal,
): Promise<ChannelRange> {
  const number = channelNumber(ecg, name);
  const channel = ecg.channels[number] as StoredChannel;
  const [span] = answeredSpans(ecg, [number], window, maxSamples) as [Span];
  const parts: Samples[] = [];
  for await (const { samples } of new RecordingReader(database, ecg._id, [span], signal).inTurn())
    parts.push(samples.slice());
  const samples = joinedRuns(parts);
  return { channel, first: span.first, samples, type: sampleType(samples) };
}

/**
 * Whole spans in the physical units of their channels; NaN if missing. The caller bounds them. Errors: `MissingBlock`
 */
export async function physicalValues(
  ecg: StoredEcg,
  spans: readonly Span[],
  database: Connection,
  signal?: AbortSignal,
): Promise<Float64Array[]> {
  const values = spans.map(({ first, end }) => new Float64Array(end - first));
  for await (const part of partsOf(ecg, spans, database, signal)) {
    const from = part.first - (spans[part.span] as Span).first;
    const target = (values[part.span] as Float64Array).subarray(from);
    toPhysical(part.samples, ecg.channels[part.channel] as StoredChannel, target);
  }
  return values;
}
