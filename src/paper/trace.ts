/** One strip as a line: samples to points, or to the least and greatest of each column where they are denser than the paper shows. */
import type { StripSamples } from './types.ts';

/** mm: finer than any printer or screen draws a curve. */
export const COLUMN = 0.1;
/** Digits behind the point: hundredths of a millimetre. */
const round = (mm: number): string => String(Math.round(mm * 100) / 100);

export interface Scale {
  /** Of the strip's first moment and its zero line. */
  x: number;
  y: number;
  /** mm a sample. */
  step: number;
  /** mm a physical unit; 0 draws a straight line. */
  height: number;
}

/** The path data of a strip; a missing sample interrupts the line. Points lie where their samples are in time. */
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

/** One upright stroke a column, from its least to its greatest value, joined to the next: nothing between two columns is lost. */
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
    // In the order in which they were nearer to the ends: the line goes on without crossing itself.
    const [one, other] = first - least < greatest - first ? [least, greatest] : [greatest, least];
    path += `${pen}${at} ${round(y - one * height)}V${round(y - other * height)}`;
    pen = broken || last !== last ? 'M' : 'L';
  }
  return path;
}

/** Where the sign changes, in samples from the first: the sample that has the new one. The definition of the crossings that are counted (`signal/crossings.ts`). */
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
