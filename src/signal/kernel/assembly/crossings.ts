/**
 * Crossings, 64 samples at a time. A sample that is neither above nor below is at the zero level, or within the dead
 * band, and keeps the sign before it. With A the samples that begin the state "above", K those that begin or keep it,
 * and s the state before the block, the carry of A + K + s propagates the state over any number of such samples. The
 * state before each sample is K ^ A ^ (A + K + s).
 */
import { bits16, bits64, GREATER, MISSING, missing16 } from './masks';
import { COUNTS, marker } from './memory';

/** Samples of 16 bits that are counted before missing ones are looked for. */
const STRETCH: i32 = 512;
/** The result of `stretch16`. */
let crossed: u64 = 0;
let isAbove: u64 = 0;

/** 16 differences from a level, narrowed to 8 bits. */
// @ts-ignore: decorator
@inline
function narrowed(x: v128, y: v128, level: v128): v128 {
  return i8x16.narrow_i16x8_s(i16x8.sub_sat_s(x, level), i16x8.sub_sat_s(y, level));
}

// @ts-ignore: decorator
@inline
function positive(x: v128): u64 {
  return <u64>i8x16.bitmask(i8x16.gt_s(x, i64x2.splat(0)));
}

// @ts-ignore: decorator
@inline
function negative(x: v128): u64 {
  return <u64>i8x16.bitmask(x);
}

/**
 * Counts a stretch of 16-bit samples whose state is known. Samples are narrowed to 8 bits with saturation, which keeps
 * their sign about the level: so one instruction compares 16 of them.
 * @param high,low as of `count`
 * @param isPoint whether there is no sample between below and above but the level itself
 * @returns false if a sample is missing: then nothing has been counted
 */
// @ts-ignore: decorator
@inline
function stretch16(p: usize, high: i16, low: i16, wasAbove: u64, isPoint: bool): bool {
  const highs = i16x8.splat(high);
  const lows = i16x8.splat(low);
  let least = highs;
  let crossings: u64 = 0;
  for (const end = p + 2 * STRETCH; p < end; p += 128) {
    const a = v128.load(p), b = v128.load(p, 16), c = v128.load(p, 32), d = v128.load(p, 48);
    const e = v128.load(p, 64), f = v128.load(p, 80), g = v128.load(p, 96), h = v128.load(p, 112);
    least = i16x8.min_s(least, i16x8.min_s(
      i16x8.min_s(i16x8.min_s(a, b), i16x8.min_s(c, d)), i16x8.min_s(i16x8.min_s(e, f), i16x8.min_s(g, h))));
    const ab = narrowed(a, b, highs), cd = narrowed(c, d, highs);
    const ef = narrowed(e, f, highs), gh = narrowed(g, h, highs);
    const above = positive(ab) | (positive(cd) << 16) | (positive(ef) << 32) | (positive(gh) << 48);
    let notBelow: u64;
    if (isPoint) notBelow = ~(negative(ab) | (negative(cd) << 16) | (negative(ef) << 32) | (negative(gh) << 48));
    else notBelow = positive(narrowed(a, b, lows)) | (positive(narrowed(c, d, lows)) << 16) |
      (positive(narrowed(e, f, lows)) << 32) | (positive(narrowed(g, h, lows)) << 48);
    const before = notBelow ^ above ^ (above + notBelow + wasAbove);
    const after = above | (notBelow & before);
    crossings += popcnt(before ^ after);
    wasAbove = after >> 63;
  }
  crossed = crossings;
  isAbove = wasAbove;
  return !v128.any_true(i16x8.eq(least, i16x8.splat(marker<i16>())));
}

/**
 * Writes crossings, missing samples, first sign and last sign of the samples at `from` to their record.
 * @param high the greatest value of the type that is not above
 * @param low the greatest value of the type that is below
 * @param state sign before the first sample: -1, 0 (unknown) or 1
 * @param bridge whether the sign survives a missing sample
 */
export function count<T>(from: usize, length: i32, high: T, low: T, state: i32, bridge: bool): void {
  const highs = v128.splat<T>(high);
  const lows = v128.splat<T>(low);
  let wasAbove: u64 = state > 0 ? 1 : 0;
  let wasBelow: u64 = state < 0 ? 1 : 0;
  let crossings: u64 = 0;
  let missing: u64 = 0;
  let started = false;
  let first = 0;
  let p = from;
  const isPoint = low + 1 == high;
  for (let left = length; left > 0; left -= 64, p += 64 * sizeof<T>()) {
    if (sizeof<T>() == 2) {
      while (left >= STRETCH && (wasAbove | wasBelow) != 0) {
        const isCounted = isPoint
          ? stretch16(p, <i16>high, <i16>low, wasAbove, true)
          : stretch16(p, <i16>high, <i16>low, wasAbove, false);
        if (!isCounted) break;
        crossings += crossed;
        wasAbove = isAbove;
        wasBelow = wasAbove ^ 1;
        left -= STRETCH;
        p += 2 * STRETCH;
      }
      if (left == 0) break;
    }
    let above: u64 = 0;
    let notBelow: u64 = 0;
    let hole = i64x2.splat(0);
    // Unrolling is faster for 16-bit samples; with 64-bit samples it would spill registers.
    if (sizeof<T>() == 2) {
      above = bits64<T>(p, GREATER, highs);
      notBelow = bits64<T>(p, GREATER, lows);
      hole = v128.or(
        v128.or(missing16<T>(p), missing16<T>(p + 32)),
        v128.or(missing16<T>(p + 64), missing16<T>(p + 96)),
      );
    } else {
      let q = p;
      for (let shift: u64 = 0; shift < 64; shift += 16, q += 16 * sizeof<T>()) {
        above |= bits16<T>(q, GREATER, highs) << shift;
        notBelow |= bits16<T>(q, GREATER, lows) << shift;
        hole = v128.or(hole, missing16<T>(q));
      }
    }
    if (left >= 64 && (wasAbove | wasBelow) != 0 && !v128.any_true(hole)) {
      const before = notBelow ^ above ^ (above + notBelow + wasAbove);
      const after = above | (notBelow & before);
      crossings += popcnt(before ^ after);
      wasAbove = after >> 63;
      wasBelow = wasAbove ^ 1;
      continue;
    }

    // A short block, a missing sample, or no sign yet: both states are carried, and either may be unset.
    const valid: u64 = left >= 64 ? -1 : (<u64>1 << left) - 1;
    const gaps = bits64<T>(p, MISSING, highs) & valid;
    const below = ~(notBelow | gaps) & valid;
    above &= valid;
    missing += popcnt(gaps);
    const events = above | below | gaps;
    if (!started && events != 0) {
      const event = events & (0 - events);
      first = (above & event) != 0 ? 1 : (below & event) != 0 ? -1 : 0;
      started = true;
    }
    const breaks = bridge ? 0 : gaps;
    const keepAbove = ~(below | breaks);
    const keepBelow = ~(above | breaks);
    const aboveBefore = keepAbove ^ above ^ (above + keepAbove + wasAbove);
    const belowBefore = keepBelow ^ below ^ (below + keepBelow + wasBelow);
    crossings += popcnt(above & belowBefore) + popcnt(below & aboveBefore);
    wasAbove = (above | (keepAbove & aboveBefore)) >> 63;
    wasBelow = (below | (keepBelow & belowBefore)) >> 63;
  }
  store<i32>(COUNTS, <i32>crossings, 0);
  store<i32>(COUNTS, <i32>missing, 4);
  store<i32>(COUNTS, first, 8);
  store<i32>(COUNTS, <i32>wasAbove - <i32>wasBelow, 12);
}
