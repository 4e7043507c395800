/**
 * Limb leads that a recording lacks, calculated from its leads I and II. They exist only in answers that say so: they
 * are not stored, not exported, and not counted among the channels of the recording.
 */
import type { Connection } from 'mongoose';
import { Problem } from '../../errors.ts';
import type { Frames, ReadFrames } from '../../formats/common/frames.ts';
import {
  type Calculable,
  calculableOf,
  type CalculatedLead,
  calculatedLead,
  MAX_CALCULATED_SAMPLES,
} from '../../signal/calculated-leads.ts';
import { BLOCK_SAMPLES, type Samples } from '../../signal/samples.ts';
import { EMPTY } from '../../signal/summary.ts';
import type { StoredChannel, StoredEcg } from '../store/model.ts';
import { toPhysical } from './physical.ts';
import { type Part, RecordingReader } from './recording-reader.ts';
import { type Span, spanOf } from './span-cursor.ts';
import type { WaveformSpan } from './waveform-plan.ts';
import { NOTHING, type SampleRange } from './window.ts';

/**
 * A lead that is calculated. Its samples are physical values in the unit of lead I; its summary has only their number.
 */
export interface CalculatedChannel extends StoredChannel {
  lead: CalculatedLead;
  from: Calculable;
}

export const isCalculated = (channel: StoredChannel | undefined): channel is CalculatedChannel =>
  channel !== undefined && 'from' in channel;

/** The leads that can be calculated for a recording. */
export const calculableLeads = ({ channels }: Pick<StoredEcg, 'channels'>): CalculatedLead[] =>
  calculableOf(channels)?.leads ?? [];

/** The recording as if it had the leads that can be calculated, after its own channels. */
export function withCalculated(ecg: StoredEcg): StoredEcg {
  const from = calculableOf(ecg.channels);
  if (from === null) return ecg;
  const one = ecg.channels[from.indexOfI] as StoredChannel;
  const calculated = from.leads.map((lead): CalculatedChannel => ({
    ...one,
    name: lead,
    lead,
    gain: 1,
    zeroLevel: 0,
    open: [],
    sampleType: 'float64',
    summary: { ...EMPTY, samples: one.summary.samples },
    from,
  }));
  return { ...ecg, channels: [...ecg.channels, ...calculated] };
}

/** Errors: `answer-too-large` if a picture needs too many samples of a calculated lead. */
export function assertFewCalculated(ecg: StoredEcg, spans: readonly WaveformSpan[]): void {
  for (const { channel: number, first, end, level } of spans) {
    const channel = ecg.channels[number];
    // Bins at the edges may extend beyond the window.
    const inWindow = end - first - 2 * 2 ** level;
    if (!isCalculated(channel) || inWindow <= MAX_CALCULATED_SAMPLES) continue;
    throw new Problem(
      'answer-too-large',
      `Lead ${channel.lead} is calculated from samples, at most ${MAX_CALCULATED_SAMPLES} in one picture. Narrow the ` +
        `window with from and to: at most ${MAX_CALCULATED_SAMPLES / (channel.samplingRate ?? 1)} s.`,
    );
  }
}

/**
 * Reads spans of recorded and of calculated leads, block by block: of each block the part in the span. Calculated leads
 * come last, together. Errors: `MissingBlock`, `DamagedBlock`, and the signal's reason
 */
export async function* partsOf(
  ecg: StoredEcg,
  spans: readonly Span[],
  database: Connection,
  signal?: AbortSignal,
): AsyncGenerator<Part, void, void> {
  yield* new RecordingReader(database, ecg._id, recordedOnly(ecg, spans), signal).inTurn();
  const calculated = [...spans.keys()].filter((i) => isCalculated(ecg.channels[(spans[i] as Span).channel]));
  // They have the rate and length of lead I, and so the same range.
  const [range] = calculated.map((i) => spans[i] as Span);
  if (range === undefined) return;
  const channels = calculated.map((i) => ecg.channels[(spans[i] as Span).channel] as CalculatedChannel);
  for await (const { first, values } of calculatedBlocks({ ecg, database, signal }, channels, range))
    for (const [at, samples] of values.entries()) {
      const span = calculated[at] as number;
      yield { span, channel: (spans[span] as Span).channel, first, samples };
    }
}

/** Reads spans one at a time, like `RecordingReader.read`, those of calculated leads too. Errors: those of `partsOf` */
export function readWithCalculated(
  ecg: StoredEcg,
  spans: readonly Span[],
  database: Connection,
  signal?: AbortSignal,
): ReadFrames {
  const { read } = new RecordingReader(database, ecg._id, recordedOnly(ecg, spans), signal);
  return (lanes, most) => {
    const span = spans[lanes[0]?.channel ?? 0] as Span;
    const channel = ecg.channels[span.channel];
    return isCalculated(channel) ? calculatedFrames({ ecg, database, signal }, channel, span) : read(lanes, most);
  };
}

async function* calculatedFrames(
  source: Source,
  channel: CalculatedChannel,
  range: SampleRange,
): AsyncGenerator<Frames, void, void> {
  for await (const { values } of calculatedBlocks(source, [channel], range))
    yield { count: (values[0] as Samples).length, runs: [values] };
}

/** The same spans, of which those of calculated leads are empty: nothing is stored for them. */
const recordedOnly = (ecg: StoredEcg, spans: readonly Span[]): Span[] =>
  spans.map((span) => (isCalculated(ecg.channels[span.channel]) ? { ...span, ...NOTHING } : span));

interface Source {
  ecg: StoredEcg;
  database: Connection;
  signal: AbortSignal | undefined;
}

/** The values of leads in a range, cut where blocks begin. */
async function* calculatedBlocks(
  { ecg, database, signal }: Source,
  channels: readonly CalculatedChannel[],
  { first, end }: SampleRange,
): AsyncGenerator<{ first: number; values: Float64Array[] }, void, void> {
  const { from } = channels[0] as CalculatedChannel;
  const numbers = [from.indexOfI, from.indexOfII];
  const reader = new RecordingReader(
    database,
    ecg._id,
    numbers.map((number) => spanOf(ecg, number, { first, end })),
    signal,
  );
  const lanes = numbers.map((_, channel) => ({ channel, perFrame: 1 }));
  let begin = first;
  let limbs = room(begin, end);
  let filled = 0;
  for await (const { count, runs } of reader.read(lanes, BLOCK_SAMPLES)) {
    const arrived = runs.map((some, i) => physical(some, ecg.channels[numbers[i] as number] as StoredChannel, count));
    for (let at = 0; at < count;) {
      const taken = Math.min(count - at, limbs[0].length - filled);
      for (const [i, limb] of limbs.entries()) limb.set((arrived[i] as Float64Array).subarray(at, at + taken), filled);
      at += taken;
      filled += taken;
      if (filled < limbs[0].length) continue;
      yield { first: begin, values: channels.map(({ lead }) => calculatedLead(lead, ...limbs, from.scaleOfII)) };
      begin += filled;
      limbs = room(begin, end);
      filled = 0;
    }
  }
}

/** Room for leads I and II up to the next block. */
function room(begin: number, end: number): [Float64Array, Float64Array] {
  const length = Math.min(end, (Math.floor(begin / BLOCK_SAMPLES) + 1) * BLOCK_SAMPLES) - begin;
  return [new Float64Array(length), new Float64Array(length)];
}

function physical(runs: readonly Samples[], channel: StoredChannel, count: number): Float64Array {
  const values = new Float64Array(count);
  let at = 0;
  for (const run of runs) {
    toPhysical(run, channel, values.subarray(at));
    at += run.length;
  }
  return values;
}
