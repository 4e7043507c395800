/** Draws the trace of one lead: as a line through its samples where they are far apart, otherwise column by column. */
import { type Columns, SIGNAL } from './columns.ts';
import type { Waveforms } from './waveforms.ts';

/** How stored values of a channel become physical ones. */
export interface Channel {
  gain: number;
  zeroLevel: number;
  samplingRate: number;
}

/** A channel and its height on the paper, in device pixels. */
export interface Trace {
  waveforms: Waveforms;
  /** Number of the channel. */
  number: number;
  samplingRate: number;
  /** Of a stored unit. */
  perUnit: number;
  /** Where the stored 0 is. */
  level: number;
  pixelsPerSecond: number;
}

/** Where it is drawn: columns `first` to `first + width - 1` of its recording, from `x` on. */
export interface Place {
  x: number;
  first: number;
  width: number;
}

/** Places the values of a channel. @param strip its height in pixels per physical unit, and where `base` is */
export function traceOf(
  waveforms: Waveforms,
  number: number,
  { gain, zeroLevel, samplingRate }: Channel,
  strip: { y: number; height: number; base: number },
  pixelsPerSecond: number,
): Trace {
  const perUnit = strip.height / gain;
  const level = strip.y + strip.base * strip.height + zeroLevel * perUnit;
  return { waveforms, number, samplingRate, perUnit, level, pixelsPerSecond };
}

/** The path of a trace. @param columns filled with its values, and `around` more on each side of the place */
export function pathOf(trace: Trace, place: Place, columns: Columns, around: number): Path2D {
  const isFarApart = trace.pixelsPerSecond > trace.samplingRate;
  return (isFarApart && points(trace, place)) || strokes(trace, place.x - around, columns, around);
}

/** Calls back for each column whose value lies beyond the bounds of the row. */
export function outsideOf(
  { level, perUnit }: Trace,
  { low, high, state, width }: Columns,
  { top, bottom }: { top: number; bottom: number },
  mark: (at: number, isAbove: boolean) => void,
): void {
  for (let at = 0; at < width; at++) {
    if (state[at] !== SIGNAL) continue;
    const one = level - (low[at] as number) * perUnit;
    const other = level - (high[at] as number) * perUnit;
    if (Math.min(one, other) < top) mark(at, true);
    if (Math.max(one, other) > bottom) mark(at, false);
  }
}

/**
 * One vertical stroke per column, joined to the next one. Its direction depends on the column before alone, so that a
 * part of the picture looks the same as the whole.
 */
function strokes({ level, perUnit }: Trace, x: number, { low, high, state, width }: Columns, around: number): Path2D {
  const path = new Path2D();
  for (let at = around - 2; at < width - around + 2; at++) {
    if (state[at] !== SIGNAL) continue;
    const one = level - (low[at] as number) * perUnit + 0.5;
    const other = level - (high[at] as number) * perUnit + 0.5;
    const middle = x + at + 0.5;
    const isJoined = state[at - 1] === SIGNAL;
    const before = level - (((low[at - 1] as number) + (high[at - 1] as number)) / 2) * perUnit;
    const comesFromOne = !isJoined || Math.abs(before - one) <= Math.abs(before - other);
    const [near, far] = comesFromOne ? [one, other] : [other, one];
    if (isJoined && at > around - 2) path.lineTo(middle, near);
    else path.moveTo(middle, near === far ? near - 0.5 : near);
    path.lineTo(middle, far);
  }
  return path;
}

/** A line through the samples, where they are more than a pixel apart; null if they are not all there. */
function points(
  { waveforms, number, samplingRate, level, perUnit, pixelsPerSecond }: Trace,
  { x, first, width }: Place,
): Path2D | null {
  const begin = Math.max(0, Math.floor(((first - 2) / pixelsPerSecond) * samplingRate) - 1);
  const end = Math.ceil(((first + width + 2) / pixelsPerSecond) * samplingRate) + 1;
  const pieces = waveforms.samples(number, begin / samplingRate, end / samplingRate);
  if (!pieces) return null;
  const path = new Path2D();
  const step = pixelsPerSecond / samplingRate;
  let isDown = false;
  for (const { first: start, low, missing } of pieces) {
    for (let i = Math.max(0, begin - start); i < low.length && start + i < end; i++) {
      const value = low[i] as number;
      if (value === missing || value !== value) {
        isDown = false;
        continue;
      }
      const px = x + (start + i) * step - first + 0.5;
      const y = level - value * perUnit + 0.5;
      if (isDown) path.lineTo(px, y);
      else path.moveTo(px, y);
      if (!isDown) path.lineTo(px + 0.01, y);
      isDown = true;
    }
  }
  return path;
}
