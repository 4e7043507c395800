/** What the host may call. */
import { count } from './crossings';
import { pad, RECORD } from './memory';
import { statistics, statisticsOfIntegers } from './statistics';
export { RECORD, STAGE, STAGE_BYTES } from './memory';

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
  pad<i16>(length);
  count<i16>(length, <i16>high, <i16>low, 0, false);
  statisticsOfIntegers(length, load<i32>(RECORD, 36));
}
export function summarizeInt32(length: i32, high: i32, low: i32): void {
  pad<i32>(length);
  count<i32>(length, high, low, 0, false);
  statistics<i32>(length, load<i32>(RECORD, 36));
}
export function summarizeFloat32(length: i32, high: f32, low: f32): void {
  pad<f32>(length);
  count<f32>(length, high, low, 0, false);
  statistics<f32>(length, load<i32>(RECORD, 36));
}
export function summarizeFloat64(length: i32, high: f64, low: f64): void {
  pad<f64>(length);
  count<f64>(length, high, low, 0, false);
  statistics<f64>(length, load<i32>(RECORD, 36));
}
