/**
 * The functions for the host, those on samples once for each sample type. They read samples at an address, and write
 * their results to the records of `memory.ts`.
 */
import { count } from './crossings';
import { envelope } from './envelope';
import { COUNTS, PRESENT } from './memory';
import { isPacked, pack, unpack } from './packing';
import { compact, statistics, statisticsInt16 } from './statistics';

export { readIntegers } from './integers';
export { gather16 } from './interleaved';
export {
  COUNTS, ENVELOPE, NUMBERS16, NUMBERS32, PACKED, PACKED_BYTES, PRESENT, SCANNED, STAGE, STATISTICS, TEXT, TEXT_BYTES,
} from './memory';
export { acquire, freeUnits, release } from './slots';

export function countInt16(from: usize, length: i32, high: i32, low: i32, state: i32, bridge: bool): void {
  count<i16>(from, length, <i16>high, <i16>low, state, bridge);
}

export function countInt32(from: usize, length: i32, high: i32, low: i32, state: i32, bridge: bool): void {
  count<i32>(from, length, high, low, state, bridge);
}

export function countFloat32(from: usize, length: i32, high: f32, low: f32, state: i32, bridge: bool): void {
  count<f32>(from, length, high, low, state, bridge);
}

export function countFloat64(from: usize, length: i32, high: f64, low: f64, state: i32, bridge: bool): void {
  count<f64>(from, length, high, low, state, bridge);
}

export function summarizeInt16(from: usize, length: i32, high: i32, low: i32): void {
  countInt16(from, length, high, low, 0, false);
  if (hasGaps()) statisticsInt16(PRESENT, compact<i16>(from, length));
  else statisticsInt16(from, length);
}

export function summarizeInt32(from: usize, length: i32, high: i32, low: i32): void {
  countInt32(from, length, high, low, 0, false);
  if (hasGaps()) statistics<i32>(PRESENT, compact<i32>(from, length));
  else statistics<i32>(from, length);
}

export function summarizeFloat32(from: usize, length: i32, high: f32, low: f32): void {
  countFloat32(from, length, high, low, 0, false);
  if (hasGaps()) statistics<f32>(PRESENT, compact<f32>(from, length));
  else statistics<f32>(from, length);
}

export function summarizeFloat64(from: usize, length: i32, high: f64, low: f64): void {
  countFloat64(from, length, high, low, 0, false);
  if (hasGaps()) statistics<f64>(PRESENT, compact<f64>(from, length));
  else statistics<f64>(from, length);
}

/** Whether the samples just counted include missing ones. */
function hasGaps(): bool {
  return load<i32>(COUNTS, 4) != 0;
}

export function envelopeInt16(from: usize, length: i32, size: i32): i32 {
  return envelope<i16>(from, length, size);
}

export function envelopeInt32(from: usize, length: i32, size: i32): i32 {
  return envelope<i32>(from, length, size);
}

export function envelopeFloat32(from: usize, length: i32, size: i32): i32 {
  return envelope<f32>(from, length, size);
}

export function envelopeFloat64(from: usize, length: i32, size: i32): i32 {
  return envelope<f64>(from, length, size);
}

export function packInt16(from: usize, length: i32, most: i32): i32 {
  return pack<i16>(from, length, most);
}

export function packInt32(from: usize, length: i32, most: i32): i32 {
  return pack<i32>(from, length, most);
}

export function isPackedInt16(bytes: i32, mostSamples: i32): bool {
  return isPacked<i16>(bytes, mostSamples);
}

export function isPackedInt32(bytes: i32, mostSamples: i32): bool {
  return isPacked<i32>(bytes, mostSamples);
}

export function unpackInt16(to: usize): i32 {
  return unpack<i16>(to);
}

export function unpackInt32(to: usize): i32 {
  return unpack<i32>(to);
}
