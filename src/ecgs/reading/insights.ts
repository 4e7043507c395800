/** What is known of a recording's channels: the merged summary, made physical; for a window or another rule, counted from its blocks. */
import type { Connection } from 'mongoose';
import { Problem } from '../../errors.ts';
import { BLOCK_SAMPLES } from '../../signal/block-builder.ts';
import { type CrossingRule, CrossingCounter, DEFINITION } from '../../signal/crossings.ts';
import type { CanonicalLead } from '../../signal/leads.ts';
import type { Samples } from '../../signal/samples.ts';
import { summarize } from '../../signal/summarize.ts';
import { EMPTY, merge, type SignalSummary } from '../../signal/summary.ts';
import { fetchBlocks, readBlocks } from '../store/block-store.ts';
import { tableRow } from '../store/block-table.ts';
import type { StoredChannel, StoredEcg } from '../store/model.ts';

/** Seconds from the start of the recording; half-open. */
export interface TimeWindow {
  from?: number | undefined;
  to?: number | undefined;
}

export interface InsightOptions extends TimeWindow {
  /** Half width of the Schmitt trigger, in the channel's unit. */
  deadBand: number;
  gaps: CrossingRule['gaps'];
}

export interface ChannelInsights {
  name: string;
  lead: CanonicalLead | null;
  samples: number;
  missing: number;
  /** Seconds; null without a sampling rate. */
  duration: number | null;
  zeroCrossings: number;
  crossingsPerSecond: number | null;
  minimum: number | null;
  maximum: number | null;
  mean: number | null;
  /** Of the population: divided by the number of samples. */
  standardDeviation: number | null;
  unit: string | null;
  calibrated: boolean;
  samplingRate: number | null;
}

export interface Insights {
  ecgId: string;
  definition: { name: string; version: number; deadBand: number; gaps: CrossingRule['gaps'] };
  window: { from: number; to: number | null } | null;
  channels: ChannelInsights[];
}

/** Half-open range of sample numbers. */
export interface SampleRange {
  first: number;
  end: number;
}

/** Keeps a bound such as 0.3 s · 1000 Hz = 300.00000000000006 on its sample. */
const BOUND_SLACK = 1e-6;

/** The samples of a channel inside a window. Errors: `sampling-rate-unknown` when there is a window and no rate. */
export function sampleRange(
  channel: Pick<StoredChannel, 'name' | 'samplingRate' | 'summary'>,
  { from, to }: TimeWindow,
): SampleRange {
  const total = channel.summary.samples;
  if (from === undefined && to === undefined) return { first: 0, end: total };
  const rate = channel.samplingRate;
  if (rate === null) {
    throw new Problem(
      'sampling-rate-unknown',
      `Channel "${channel.name}" has no sampling rate, so it has no times. Set samplingRate with PATCH, or leave out from and to.`,
    );
  }
  const bound = (seconds: number): number => Math.min(total, Math.max(0, Math.ceil(seconds * rate - BOUND_SLACK)));
  const first = bound(from ?? 0);
  return { first, end: to === undefined ? total : Math.max(first, bound(to)) };
}

/** Seconds of the longest of these channels; those without a sampling rate do not count. */
export const durationOf = (channels: readonly Pick<StoredChannel, 'samplingRate' | 'summary'>[]): number =>
  channels.reduce(
    (longest, { samplingRate, summary }) =>
      samplingRate === null ? longest : Math.max(longest, summary.samples / samplingRate),
    0,
  );

/** A window may reach beyond the end, where there is nothing more. Errors: `window-outside` where it begins there. */
export function assertInside(
  channels: readonly Pick<StoredChannel, 'samplingRate' | 'summary'>[],
  { from = 0 }: TimeWindow,
): void {
  const duration = durationOf(channels);
  if (from <= 0 || from < duration) return;
  const what = channels.length === 1 ? 'channel' : 'recording';
  throw new Problem(
    'window-outside',
    `The window begins at ${from} s, but the ${what} lasts only ${duration} s. Choose an earlier start.`,
  );
}

/** Errors: `sampling-rate-unknown`, `window-outside`. The recording must have been read with its block tables where there is a window. */
export async function insights(ecg: StoredEcg, options: InsightOptions, database: Connection): Promise<Insights> {
  const windowed = options.from !== undefined || options.to !== undefined;
  const ranges = ecg.channels.map((channel) => sampleRange(channel, options));
  assertInside(ecg.channels, options);
  const summaries = windowed
    ? await windowSummaries(ecg, ranges, database)
    : ecg.channels.map((channel) => channel.summary);
  const counts =
    options.deadBand > 0 || options.gaps === 'bridge'
      ? await recount(ecg, ranges, options, database)
      : summaries.map((s) => s.zeroCrossings);
  return {
    ecgId: ecg._id.toHexString(),
    definition: { ...DEFINITION, deadBand: options.deadBand, gaps: options.gaps },
    window: windowed ? { from: options.from ?? 0, to: options.to ?? null } : null,
    channels: ecg.channels.map((channel, i) => physical(channel, summaries[i] as SignalSummary, counts[i] as number)),
  };
}

