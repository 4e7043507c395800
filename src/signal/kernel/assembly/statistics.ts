/** Minimum, maximum, mean and sum of squared deviations of the samples on the stage. Missing ones, and the padding, count for nothing. */
import { BLOCK, missingLanes, missingValue, RECORD, STAGE } from './memory';

export function statisticsOfIntegers(length: i32, missing: i32): void {
  const ones = i16x8.splat(1);
  let least = i16x8.splat(i16.MAX_VALUE);
  let most = i16x8.splat(i16.MIN_VALUE);
  let sums = i32x4.splat(0);
  let low = i64x2.splat(0);
  let high = i64x2.splat(0);
  const padded = (length + <i32>BLOCK - 1) & -<i32>BLOCK;
  const end = STAGE + <usize>padded * 2;
  for (let p = STAGE; p < end; p += 16) {
    const x = v128.load(p);
    least = i16x8.min_s(least, i16x8.sub(x, ones));
    most = i16x8.max_s(most, x);
    sums = i32x4.add(sums, i32x4.dot_i16x8_s(x, ones));
    const squares = i32x4.dot_i16x8_s(x, x);
    low = i64x2.add(low, i64x2.extend_low_i32x4_u(squares));
    high = i64x2.add(high, i64x2.extend_high_i32x4_u(squares));
  }
  const gone = <i64>(missing + padded - length);
  const present = <i64>(length - missing);
  let minimum = i32.MAX_VALUE;
  let maximum = i32.MIN_VALUE;
  store<i16>(RECORD, 0);
  for (let i = 0; i < 8; i++) {
    v128.store(RECORD, least);
    minimum = min(minimum, <i32>load<i16>(RECORD + 2 * i));
    v128.store(RECORD, most);
    maximum = max(maximum, <i32>load<i16>(RECORD + 2 * i));
  }
  const sum = <i64>i32x4.extract_lane(sums, 0) + <i64>i32x4.extract_lane(sums, 1) + <i64>i32x4.extract_lane(sums, 2) + <i64>i32x4.extract_lane(sums, 3) + (gone << 15);
  low = i64x2.add(low, high);
  const squares = i64x2.extract_lane(low, 0) + i64x2.extract_lane(low, 1) - (gone << 30);
  store<f64>(RECORD, <f64>(minimum + 1), 0);
  store<f64>(RECORD, <f64>maximum, 8);
  store<f64>(RECORD, <f64>sum / <f64>present, 16);
  store<f64>(RECORD, <f64>(<u64>(present * squares - sum * sum)) / <f64>present, 24);
}

// @ts-ignore: decorator
@inline
function pair<T>(p: usize): v128 {
  if (sizeof<T>() == 8) return v128.load(p);
  if (isFloat<T>()) return f64x2.promote_low_f32x4(v128.load64_zero(p));
  const x = f64x2.convert_low_i32x4_s(v128.load64_zero(p));
  return v128.or(x, f64x2.eq(x, f64x2.splat(<f64>i32.MIN_VALUE)));
}

// @ts-ignore: decorator
@inline
function present(x: v128, value: v128): v128 {
  return v128.and(value, f64x2.eq(x, x));
}

export function statistics<T>(length: i32, missing: i32): void {
  let least = f64x2.splat(Infinity);
  let most = f64x2.splat(-Infinity);
  let sum0 = f64x2.splat(0);
  let sum1 = f64x2.splat(0);
  let sum2 = f64x2.splat(0);
  let sum3 = f64x2.splat(0);
  const end = STAGE + <usize>length * sizeof<T>();
  for (let p = STAGE; p < end; p += 8 * sizeof<T>()) {
    const a = pair<T>(p);
    const b = pair<T>(p + 2 * sizeof<T>());
    const c = pair<T>(p + 4 * sizeof<T>());
    const d = pair<T>(p + 6 * sizeof<T>());
    least = f64x2.pmin(f64x2.pmin(f64x2.pmin(f64x2.pmin(least, a), b), c), d);
    most = f64x2.pmax(f64x2.pmax(f64x2.pmax(f64x2.pmax(most, a), b), c), d);
    sum0 = f64x2.add(sum0, present(a, a));
    sum1 = f64x2.add(sum1, present(b, b));
    sum2 = f64x2.add(sum2, present(c, c));
    sum3 = f64x2.add(sum3, present(d, d));
  }
  const n = <f64>(length - missing);
  const mean = total(f64x2.add(f64x2.add(sum0, sum1), f64x2.add(sum2, sum3))) / n;
  store<f64>(RECORD, min(f64x2.extract_lane(least, 0), f64x2.extract_lane(least, 1)), 0);
  store<f64>(RECORD, max(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1)), 8);
  store<f64>(RECORD, mean, 16);
  const means = f64x2.splat(mean);
  sum0 = f64x2.splat(0);
  sum1 = f64x2.splat(0);
  sum2 = f64x2.splat(0);
  sum3 = f64x2.splat(0);
  let square0 = f64x2.splat(0);
  let square1 = f64x2.splat(0);
  let square2 = f64x2.splat(0);
  let square3 = f64x2.splat(0);
  for (let p = STAGE; p < end; p += 8 * sizeof<T>()) {
    const a0 = pair<T>(p);
    const b0 = pair<T>(p + 2 * sizeof<T>());
    const c0 = pair<T>(p + 4 * sizeof<T>());
    const d0 = pair<T>(p + 6 * sizeof<T>());
    const a = present(a0, f64x2.sub(a0, means));
    const b = present(b0, f64x2.sub(b0, means));
    const c = present(c0, f64x2.sub(c0, means));
    const d = present(d0, f64x2.sub(d0, means));
    sum0 = f64x2.add(sum0, a);
    sum1 = f64x2.add(sum1, b);
    sum2 = f64x2.add(sum2, c);
    sum3 = f64x2.add(sum3, d);
    square0 = f64x2.add(square0, f64x2.mul(a, a));
    square1 = f64x2.add(square1, f64x2.mul(b, b));
    square2 = f64x2.add(square2, f64x2.mul(c, c));
    square3 = f64x2.add(square3, f64x2.mul(d, d));
  }
  const rest = total(f64x2.add(f64x2.add(sum0, sum1), f64x2.add(sum2, sum3)));
  const squares = total(f64x2.add(f64x2.add(square0, square1), f64x2.add(square2, square3)));
  store<f64>(RECORD, squares - rest * rest / n, 24);
}

// @ts-ignore: decorator
@inline
function total(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
}
