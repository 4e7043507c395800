/**
 * Makes lines of one strip, through its samples, or through the minimum and maximum of each column where samples are
 * denser than the paper can show. What leaves the strip is cut off and reported, and so are missing samples.
 */
import type { Strip, StripSamples } from './types.ts';

/** mm: finer than any printer or screen can show. */
export const COLUMN = 0.1;
/** Missing stretches of at least this length are reported, in mm. */
const LEAST_GAP = 1;
/** Stretches out of range that are closer than this are one, in mm. */
const APART = 3;

/** Successive points: x, y, x, y, … in mm. */
export type Line = number[];

/** A stretch of a strip, in mm. */
export interface Stretch {
  from: number;
  to: number;
}

export interface Trace {
  lines: Line[];
  /** Where it is above or below the bounds of the strip. */
  outside: (Stretch & { isAbove: boolean })[];
  /** Where there are no samples. */
  gaps: Stretch[];
}

export type TracePlace = Pick<Strip, 'x' | 'y' | 'width' | 'height' | 'base' | 'clipTop' | 'clipBottom'>;

/** The trace of a strip. Points are placed at the time of their samples. @param speed mm/s */
export function traceOf(samples: StripSamples, samplingRate: number, speed: number, strip: TracePlace): Trace {
  const step = speed / samplingRate;
  const x = strip.x + samples.offset * speed;
  const { values } = samples;
  const whole = step < COLUMN / 2 ? columns(values, x, step, strip) : points(values, x, step, strip);
  const trace: Trace = { lines: [], outside: [], gaps: gapsOf(values, x, step, strip) };
  for (const line of whole) cut(line, strip, trace);
  return trace;
}

type Heights = Pick<TracePlace, 'y' | 'base' | 'height'>;

/**
 * Farther from the line of its strip nothing is placed, in mm: numbers that are much larger could not tell where a line
 * crosses the bounds of a strip. The line looks the same: it leaves the strip at the same place.
 */
const FARTHEST = 1e9;

/** The position of a value; of one that is beyond all numbers, too. */
const place = (value: number, { y, base, height }: Heights): number =>
  y - Math.max(-FARTHEST, Math.min(FARTHEST, (value - base) * height || 0));

function points(values: Float64Array, x: number, step: number, heights: Heights): Line[] {
  const lines: Line[] = [];
  let line: Line | null = null;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value !== value) {
      line = null;
      continue;
    }
    if (line === null) lines.push((line = []));
    line.push(x + i * step, place(value, heights));
  }
  return lines;
}

/**
 * One vertical stroke per column, from its minimum to its maximum, joined to the next column so that no change between
 * them is lost.
 */
function columns(values: Float64Array, x: number, step: number, heights: Heights): Line[] {
  const lines: Line[] = [];
  let line: Line | null = null;
  let i = 0;
  for (let column = 0; i < values.length; column++) {
    const end = Math.min(values.length, Math.max(i + 1, Math.ceil(((column + 1) * COLUMN) / step)));
    let least = Infinity;
    let greatest = -Infinity;
    let first = NaN;
    let last = NaN;
    let broken = false;
    for (; i < end; i++) {
      const value = values[i] as number;
      if (value !== value) {
        broken = true;
        continue;
      }
      if (first !== first) first = value;
      last = value;
      if (value < least) least = value;
      if (value > greatest) greatest = value;
    }
    if (first !== first) {
      line = null;
      continue;
    }
    const at = x + (column + 0.5) * COLUMN;
    // Ordered by their distance from the ends, so that the line does not cross itself.
    const [one, other] = first - least < greatest - first ? [least, greatest] : [greatest, least];
    if (line === null) lines.push((line = []));
    line.push(at, place(one, heights), at, place(other, heights));
    if (broken || last !== last) line = null;
  }
  return lines;
}

/** Adds the parts of a line between the bounds of the strip, and where it is outside. A lone point is a dot. */
function cut(line: Line, { clipTop, clipBottom }: TracePlace, { lines, outside }: Trace): void {
  const inside = (y: number): number => Math.max(clipTop, Math.min(clipBottom, y));
  const places = line.length === 2 ? [...line, ...line] : line;
  let piece: Line | null = null;
  for (let i = 2; i < places.length; i += 2) {
    const x = places[i - 2] as number;
    const y = places[i - 1] as number;
    const toX = places[i] as number;
    const toY = places[i + 1] as number;
    if (y < clipTop || toY < clipTop) leave(outside, x, toX, true);
    if (y > clipBottom || toY > clipBottom) leave(outside, x, toX, false);
    const ends = [(clipTop - y) / (toY - y), (clipBottom - y) / (toY - y)] as const;
    const isLevel = toY === y;
    const begin = isLevel ? 0 : Math.max(0, Math.min(...ends));
    const end = isLevel ? 1 : Math.min(1, Math.max(...ends));
    if (begin > end || (isLevel && (y < clipTop || y > clipBottom))) {
      piece = null;
      continue;
    }
    if (piece === null || begin > 0) lines.push((piece = [x + begin * (toX - x), inside(y + begin * (toY - y))]));
    piece.push(x + end * (toX - x), inside(y + end * (toY - y)));
  }
}

function leave(outside: Trace['outside'], from: number, to: number, isAbove: boolean): void {
  const last = outside.findLast((one) => one.isAbove === isAbove);
  if (last && from - last.to < APART) last.to = Math.max(last.to, to);
  else outside.push({ from, to, isAbove });
}

/** Stretches without samples: between samples, and where the channel begins late or ends early. */
function gapsOf(values: Float64Array, x: number, step: number, strip: TracePlace): Stretch[] {
  const gaps: Stretch[] = [];
  const add = (from: number, to: number): void => {
    if (to - from >= LEAST_GAP) gaps.push({ from, to });
  };
  const end = strip.x + strip.width;
  let last = strip.x - step;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value !== value) continue;
    const at = x + i * step;
    if (at - last > 1.5 * step) add(Math.max(strip.x, last + step), at);
    last = at;
  }
  // A sample stands for the time until the next one.
  if (end - last > 1.5 * step) add(Math.max(strip.x, last + step), end);
  return gaps;
}