function physical(channel: StoredChannel, s: SignalSummary, zeroCrossings: number): ChannelInsights {
  const present = s.samples - s.missing;
  const value = (stored: number): number | null => (present === 0 ? null : (stored - channel.zeroLevel) / channel.gain);
  const [lowest, highest] = channel.gain < 0 ? [s.maximum, s.minimum] : [s.minimum, s.maximum];
  const duration = channel.samplingRate === null ? null : s.samples / channel.samplingRate;
  return {
    name: channel.name,
    lead: channel.lead,
    samples: s.samples,
    missing: s.missing,
    duration,
    zeroCrossings,
    crossingsPerSecond: duration === null || duration === 0 ? null : zeroCrossings / duration,
    minimum: value(lowest),
    maximum: value(highest),
    mean: value(s.mean),
    standardDeviation: present === 0 ? null : Math.sqrt(s.m2 / present) / Math.abs(channel.gain),
    unit: channel.unit,
    calibrated: channel.calibrated,
    samplingRate: channel.samplingRate,
  };
}

/** Merges the summaries of the whole blocks inside; only the two cut blocks of each channel are read. */
export async function windowSummaries(
  ecg: StoredEcg,
  ranges: readonly SampleRange[],
  database: Connection,
): Promise<SignalSummary[]> {
  const cuts = ranges.map((range, i) => cutBlocks(range, ecg.channels[i]?.summary.samples ?? 0));
  const wanted = [...new Set(cuts.flat())];
  const block =
    wanted.length === 0
      ? undefined
      : await fetchBlocks(
          database,
          ecg._id,
          cuts.flatMap((cut, channel) => (cut.length > 0 ? [channel] : [])),
          { $in: wanted },
        );
  return ecg.channels.map((channel, number) => {
    const range = ranges[number] as SampleRange;
    let summary: SignalSummary = EMPTY;
    if (range.first === range.end) return summary;
    for (let index = Math.floor(range.first / BLOCK_SAMPLES); index * BLOCK_SAMPLES < range.end; index++) {
      const part =
        cuts[number]?.includes(index) && block
          ? summarize(clip(block(number, index), index, range), channel.zeroLevel)
          : tableRow(channel.blockTable, index);
      summary = merge(summary, part);
    }
    return summary;
  });
}

/** The blocks that a range covers in part: none, one or two. */
function cutBlocks({ first, end }: SampleRange, total: number): number[] {
  if (first === end) return [];
  const firstBlock = Math.floor(first / BLOCK_SAMPLES);
  const lastBlock = Math.floor((end - 1) / BLOCK_SAMPLES);
  const cutAtStart = first % BLOCK_SAMPLES !== 0;
  const cutAtEnd = end !== total && end % BLOCK_SAMPLES !== 0;
  return [...new Set([...(cutAtStart ? [firstBlock] : []), ...(cutAtEnd ? [lastBlock] : [])])];
}

/** The part of block `index` that lies inside a range. */
export function clip(samples: Samples, index: number, { first, end }: SampleRange): Samples {
  const start = index * BLOCK_SAMPLES;
  return samples.subarray(Math.max(0, first - start), Math.max(0, end - start));
}

/** Other rules than the default one are counted over the samples themselves. */
async function recount(
  ecg: StoredEcg,
  ranges: readonly SampleRange[],
  options: InsightOptions,
  database: Connection,
): Promise<number[]> {
  const counts: number[] = [];
  for (const [number, channel] of ecg.channels.entries()) {
    const counter = new CrossingCounter({
      zeroLevel: channel.zeroLevel,
      band: bandInDigits(options.deadBand, channel),
      gaps: options.gaps,
    });
    for await (const samples of rangeSamples(ecg, number, ranges[number] as SampleRange, database))
      counter.push(samples);
    counts.push(counter.count);
  }
  return counts;
}

/** Relative width in which a sample counts as on the edge of the band: more than what reading the four numbers and two operations round (5 times 2⁻⁵³). */
const BAND_SLACK = 2 ** -50;

/** The dead band in stored units. 0.29 mV at a gain of 100 is 28.999999999999996 in doubles and means 29; 0.7 at 0.1 is 0.06999999999999999 and means 0.07. */
function bandInDigits(deadBand: number, { gain, zeroLevel }: StoredChannel): number {
  if (deadBand === 0) return 0;
  const digits = deadBand * Math.abs(gain);
  return digits + BAND_SLACK * (digits + Math.abs(zeroLevel));
}

/** The samples of one channel inside a range, block by block. */
export async function* rangeSamples(
  ecg: StoredEcg,
  channel: number,
  range: SampleRange,
  database: Connection,
): AsyncGenerator<Samples> {
  if (range.first === range.end) return;
  let index = Math.floor(range.first / BLOCK_SAMPLES);
  for await (const samples of readBlocks(
    database,
    ecg._id,
    channel,
    index,
    Math.floor((range.end - 1) / BLOCK_SAMPLES),
  ))
    yield clip(samples, index++, range);
}
