/** Samples of several channels that are interleaved: those of one channel are `stride` samples apart. */

/** Copies every `stride`th sample from `from` on to `to`. @returns their sum, modulo 2 ** 32 */
export function gather16(from: usize, stride: i32, length: i32, to: usize): i32 {
  const step = <usize>stride << 1;
  const ones = i16x8.splat(1);
  let sums = i32x4.splat(0);
  let p = from;
  let left = length;
  for (; left >= 8; left -= 8) {
    let x = v128.load16_splat(p);
    p += step;
    x = v128.load16_lane(p, x, 1);
    p += step;
    x = v128.load16_lane(p, x, 2);
    p += step;
    x = v128.load16_lane(p, x, 3);
    p += step;
    x = v128.load16_lane(p, x, 4);
    p += step;
    x = v128.load16_lane(p, x, 5);
    p += step;
    x = v128.load16_lane(p, x, 6);
    p += step;
    x = v128.load16_lane(p, x, 7);
    p += step;
    v128.store(to, x);
    to += 16;
    sums = i32x4.add(sums, i32x4.dot_i16x8_s(x, ones));
  }
  let sum = i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1) +
    i32x4.extract_lane(sums, 2) + i32x4.extract_lane(sums, 3);
  for (; left > 0; left--) {
    const x = load<i16>(p);
    store<i16>(to, x);
    sum += x;
    p += step;
    to += 2;
  }
  return sum;
}
