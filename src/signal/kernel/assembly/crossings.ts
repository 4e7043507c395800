/**
 * Counting crossings 64 samples at a time. A sample that is neither above nor below lies at the level, or within the dead band, and
 * shows the sign before it: in the addition T + P + state, where T holds all samples that keep "above" and P those that begin it, the carry runs
 * through any number of them, so that T ^ P ^ (T + P + state) is the state before each sample.
 */
import { COUNTS, STAGE } from './memory';
import { anyMissing16, bits16, bits64, GREATER, MISSING } from './masks';

/**
 * Writes crossings, missing samples, first and last sign to the record.
 * @param high the greatest value of the type that is not above
 * @param low the greatest value of the type that is below
 * @param state sign before the first sample: -1, 0 (unknown) or 1
 * @param bridge whether the sign survives a missing sample
 */
export function count<T>(length: i32, high: T, low: T, state: i32, bridge: bool): void {
  const highs = v128.splat<T>(high);
  const lows = v128.splat<T>(low);
  let wasAbove: u64 = state > 0 ? 1 : 0;
  let wasBelow: u64 = state < 0 ? 1 : 0;
  let crossings: u64 = 0;
  let missing: u64 = 0;
  let started = false;
  let first = 0;
  let p = STAGE;
  for (let rest = length; rest > 0; rest -= 64, p += 64 * sizeof<T>()) {
    let above: u64 = 0;
    let notBelow: u64 = 0;
    let gap = i64x2.splat(0);
    if (sizeof<T>() == 2) {
      above = bits64<T>(p, GREATER, highs);
      notBelow = bits64<T>(p, GREATER, lows);
      const group = 16 * sizeof<T>();
      gap = v128.or(v128.or(anyMissing16<T>(p), anyMissing16<T>(p + group)), v128.or(anyMissing16<T>(p + 2 * group), anyMissing16<T>(p + 3 * group)));
    } else {
      let q = p;
      for (let shift: u64 = 0; shift < 64; shift += 16, q += 16 * sizeof<T>()) {
        above |= bits16<T>(q, GREATER, highs) << shift;
        notBelow |= bits16<T>(q, GREATER, lows) << shift;
        gap = v128.or(gap, anyMissing16<T>(q));
      }
    }
    if (rest >= 64 && (wasAbove | wasBelow) != 0 && !v128.any_true(gap)) {
      const before = notBelow ^ above ^ (notBelow + above + wasAbove);
      const after = above | (notBelow & before);
      crossings += popcnt(before ^ after);
      wasAbove = after >> 63;
      wasBelow = wasAbove ^ 1;
      continue;
    }
    const valid: u64 = rest >= 64 ? -1 : (<u64>1 << rest) - 1;
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
    const keepsAbove = ~(below | breaks);
    const keepsBelow = ~(above | breaks);
    const aboveBefore = keepsAbove ^ above ^ (keepsAbove + above + wasAbove);
    const belowBefore = keepsBelow ^ below ^ (keepsBelow + below + wasBelow);
    crossings += popcnt(above & belowBefore) + popcnt(below & aboveBefore);
    wasAbove = (above | (keepsAbove & aboveBefore)) >> 63;
    wasBelow = (below | (keepsBelow & belowBefore)) >> 63;
  }
  store<i32>(COUNTS, <i32>crossings, 0);
  store<i32>(COUNTS, <i32>missing, 4);
  store<i32>(COUNTS, first, 8);
  store<i32>(COUNTS, <i32>wasAbove - <i32>wasBelow, 12);
}
