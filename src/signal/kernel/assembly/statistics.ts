/**
 * Minimum, maximum, mean and sum of squared deviations of samples, none of which is missing.
 */
import { marker, PRESENT, STATISTICS } from './memory';

/** Copies the samples that are not missing to `PRESENT`. @returns how many there are */
export function compact<T>(from: usize, length: i32): i32 {
  const end = from + <usize>length * sizeof<T>();
  let kept = PRESENT;
  for (let p = from; p < end; p += sizeof<T>()) {
    const x = load<T>(p);
    store<T>(kept, x);
    kept += (isInteger<T>() ? x != marker<T>() : x == x) ? sizeof<T>() : 0;
  }
  return <i32>((kept - PRESENT) / sizeof<T>());
}

/** For 16-bit integers, in one pass: every sum is an exact integer. */
export function statisticsInt16(from: usize, n: i32): void {
  const ones = i16x8.splat(1);
  let least = i16x8.splat(i16.MAX_VALUE);
  let most = i16x8.splat(i16.MIN_VALUE);
  let sums = i32x4.splat(0);
  let squaresLow = i64x2.splat(0);
  let squaresHigh = i64x2.splat(0);
  const whole = from + 2 * (n & -8);
  const end = from + 2 * n;
  let p = from;
  for (; p < whole; p += 16) {
    const x = v128.load(p);
    least = i16x8.min_s(least, x);
    most = i16x8.max_s(most, x);
    // The 8,192 vectors of a block add at most 2 ** 16 each to a lane.
    sums = i32x4.add(sums, i32x4.dot_i16x8_s(x, ones));
    const squared = i32x4.dot_i16x8_s(x, x);
    squaresLow = i64x2.add(squaresLow, i64x2.extend_low_i32x4_u(squared));
    squaresHigh = i64x2.add(squaresHigh, i64x2.extend_high_i32x4_u(squared));
  }
  let minimum: i32 = i16.MAX_VALUE;
  let maximum: i32 = i16.MIN_VALUE;
  for (let lane = 0; lane < 16; lane += 2) {
    v128.store(STATISTICS, least);
    minimum = min(minimum, <i32>load<i16>(STATISTICS + lane));
    v128.store(STATISTICS, most);
    maximum = max(maximum, <i32>load<i16>(STATISTICS + lane));
  }
  const sumPairs = i64x2.add(i64x2.extend_low_i32x4_s(sums), i64x2.extend_high_i32x4_s(sums));
  let sum = i64x2.extract_lane(sumPairs, 0) + i64x2.extract_lane(sumPairs, 1);
  const squarePairs = i64x2.add(squaresLow, squaresHigh);
  let squares = i64x2.extract_lane(squarePairs, 0) + i64x2.extract_lane(squarePairs, 1);
  for (; p < end; p += 2) {
    const x: i32 = load<i16>(p);
    minimum = min(minimum, x);
    maximum = max(maximum, x);
    sum += x;
    squares += x * x;
  }
  // With n up to 2 ** 16 and |x| < 2 ** 15 both products are below 2 ** 64.
  const scatter = <u64>n * <u64>squares - <u64>(sum * sum);
  answer(minimum, maximum, <f64>sum / <f64>n, <f64>scatter / <f64>n);
}

/** For every other type, as doubles, in two passes: the mean, then the deviations from it. */
export function statistics<T>(from: usize, n: i32): void {
  const whole = from + <usize>(n & -8) * sizeof<T>();
  const end = from + <usize>n * sizeof<T>();
  const zero = f64x2.splat(0);
  let least = f64x2.splat(Infinity);
  let most = f64x2.splat(-Infinity);
  let a = zero, b = zero, c = zero, d = zero;
  let p = from;
  for (; p < whole; p += 8 * sizeof<T>()) {
    const x = pair<T>(p, 0), y = pair<T>(p, 1), z = pair<T>(p, 2), w = pair<T>(p, 3);
    least = f64x2.pmin(least, f64x2.pmin(f64x2.pmin(x, y), f64x2.pmin(z, w)));
    most = f64x2.pmax(most, f64x2.pmax(f64x2.pmax(x, y), f64x2.pmax(z, w)));
    a = f64x2.add(a, x);
    b = f64x2.add(b, y);
    c = f64x2.add(c, z);
    d = f64x2.add(d, w);
  }
  let minimum = min(f64x2.extract_lane(least, 0), f64x2.extract_lane(least, 1));
  let maximum = max(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1));
  let sum = total(a, b, c, d);
  for (; p < end; p += sizeof<T>()) {
    const x = <f64>load<T>(p);
    minimum = min(minimum, x);
    maximum = max(maximum, x);
    sum += x;
  }

  const mean = sum / <f64>n;
  const means = f64x2.splat(mean);
  a = b = c = d = zero;
  let aa = zero, bb = zero, cc = zero, dd = zero;
  for (p = from; p < whole; p += 8 * sizeof<T>()) {
    const x = f64x2.sub(pair<T>(p, 0), means), y = f64x2.sub(pair<T>(p, 1), means);
    const z = f64x2.sub(pair<T>(p, 2), means), w = f64x2.sub(pair<T>(p, 3), means);
    a = f64x2.add(a, x);
    b = f64x2.add(b, y);
    c = f64x2.add(c, z);
    d = f64x2.add(d, w);
    aa = f64x2.add(aa, f64x2.mul(x, x));
    bb = f64x2.add(bb, f64x2.mul(y, y));
    cc = f64x2.add(cc, f64x2.mul(z, z));
    dd = f64x2.add(dd, f64x2.mul(w, w));
  }
  let rest = total(a, b, c, d);
  let squares = total(aa, bb, cc, dd);
  for (; p < end; p += sizeof<T>()) {
    const deviation = <f64>load<T>(p) - mean;
    rest += deviation;
    squares += deviation * deviation;
  }
  // The mean is rounded: with the exact mean, `rest` would be 0 (Chan, Golub and LeVeque). Rounding may make the result
  // negative.
  answer(minimum, maximum, mean, max(0, squares - rest * rest / <f64>n));
}

/** Two samples as doubles. */
// @ts-ignore: decorator
@inline
function pair<T>(p: usize, index: usize): v128 {
  const q = p + 2 * index * sizeof<T>();
  if (sizeof<T>() == 8) return v128.load(q);
  return isFloat<T>() ? f64x2.promote_low_f32x4(v128.load64_zero(q)) : f64x2.convert_low_i32x4_s(v128.load64_zero(q));
}

// @ts-ignore: decorator
@inline
function total(a: v128, b: v128, c: v128, d: v128): f64 {
  const x = f64x2.add(f64x2.add(a, b), f64x2.add(c, d));
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
}

// @ts-ignore: decorator
@inline
function answer(minimum: f64, maximum: f64, mean: f64, m2: f64): void {
  store<f64>(STATISTICS, minimum, 0);
  store<f64>(STATISTICS, maximum, 8);
  store<f64>(STATISTICS, mean, 16);
  store<f64>(STATISTICS, m2, 24);
}
