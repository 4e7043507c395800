/** Lowest and highest sample of each bin; both are the missing marker if every sample is missing. */
import { ENVELOPE, marker } from './memory';

/** Samples of the bins that are stored. */
const STORED: i32 = 64;

/**
 * Writes the lowest values of all bins to `ENVELOPE`, then the highest.
 * @param size samples of a bin, at least 4; the last bin may have fewer
 * @returns the number of bins
 */
export function envelope<T>(from: usize, samples: i32, size: i32): i32 {
  const bins = (samples + size - 1) / size;
  let lowest = ENVELOPE;
  let highest = ENVELOPE + <usize>bins * sizeof<T>();
  for (let left = samples; left > 0; left -= size) {
    if (sizeof<T>() == 2 && size == STORED && left >= STORED) bin16(from, lowest, highest);
    else bin<T>(from, min(left, size), lowest, highest);
    from += <usize>size * sizeof<T>();
    lowest += sizeof<T>();
    highest += sizeof<T>();
  }
  return bins;
}

/**
 * A full bin of 16-bit samples. One less than the marker, the lowest value, is the highest: so missing samples do not
 * count for the minimum, and for the maximum neither.
 */
// @ts-ignore: decorator
@inline
function bin16(p: usize, lowest: usize, highest: usize): void {
  const one = i16x8.splat(1);
  let x = v128.load(p);
  let most = x;
  let least = i16x8.sub(x, one);
  for (let at: usize = 16; at < 128; at += 16) {
    x = v128.load(p + at);
    most = i16x8.max_s(most, x);
    least = i16x8.min_s(least, i16x8.sub(x, one));
  }
  most = i16x8.max_s(most, v128.shuffle<i16>(most, most, 4, 5, 6, 7, 0, 1, 2, 3));
  most = i16x8.max_s(most, v128.shuffle<i16>(most, most, 2, 3, 0, 1, 6, 7, 4, 5));
  most = i16x8.max_s(most, v128.shuffle<i16>(most, most, 1, 0, 3, 2, 5, 4, 7, 6));
  least = i16x8.min_s(least, v128.shuffle<i16>(least, least, 4, 5, 6, 7, 0, 1, 2, 3));
  least = i16x8.min_s(least, v128.shuffle<i16>(least, least, 2, 3, 0, 1, 6, 7, 4, 5));
  least = i16x8.min_s(least, v128.shuffle<i16>(least, least, 1, 0, 3, 2, 5, 4, 7, 6));
  store<i16>(lowest, i16x8.extract_lane_s(least, 0) + 1);
  store<i16>(highest, i16x8.extract_lane_s(most, 0));
}

// @ts-ignore: decorator
@inline
function bin<T>(p: usize, samples: i32, lowest: usize, highest: usize): void {
  const missing: T = isInteger<T>() ? marker<T>() : <T>NaN;
  let least: T = missing;
  let most: T = missing;
  let isEmpty = true;
  for (const end = p + <usize>samples * sizeof<T>(); p < end; p += sizeof<T>()) {
    const x = load<T>(p);
    if (isInteger<T>() ? x == missing : x != x) continue;
    if (isEmpty || x < least) least = x;
    if (isEmpty || x > most) most = x;
    isEmpty = false;
  }
  store<T>(lowest, least);
  store<T>(highest, most);
}
