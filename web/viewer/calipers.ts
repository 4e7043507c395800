/** Calipers: two points of one lead, kept as samples and values, never as pixels. Pure. */

export interface Point {
  /** Index of the sample in its channel. */
  sample: number;
  /** Physical, in the unit of the channel; NaN if it is not known. */
  value: number;
}

export type CaliperKind = 'time' | 'voltage';
export type Handle = 'a' | 'b';

export interface Caliper {
  kind: CaliperKind;
  /** Number of the channel. */
  channel: number;
  a: Point;
  b: Point;
  /** The handle that keys move. */
  active: Handle;
  /** Whether the distance is repeated to both sides. */
  isMarching: boolean;
}

export interface Reading {
  /** Milliseconds from `a` to `b`, without sign. */
  milliseconds: number;
  /** Per minute, if it is the distance of two beats; null for no distance. */
  perMinute: number | null;
  /** Physical, from the earlier to the later point; NaN if a value is not known. */
  difference: number;
}

/** What a caliper measures. @param samplingRate Hz */
export function readingOf({ a, b }: Pick<Caliper, 'a' | 'b'>, samplingRate: number): Reading {
  const [first, last] = a.sample <= b.sample ? [a, b] : [b, a];
  const milliseconds = ((last.sample - first.sample) / samplingRate) * 1_000;
  return {
    milliseconds,
    perMinute: milliseconds > 0 ? 60_000 / milliseconds : null,
    difference: last.value - first.value,
  };
}

/**
 * The sample that a pointer means: the most prominent peak or trough within reach, otherwise where the signal is
 * steepest.
 * @param valueAt NaN where missing, and outside of the recording
 * @param at the sample below the pointer
 * @param reach in samples, to each side
 */
export function snapped(valueAt: (sample: number) => number, at: number, reach: number): number {
  if (reach < 1) return at;
  let [found, prominence] = [at, 0];
  let [steepest, slope] = [at, 0];
  for (let sample = at - reach; sample <= at + reach; sample++) {
    const here = prominenceOf(valueAt, sample, reach);
    if (here > prominence) [found, prominence] = [sample, here];
    const rise = Math.abs(valueAt(sample + 1) - valueAt(sample - 1));
    if (rise > slope) [steepest, slope] = [sample, rise];
  }
  return prominence > 0 ? found : steepest;
}

/** How far a peak or trough stands out from both of its sides within reach; 0 if the sample is neither. */
function prominenceOf(valueAt: (sample: number) => number, sample: number, reach: number): number {
  const value = valueAt(sample);
  // Of each side: how far the signal falls below the value, and rises above it.
  const sides = [-1, 1].map((direction) => {
    let [below, above] = [0, 0];
    for (let i = 1; i <= reach; i++) {
      const difference = value - valueAt(sample + direction * i);
      if (difference > below) below = difference;
      if (-difference > above) above = -difference;
    }
    return { below, above };
  }) as [Side, Side];
  const [left, right] = sides;
  if (left.above === 0 && right.above === 0) return Math.min(left.below, right.below);
  if (left.below === 0 && right.below === 0) return Math.min(left.above, right.above);
  return 0;
}

interface Side {
  below: number;
  above: number;
}

/** Moves the active handle. @param valueAt the new value, if the signal has one there */
export function nudged(
  caliper: Caliper,
  by: { samples?: number; value?: number },
  length: number,
  valueAt: (sample: number) => number,
): Caliper {
  const point = caliper[caliper.active];
  const sample = Math.max(0, Math.min(length - 1, point.sample + (by.samples ?? 0)));
  const found = by.samples === undefined ? point.value + (by.value ?? 0) : valueAt(sample);
  return { ...caliper, [caliper.active]: { sample, value: found === found ? found : point.value } };
}

/** Samples of the marching lines within a range: the distance of the caliper repeated to both sides. */
export function marchingPlaces({ a, b }: Pick<Caliper, 'a' | 'b'>, from: number, to: number): number[] {
  const distance = Math.abs(b.sample - a.sample);
  if (distance === 0 || (to - from) / distance > 400) return [];
  const places: number[] = [];
  const start = Math.min(a.sample, b.sample);
  for (let k = Math.ceil((from - start) / distance); start + k * distance < to; k++) {
    const place = start + k * distance;
    if (place !== a.sample && place !== b.sample) places.push(place);
  }
  return places;
}
