/** Decides how a picture of a time window is made: from samples where they are few, otherwise from bins. */
import { FINEST_LEVEL, TILE_BINS } from '../../signal/envelope.ts';
import { BLOCK_SAMPLES } from '../../signal/samples.ts';
import type { StoredChannel, StoredEcg } from '../store/model.ts';
import { assertInside, durationOf, sampleRange, type SampleRange, type TimeWindow } from './window.ts';

/**
 * Samples of a pixel up to which they are sent as they are: a pixel of bins has up to two of them, with two values
 * each.
 */
const FEW = 4;

/** What is sent of one channel. */
export interface WaveformSpan extends SampleRange {
  /** Channel number in the recording. */
  channel: number;
  /**
   * Level of the bins (`signal/envelope.ts`); 0: the samples themselves. `first` and `end` then are the bounds of bins,
   * or the end of the channel.
   */
  level: number;
}

/** The bins of a span: the number of the first, and of the one after the last. */
export const binsOf = ({ first, end, level }: Omit<WaveformSpan, 'channel'>): SampleRange => ({
  first: Math.floor(first / 2 ** level),
  end: Math.ceil(end / 2 ** level),
});

/** Number of values that are sent of a span. */
export function valuesOf(span: WaveformSpan): number {
  const bins = binsOf(span);
  return (bins.end - bins.first) * (span.level === 0 ? 1 : 2);
}

/** The level on which one tile has the whole channel; null if the channel has no tiles. */
export function topLevel({ summary }: Pick<StoredChannel, 'summary'>): number | null {
  if (summary.samples <= BLOCK_SAMPLES) return null;
  return FINEST_LEVEL + Math.ceil(Math.log2(Math.ceil(summary.samples / BLOCK_SAMPLES)));
}

/** The tiles that have the bins of a span, and the level that they are on: at most the channel's top level. */
export function tilesOf(span: WaveformSpan, top: number): { level: number; first: number; end: number } {
  const level = Math.min(span.level, top);
  const bins = binsOf({ ...span, level });
  return { level, first: Math.floor(bins.first / TILE_BINS), end: Math.ceil(bins.end / TILE_BINS) };
}

/**
 * The spans of these channels for a picture of a window, so that each pixel has between one and two bins, or up to
 * `FEW` samples. All channels share the window, whatever their rates; without a window it is that of the whole
 * recording.
 * @param numbers of the channels; @param pixels width of the picture
 * Errors: `sampling-rate-unknown`, `window-outside`
 */
export function waveformSpans(
  ecg: Pick<StoredEcg, 'channels'>,
  numbers: readonly number[],
  window: TimeWindow,
  pixels: number,
): WaveformSpan[] {
  const channels = numbers.map((number) => ecg.channels[number] as StoredChannel);
  const ranges = channels.map((channel) => sampleRange(channel, window));
  assertInside(channels, window);
  const longest = durationOf(channels);
  const { from = 0, to = longest } = window;
  const seconds = Math.min(to, longest) - from;
  return channels.map(({ samplingRate }, i) => {
    const { first, end } = ranges[i] as SampleRange;
    const samples = samplingRate === null ? end - first : seconds * samplingRate;
    const channel = numbers[i] as number;
    if (samples <= FEW * pixels) return { channel, first, end, level: 0 };
    return aligned(
      { channel, first, end, level: Math.floor(Math.log2(samples / pixels)) },
      channels[i] as StoredChannel,
    );
  });
}

/** Extends a span to whole bins. */
function aligned(span: WaveformSpan, { summary }: StoredChannel): WaveformSpan {
  const bins = binsOf(span);
  const size = 2 ** span.level;
  if (span.first === span.end) return { ...span, first: bins.first * size, end: bins.first * size };
  return { ...span, first: bins.first * size, end: Math.min(summary.samples, bins.end * size) };
}
