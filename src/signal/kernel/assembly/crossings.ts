/**
 * Crossings, 64 samples at a time. A sample that is neither above nor below is at the zero level, or within the dead
 * band, and keeps the sign before it. With A the samples that begin the state "above", K those that begin or keep it,
 * and s the state before the block, the carry of A + K + s propagates the state over any number of such samples. The
 * state before each sample is K ^ A ^ (A + K + s).
 */
import { bits16, bits64, GREATER, MISSING, missing16 } from './masks';
import { COUNTS } from './memory';

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
  for (let left = length; left > 0; left -= 64, p += 64 * sizeof<T>()) {
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
