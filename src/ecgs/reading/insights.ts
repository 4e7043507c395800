/**
 * Insights into a recording's channels: the merged summary in physical values; for a window or another rule, computed
 * from the blocks.
 */
import type { Connection } from 'mongoose';
import { type CrossingRule, CrossingCounter, DEFINITION } from '../../signal/crossings.ts';
import type { CanonicalLead } from '../../signal/leads.ts';
import type { SignalSummary } from '../../signal/summary.ts';
import type { StoredChannel, StoredEcg } from '../store/model.ts';
import { chosenChannels } from './chosen-channels.ts';
import { RecordingReader } from './recording-reader.ts';
import { spanOf } from './span-cursor.ts';
import { assertInside, NOTHING, sampleRange, type SampleRange, type TimeWindow } from './window.ts';
import { WindowSummaries } from './window-summaries.ts';

export interface InsightOptions extends TimeWindow {
  /** Half width of the Schmitt trigger, in the channel's unit. */
  deadBand: number;
  gaps: CrossingRule['gaps'];
  /** Names or leads, or comma-separated lists of them; all channels if omitted. */
  channels?: string[] | undefined;
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

/**
 * For a window, the recording must have been read with its block tables.
 * @param signal aborts the reading with its reason
 * Errors: `sampling-rate-unknown`, `window-outside`, `invalid-query` (channels)
 */
export async function insights(
  ecg: StoredEcg,
  options: InsightOptions,
  database: Connection,
  signal?: AbortSignal,
): Promise<Insights> {
  const { channels } = ecg;
  const numbers = chosenChannels(ecg, options.channels);
  const chosen = new Set(numbers);
  const windowed = options.from !== undefined || options.to !== undefined;
  const counters = countersOf(channels, options);
  let summaries = channels.map(({ summary }) => summary);
  if (windowed || counters) {
    const ranges = channels.map((channel, number) => (chosen.has(number) ? sampleRange(channel, options) : NOTHING));
    assertInside(
      numbers.map((number) => channels[number] as StoredChannel),
      options,
    );
    const windows = new WindowSummaries(ecg, ranges);
    const spans = counters
      ? numbers.map((number) => spanOf(ecg, number, ranges[number] as SampleRange))
      : windows.spans;
    for await (const part of new RecordingReader(database, ecg._id, spans, signal).inTurn()) {
      counters?.[part.channel]?.push(part.samples);
      windows.push(part);
    }
    if (windowed) ({ summaries } = windows);
  }
  return {
    ecgId: ecg._id.toHexString(),
    definition: { ...DEFINITION, deadBand: options.deadBand, gaps: options.gaps },
    window: windowed ? { from: options.from ?? 0, to: options.to ?? null } : null,
    channels: numbers.map((number) => {
      const summary = summaries[number] as SignalSummary;
      const count = counters?.[number]?.count ?? summary.zeroCrossings;
      return physical(channels[number] as StoredChannel, summary, count);
    }),
  };
}

/** A rule other than the default is counted over the samples themselves; null for the default rule. */
function countersOf(channels: readonly StoredChannel[], { deadBand, gaps }: InsightOptions): CrossingCounter[] | null {
  if (deadBand === 0 && gaps === 'break') return null;
  return channels.map(
    (channel) => new CrossingCounter({ zeroLevel: channel.zeroLevel, band: bandInDigits(deadBand, channel), gaps }),
  );
}

/** The values of a summary in the channel's unit; null if no sample is present. */
export function physicalValues(
  { gain, zeroLevel }: Pick<StoredChannel, 'gain' | 'zeroLevel'>,
  { samples, missing, minimum, maximum, mean }: SignalSummary,
): Pick<ChannelInsights, 'minimum' | 'maximum' | 'mean'> {
  const value = (stored: number): number | null => (samples === missing ? null : (stored - zeroLevel) / gain);
  const [lowest, highest] = gain < 0 ? [maximum, minimum] : [minimum, maximum];
  return { minimum: value(lowest), maximum: value(highest), mean: value(mean) };
}

function physical(channel: StoredChannel, s: SignalSummary, zeroCrossings: number): ChannelInsights {
  const present = s.samples - s.missing;
  const duration = channel.samplingRate === null ? null : s.samples / channel.samplingRate;
  return {
    name: channel.name,
    lead: channel.lead,
    samples: s.samples,
    missing: s.missing,
    duration,
    zeroCrossings,
    crossingsPerSecond: duration === null || duration === 0 ? null : zeroCrossings / duration,
    ...physicalValues(channel, s),
    standardDeviation: present === 0 ? null : Math.sqrt(s.m2 / present) / Math.abs(channel.gain),
    unit: channel.unit,
    calibrated: channel.calibrated,
    samplingRate: channel.samplingRate,
  };
}

/**
 * Relative width within which a sample counts as on the edge of the band: more than the rounding of the four numbers
 * read and of two operations (5 times 2⁻⁵³).
 */
const BAND_SLACK = 2 ** -50;

/**
 * The dead band in stored units. 0.29 mV at a gain of 100 is 28.999999999999996 in doubles and means 29; 0.7 at 0.1 is
 * 0.06999999999999999 and means 0.07.
 */
export function bandInDigits(deadBand: number, { gain, zeroLevel }: StoredChannel): number {
  if (deadBand === 0) return 0;
  const digits = deadBand * Math.abs(gain);
  return digits + BAND_SLACK * (digits + Math.abs(zeroLevel));
}
