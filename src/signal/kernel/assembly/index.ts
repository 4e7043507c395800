/**
 * The functions for the host, one for each sample type. Every function reads the stage and writes its result to the
 * records.
 */
import { count } from './crossings';
import { COUNTS } from './memory';
import { compact, statistics, statisticsInt16 } from './statistics';

export { COUNTS, STAGE, STAGE_BYTES, STATISTICS } from './memory';

export function countInt16(length: i32, high: i32, low: i32, state: i32, bridge: bool): void {
  count<i16>(length, <i16>high, <i16>low, state, bridge);
}

export function countInt32(length: i32, high: i32, low: i32, state: i32, bridge: bool): void {
  count<i32>(length, high, low, state, bridge);
}

export function countFloat32(length: i32, high: f32, low: f32, state: i32, bridge: bool): void {
  count<f32>(length, high, low, state, bridge);
}

export function countFloat64(length: i32, high: f64, low: f64, state: i32, bridge: bool): void {
  count<f64>(length, high, low, state, bridge);
}

export function summarizeInt16(length: i32, high: i32, low: i32): void {
  countInt16(length, high, low, 0, false);
  statisticsInt16(present<i16>(length));
}

export function summarizeInt32(length: i32, high: i32, low: i32): void {
  countInt32(length, high, low, 0, false);
  statistics<i32>(present<i32>(length));
}

export function summarizeFloat32(length: i32, high: f32, low: f32): void {
  countFloat32(length, high, low, 0, false);
  statistics<f32>(present<f32>(length));
}

export function summarizeFloat64(length: i32, high: f64, low: f64): void {
  countFloat64(length, high, low, 0, false);
  statistics<f64>(present<f64>(length));
}

function present<T>(length: i32): i32 {
  const missing = load<i32>(COUNTS, 4);
  return missing == 0 ? length : compact<T>(length);
}
