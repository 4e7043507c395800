/**
 * Counting crossings 64 samples at a time, on bit masks (the first sample in the lowest bit): P above, N below, M missing. What is in none of them
 * lies at the level, or within the dead band, and shows the sign before it. The carry of one 64-bit addition runs that sign over any number of them.
 */
import { BLOCK, missingLanes, missingValue, RECORD, STAGE } from './memory';

/** Four tests of 16 samples each side by side. */
// @ts-ignore: decorator
@inline
function greater<T>(p: usize, level: v128): u64 {
  const step = 16 * sizeof<T>();
  return greater16<T>(p, level) | (greater16<T>(p + step, level) << 16) | (greater16<T>(p + 2 * step, level) << 32) | (greater16<T>(p + 3 * step, level) << 48);
}

// @ts-ignore: decorator
@inline
function missing<T>(p: usize): u64 {
  const step = 16 * sizeof<T>();
  return missing16<T>(p) | (missing16<T>(p + step) << 16) | (missing16<T>(p + 2 * step) << 32) | (missing16<T>(p + 3 * step) << 48);
}

// @ts-ignore: decorator
@inline
function above<T>(p: usize, lane: usize, level: v128): v128 {
  return v128.gt<T>(v128.load(p + lane * 16), level);
}

// @ts-ignore: decorator
@inline
function gone<T>(p: usize, lane: usize): v128 {
  return missingLanes<T>(v128.load(p + lane * 16));
}

// @ts-ignore: decorator
@inline
function greater16<T>(p: usize, level: v128): u64 {
  if (sizeof<T>() == 2) return bits2(above<T>(p, 0, level), above<T>(p, 1, level));
  if (sizeof<T>() == 4) return bits4(above<T>(p, 0, level), above<T>(p, 1, level), above<T>(p, 2, level), above<T>(p, 3, level));
  return bits4(
    halves(above<T>(p, 0, level), above<T>(p, 1, level)), halves(above<T>(p, 2, level), above<T>(p, 3, level)),
    halves(above<T>(p, 4, level), above<T>(p, 5, level)), halves(above<T>(p, 6, level), above<T>(p, 7, level)));
}

// @ts-ignore: decorator
@inline
function missing16<T>(p: usize): u64 {
  if (sizeof<T>() == 2) return bits2(gone<T>(p, 0), gone<T>(p, 1));
  if (sizeof<T>() == 4) return bits4(gone<T>(p, 0), gone<T>(p, 1), gone<T>(p, 2), gone<T>(p, 3));
  return bits4(halves(gone<T>(p, 0), gone<T>(p, 1)), halves(gone<T>(p, 2), gone<T>(p, 3)), halves(gone<T>(p, 4), gone<T>(p, 5)), halves(gone<T>(p, 6), gone<T>(p, 7)));
}

// @ts-ignore: decorator
@inline
function bits2(a: v128, b: v128): u64 {
  return <u64>i8x16.bitmask(i8x16.narrow_i16x8_s(a, b));
}

// @ts-ignore: decorator
@inline
function bits4(a: v128, b: v128, c: v128, d: v128): u64 {
  return bits2(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d));
}

// @ts-ignore: decorator
@inline
function halves(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 0, 2, 4, 6);
}

// @ts-ignore: decorator
@inline
function anyMissing16<T>(p: usize): v128 {
  if (sizeof<T>() == 2) return v128.or(gone<T>(p, 0), gone<T>(p, 1));
  const four = v128.or(v128.or(gone<T>(p, 0), gone<T>(p, 1)), v128.or(gone<T>(p, 2), gone<T>(p, 3)));
  if (sizeof<T>() == 4) return four;
  return v128.or(four, v128.or(v128.or(gone<T>(p, 4), gone<T>(p, 5)), v128.or(gone<T>(p, 6), gone<T>(p, 7))));
}

export function count<T>(length: i32, high: T, low: T, state: i32, bridge: bool): void {
  const highs = v128.splat<T>(high);
  const lows = v128.splat<T>(low);
  let wasAbove: u64 = state > 0 ? 1 : 0;
  let wasBelow: u64 = state < 0 ? 1 : 0;
  let crossings: u64 = 0;
  let gaps: u64 = 0;
  let first: i32 = 0;
  let started = false;
  let p = STAGE;
  for (let rest = length; rest > 0; rest -= <i32>BLOCK, p += BLOCK * sizeof<T>()) {
    let P: u64, notBelow: u64, holes: v128;
    if (sizeof<T>() == 2) {
      const step = 16 * sizeof<T>();
      P = greater<T>(p, highs);
      notBelow = greater<T>(p, lows);
      holes = v128.or(v128.or(anyMissing16<T>(p), anyMissing16<T>(p + step)), v128.or(anyMissing16<T>(p + 2 * step), anyMissing16<T>(p + 3 * step)));
    } else {
      P = notBelow = 0;
      holes = i64x2.splat(0);
      let q = p;
      for (let shift: u64 = 0; shift < 64; shift += 16, q += 16 * sizeof<T>()) {
        P |= greater16<T>(q, highs) << shift;
        notBelow |= greater16<T>(q, lows) << shift;
        holes = v128.or(holes, anyMissing16<T>(q));
      }
    }
    if (rest >= <i32>BLOCK && (wasAbove | wasBelow) != 0 && !v128.any_true(holes)) {
      const before = notBelow ^ P ^ (notBelow + P + wasAbove);
      const after = P | (notBelow & before);
      crossings += popcnt(before ^ after);
      wasAbove = after >> 63;
      wasBelow = wasAbove ^ 1;
      continue;
    }
    const valid: u64 = rest >= <i32>BLOCK ? ~0 : (<u64>1 << rest) - 1;
    let M = missing<T>(p);
    const N = ~(notBelow | M) & valid;
    P &= valid;
    M &= valid;
    gaps += popcnt(M);
    const events = P | N | M;
    if (!started && events != 0) {
      const bit = events & (0 - events);
      first = (P & bit) != 0 ? 1 : (N & bit) != 0 ? -1 : 0;
      started = true;
    }
    const breaks = bridge ? 0 : M;
    const keepsAbove = ~(N | breaks);
    const keepsBelow = ~(P | breaks);
    const aboveBefore = keepsAbove ^ P ^ (keepsAbove + P + wasAbove);
    const belowBefore = keepsBelow ^ N ^ (keepsBelow + N + wasBelow);
    crossings += popcnt(P & belowBefore) + popcnt(N & aboveBefore);
    wasAbove = (P | (keepsAbove & aboveBefore)) >> 63;
    wasBelow = (N | (keepsBelow & belowBefore)) >> 63;
  }
  store<i32>(RECORD, <i32>crossings, 32);
  store<i32>(RECORD, <i32>gaps, 36);
  store<i32>(RECORD, first, 40);
  store<i32>(RECORD, <i32>wasAbove - <i32>wasBelow, 44);
}
