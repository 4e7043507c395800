/**
 * Converts 64 samples to 64 bits, the first sample in the lowest bit. In groups of 16, the vectors of every type fit in
 * registers.
 */
import { marker } from './memory';

/** The condition of a mask. Passed as a literal through inlined functions, so that only one branch is compiled. */
export const GREATER: i32 = 0;
export const MISSING: i32 = 1;

/** Sets all bits in the lanes of vector `index` after `p` whose sample is greater than the level, or is missing. */
// @ts-ignore: decorator
@inline
function lanes<T>(p: usize, index: usize, test: i32, level: v128): v128 {
  const x = v128.load(p + 16 * index);
  if (test == GREATER) return v128.gt<T>(x, level);
  return isInteger<T>() ? v128.eq<T>(x, v128.splat<T>(marker<T>())) : v128.ne<T>(x, x);
}

/** Four doubles in 32-bit lanes: both halves of a lane are equal. */
// @ts-ignore: decorator
@inline
function halves<T>(p: usize, index: usize, test: i32, level: v128): v128 {
  return v128.shuffle<i32>(lanes<T>(p, index, test, level), lanes<T>(p, index + 1, test, level), 0, 2, 4, 6);
}

/** The masks of eight samples of any type, in 16-bit lanes. */
// @ts-ignore: decorator
@inline
function eight<T>(p: usize, half: usize, test: i32, level: v128): v128 {
  if (sizeof<T>() == 2) return lanes<T>(p, half, test, level);
  if (sizeof<T>() == 4)
    return i16x8.narrow_i32x4_s(lanes<T>(p, 2 * half, test, level), lanes<T>(p, 2 * half + 1, test, level));
  return i16x8.narrow_i32x4_s(halves<T>(p, 4 * half, test, level), halves<T>(p, 4 * half + 2, test, level));
}

/** Mask bits of the 16 samples at `p`. */
// @ts-ignore: decorator
@inline
export function bits16<T>(p: usize, test: i32, level: v128): u64 {
  return <u64>i8x16.bitmask(i8x16.narrow_i16x8_s(eight<T>(p, 0, test, level), eight<T>(p, 1, test, level)));
}

/** Mask bits of the 64 samples at `p`. */
// @ts-ignore: decorator
@inline
export function bits64<T>(p: usize, test: i32, level: v128): u64 {
  const group = 16 * sizeof<T>();
  return bits16<T>(p, test, level) | (bits16<T>(p + group, test, level) << 16) |
    (bits16<T>(p + 2 * group, test, level) << 32) | (bits16<T>(p + 3 * group, test, level) << 48);
}

/** Not zero if any of the 16 samples at `p` is missing: cheaper than computing their bits. */
// @ts-ignore: decorator
@inline
export function missing16<T>(p: usize): v128 {
  const none = i64x2.splat(0);
  let found = v128.or(lanes<T>(p, 0, MISSING, none), lanes<T>(p, 1, MISSING, none));
  if (sizeof<T>() >= 4) found = v128.or(found, v128.or(lanes<T>(p, 2, MISSING, none), lanes<T>(p, 3, MISSING, none)));
  if (sizeof<T>() == 8) {
    found = v128.or(found, v128.or(lanes<T>(p, 4, MISSING, none), lanes<T>(p, 5, MISSING, none)));
    found = v128.or(found, v128.or(lanes<T>(p, 6, MISSING, none), lanes<T>(p, 7, MISSING, none)));
  }
  return found;
}
