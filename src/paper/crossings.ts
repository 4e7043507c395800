/** Where crossings of zero are, for ticks: the definition by which they are counted (`signal/crossings.ts`). */
import { TICK_LANE } from './rows.ts';
import { INK, type Item } from './scene.ts';
import { COLUMN, type Line } from './trace.ts';
import type { Strip, StripSamples } from './types.ts';

export interface CrossingTicks {
  /** In the unit of the values: values within this distance from zero do not change the sign. */
  deadBand: number;
  /** Whether the sign is kept across missing samples. */
  gaps: 'break' | 'bridge';
}

/** In samples from the first: each time the sample that has the new sign. @param values NaN where missing */
export function crossingPlaces(
  values: Float64Array,
  { deadBand, gaps }: CrossingTicks = { deadBand: 0, gaps: 'break' },
): number[] {
  const places: number[] = [];
  let sign = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value !== value) {
      if (gaps === 'break') sign = 0;
    } else if (value > deadBand || value < -deadBand) {
      const now = value > 0 ? 1 : -1;
      if (sign === -now) places.push(i);
      sign = now;
    }
  }
  return places;
}

/** The zero line of a strip, and the bounds of the dead band. */
export function zeroItems({ x, y, base, width, height, clipTop, clipBottom }: Strip, deadBand: number): Item[] {
  const zero = y + base * height;
  const level = (at: number): Line[] => (at > clipTop && at < clipBottom ? [[x, at, x + width, at]] : []);
  const band = deadBand * height;
  const bounds = {
    kind: 'lines',
    name: 'dead-band',
    lines: [...level(zero - band), ...level(zero + band)],
    colour: INK.zero,
    thickness: 0.12,
    dash: 0.8,
  } as const;
  return [
    { kind: 'lines', name: 'zero', lines: level(zero), colour: INK.zero, thickness: 0.15 },
    ...(band === 0 ? [] : [bounds]),
  ];
}

/**
 * A tick for every crossing: below the trace, where no upstroke hides it. Ticks that cannot be told apart are one.
 */
export function tickItem(
  { values, offset }: StripSamples,
  samplingRate: number,
  speed: number,
  { x, clipBottom }: Strip,
  rule: CrossingTicks,
): Item {
  const ticks: Line[] = [];
  let drawn = -Infinity;
  for (const place of crossingPlaces(values, rule)) {
    const at = x + (offset + place / samplingRate) * speed;
    if (at - drawn < COLUMN / 2) continue;
    drawn = at;
    ticks.push([at, clipBottom + 0.5, at, clipBottom + TICK_LANE - 0.3]);
  }
  return { kind: 'lines', name: 'crossings', lines: ticks, colour: INK.tick, thickness: 0.25 };
}
