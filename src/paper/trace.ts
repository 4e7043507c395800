/**
 * Draws one strip as a line through its samples, or through the minimum and maximum of each column where samples are
 * denser than the paper can show.
 */
import type { StripSamples } from './types.ts';

/** mm: finer than any printer or screen can show. */
export const COLUMN = 0.1;
/** Rounds to hundredths of a millimetre. */
const round = (mm: number): string => String(Math.round(mm * 100) / 100);

export interface Scale {
  /** Position of the strip's beginning and of its zero line. */
  x: number;
  y: number;
  /** mm per sample. */
  step: number;
  /** mm per physical unit; 0 draws a straight line. */
  height: number;
}

/** The path data of a strip. A missing sample interrupts the line. Points are placed at the time of their samples. */
export function tracePath(
  { values, offset }: StripSamples,
  samplingRate: number,
  { x, y, step, height }: Scale,
): string {
  const begin = x + offset * samplingRate * step;
  return step < COLUMN / 2 ? columns(values, begin, y, step, height) : points(values, begin, y, step, height);
}

function points(values: Float64Array, x: number, y: number, step: number, height: number): string {
  let path = '';
  let pen = 'M';
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value !== value) {
      pen = 'M';
      continue;
    }
    path += `${pen}${round(x + i * step)} ${round(y - value * height)}`;
    // A lone sample between missing ones is a dot.
    if (pen === 'M' && !isPresent(values[i + 1])) path += 'h0';
    pen = 'L';
  }
  return path;
}

const isPresent = (value: number | undefined): boolean => value !== undefined && value === value;

/**
 * One vertical stroke per column, from its minimum to its maximum, joined to the next column so that no change between
 * them is lost.
 */
function columns(values: Float64Array, x: number, y: number, step: number, height: number): string {
  let path = '';
  let pen = 'M';
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
      pen = 'M';
      continue;
    }
    const at = round(x + (column + 0.5) * COLUMN);
    // Ordered by their distance from the ends, so that the line does not cross itself.
    const [one, other] = first - least < greatest - first ? [least, greatest] : [greatest, least];
    path += `${pen}${at} ${round(y - one * height)}V${round(y - other * height)}`;
    pen = broken || last !== last ? 'M' : 'L';
  }
  return path;
}

/**
 * Where the sign changes, in samples from the first: the sample that has the new sign. This is the definition by which
 * crossings are counted (`signal/crossings.ts`).
 */
export function crossingPlaces(values: Float64Array): number[] {
  const places: number[] = [];
  let sign = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value !== value) sign = 0;
    else if (value !== 0) {
      const now = value > 0 ? 1 : -1;
      if (sign === -now) places.push(i);
      sign = now;
    }
  }
  return places;
}
