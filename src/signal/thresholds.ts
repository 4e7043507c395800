/**
 * Converts any zero level to exact bounds in a sample type, so that comparisons within the type give the same results
 * as comparisons of doubles.
 */
import { missingMarker, type SampleType } from './samples.ts';

export interface Thresholds {
  /** The greatest value of the type that is not above: x > upper if and only if x > high. */
  high: number;
  /** The greatest value of the type that is below: x < lower if and only if not x > low (and x is not missing). */
  low: number;
}

/**
 * Bounds of one type.
 * @param upper samples greater than this are above; finite, need not be a value of the type
 * @param lower samples less than this are below; finite, not above `upper`
 */
export function thresholds(type: SampleType, upper: number, lower: number): Thresholds {
  if (type === 'float64') return { high: upper, low: previousFloat64(lower) };
  if (type === 'float32') {
    const high = Math.fround(upper);
    const low = Math.fround(lower);
    return { high: high > upper ? previousFloat32(high) : high, low: low >= lower ? previousFloat32(low) : low };
  }
  const least = missingMarker(type);
  const greatest = -1 - least;
  // With the missing marker as the bound, every sample is above; with the greatest value, none is.
  return { high: clamp(Math.floor(upper), least, greatest), low: clamp(Math.ceil(lower) - 1, least, greatest) };
}

function clamp(value: number, least: number, greatest: number): number {
  return value < least ? least : value > greatest ? greatest : value;
}

const float64 = new Float64Array(1);
const bits64 = new BigInt64Array(float64.buffer);
const float32 = new Float32Array(1);
const bits32 = new Int32Array(float32.buffer);

/** The next lower double: one less, or one more if negative, when its bits are read as an integer. */
function previousFloat64(value: number): number {
  if (value === 0) return -Number.MIN_VALUE;
  if (value === -Infinity) return value;
  float64[0] = value;
  bits64[0] = (bits64[0] as bigint) + (value > 0 ? -1n : 1n);
  return float64[0];
}

function previousFloat32(value: number): number {
  if (value === 0) return -(2 ** -149);
  if (value === -Infinity) return value;
  float32[0] = value;
  bits32[0] = (bits32[0] as number) + (value > 0 ? -1 : 1);
  return float32[0];
}
