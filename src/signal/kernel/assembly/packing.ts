/**
 * Packs a block of integers without loss: frames of 128 samples, of each the first or second differences, zigzag, in as
 * many bits as the widest needs. docs/storage.md describes the bytes.
 *
 * A frame is a matrix of 16-byte vectors, read row by row: 16 rows of 8 samples of 16 bits, or 32 rows of 4 samples of
 * 32 bits. Each column (lane) is packed by itself, so that one instruction packs all of them.
 */
import { PACKED } from './memory';

const FRAME: i32 = 128;

/** Bytes of the samples of a frame. */
// @ts-ignore: decorator
@inline
function frameBytes<T>(): usize {
  return <usize>FRAME * sizeof<T>();
}

const HEADER: usize = 4;
/** In the byte of a frame: set if it has second differences. */
const SECOND: u32 = 0x80;
/** Zigzag first differences of a frame, and its second differences. */
const FIRSTS: usize = memory.data(512, 16);
const SECONDS: usize = memory.data(512, 16);
/** A frame that is not full, with zeros behind its samples. */
const PARTIAL: usize = memory.data(512, 16);

/** The vector whose lanes are those of `x` moved up by one; the lowest is the last of `before`. */
// @ts-ignore: decorator
@inline
function shifted<T>(before: v128, x: v128): v128 {
  if (sizeof<T>() == 2) return v128.shuffle<i16>(before, x, 7, 8, 9, 10, 11, 12, 13, 14);
  return v128.shuffle<i32>(before, x, 3, 4, 5, 6);
}

// @ts-ignore: decorator
@inline
function zigzag<T>(x: v128): v128 {
  return v128.xor(v128.shl<T>(x, 1), v128.shr<T>(x, 8 * sizeof<T>() - 1));
}

/** The number of bits of the widest lane. */
// @ts-ignore: decorator
@inline
function widthOf<T>(lanes: v128): u32 {
  let bits = v128.extract_lane<u64>(lanes, 0) | v128.extract_lane<u64>(lanes, 1);
  bits |= bits >> 32;
  if (sizeof<T>() == 2) bits = (bits | (bits >> 16)) & 0xffff;
  return 32 - <u32>clz<u32>(<u32>bits);
}

/**
 * Packs the samples at `from` to `PACKED`.
 * @returns the number of bytes; 0 as soon as they would be more than `most`
 */
export function pack<T>(from: usize, samples: i32, most: i32): i32 {
  const rows = <i32>(frameBytes<T>() / 16);
  const frames = (samples + FRAME - 1) / FRAME;
  store<i32>(PACKED, samples);
  let widths = PACKED + HEADER;
  let to = widths + frames;
  const limit = PACKED + most;
  if (to > limit) return 0;
  let before = i64x2.splat(0);
  let stepBefore = i64x2.splat(0);
  for (let frame = 0, left = samples; frame < frames; frame++, left -= FRAME) {
    let p = from;
    if (left < FRAME) {
      // Samples after the end continue the last step: their differences are 0 where it matters.
      memory.fill(PARTIAL, 0, frameBytes<T>());
      memory.copy(PARTIAL, from, <usize>left * sizeof<T>());
      p = PARTIAL;
    }
    let allFirst = i64x2.splat(0);
    let allSecond = i64x2.splat(0);
    for (let at: usize = 0; at < frameBytes<T>(); at += 16) {
      const x = v128.load(p + at);
      let step = v128.sub<T>(x, shifted<T>(before, x));
      let bend = v128.sub<T>(step, shifted<T>(stepBefore, step));
      before = x;
      stepBefore = step;
      const first = zigzag<T>(step);
      const second = zigzag<T>(bend);
      allFirst = v128.or(allFirst, first);
      allSecond = v128.or(allSecond, second);
      v128.store(FIRSTS + at, first);
      v128.store(SECONDS + at, second);
    }
    let source = FIRSTS;
    if (left < FRAME) {
      allFirst = cleared<T>(FIRSTS, left);
      allSecond = cleared<T>(SECONDS, left);
    }
    let width = widthOf<T>(allFirst);
    const other = widthOf<T>(allSecond);
    let mark = width;
    if (other < width) {
      width = other;
      mark = other | SECOND;
      source = SECONDS;
    }
    store<u8>(widths++, mark);
    if (to + 16 * width > limit) return 0;
    packRows<T>(source, rows, width, to);
    to += 16 * width;
    from += frameBytes<T>();
  }
  return <i32>(to - PACKED);
}

/** Sets the values behind the end to zero. @returns the others, combined by OR */
function cleared<T>(values: usize, kept: i32): v128 {
  memory.fill(values + <usize>kept * sizeof<T>(), 0, <usize>(FRAME - kept) * sizeof<T>());
  let all = i64x2.splat(0);
  for (let at: usize = 0; at < frameBytes<T>(); at += 16) all = v128.or(all, v128.load(values + at));
  return all;
}

/** Appends the low bits of each row to the words of its lanes, the first in the lowest bits. */
// @ts-ignore: decorator
@inline
function packRows<T>(from: usize, rows: i32, width: u32, to: usize): void {
  if (width == 0) return;
  const bits: u32 = 8 * sizeof<T>();
  let words = i64x2.splat(0);
  let filled: u32 = 0;
  const end = from + 16 * rows;
  for (; from < end; from += 16) {
    const value = v128.load(from);
    words = v128.or(words, v128.shl<T>(value, filled));
    filled += width;
    if (filled >= bits) {
      v128.store(to, words);
      to += 16;
      filled -= bits;
      words = filled == 0 ? i64x2.splat(0) : rightBy<T>(value, width - filled);
    }
  }
}

/** The lanes without their lowest bits, as unsigned numbers. */
// @ts-ignore: decorator
@inline
function rightBy<T>(lanes: v128, bits: i32): v128 {
  return sizeof<T>() == 2 ? v128.shr<u16>(lanes, bits) : v128.shr<u32>(lanes, bits);
}

/** Whether `PACKED` is a block of T with this many bytes. Nothing else may be unpacked. */
export function isPacked<T>(bytes: i32, mostSamples: i32): bool {
  if (bytes < <i32>HEADER) return false;
  const samples = load<i32>(PACKED);
  if (samples < 0 || samples > mostSamples) return false;
  const frames = (samples + FRAME - 1) / FRAME;
  let expected = <i32>HEADER + frames;
  if (expected > bytes) return false;
  for (let p = PACKED + HEADER, end = p + frames; p < end; p++) {
    const width = <u32>load<u8>(p) & ~SECOND;
    if (width > 8 * sizeof<T>()) return false;
    expected += 16 * <i32>width;
  }
  return expected == bytes;
}

/** Unpacks `PACKED`, which must have been checked, to `to`: whole frames, so that samples behind the end follow. */
export function unpack<T>(to: usize): i32 {
  const rows = <i32>(frameBytes<T>() / 16);
  const samples = load<i32>(PACKED);
  const frames = (samples + FRAME - 1) / FRAME;
  let widths = PACKED + HEADER;
  let from = widths + frames;
  let last: T = <T>0;
  let lastStep: T = <T>0;
  for (let frame = 0; frame < frames; frame++) {
    const mark = <u32>load<u8>(widths++);
    const width = mark & ~SECOND;
    if ((mark & SECOND) == 0) unpackRows<T>(from, rows, width, to, last, 0, false);
    else unpackRows<T>(from, rows, width, to, last, lastStep, true);
    from += 16 * width;
    to += frameBytes<T>();
    last = load<T>(to - sizeof<T>());
    lastStep = last - load<T>(to - 2 * sizeof<T>());
  }
  return samples;
}

/** Sums of the lanes up to each lane, added to the last lane of `before`. */
// @ts-ignore: decorator
@inline
function summed<T>(x: v128, before: v128): v128 {
  const zero = i64x2.splat(0);
  if (sizeof<T>() == 2) {
    x = i16x8.add(x, v128.shuffle<i16>(zero, x, 7, 8, 9, 10, 11, 12, 13, 14));
    x = i16x8.add(x, v128.shuffle<i16>(zero, x, 6, 7, 8, 9, 10, 11, 12, 13));
    x = i16x8.add(x, v128.shuffle<i16>(zero, x, 4, 5, 6, 7, 8, 9, 10, 11));
    return i16x8.add(x, v128.shuffle<i16>(before, before, 7, 7, 7, 7, 7, 7, 7, 7));
  }
  x = i32x4.add(x, v128.shuffle<i32>(zero, x, 3, 4, 5, 6));
  x = i32x4.add(x, v128.shuffle<i32>(zero, x, 2, 3, 4, 5));
  return i32x4.add(x, v128.shuffle<i32>(before, before, 3, 3, 3, 3));
}

// @ts-ignore: decorator
@inline
function unpackRows<T>(from: usize, rows: i32, width: u32, to: usize, last: T, lastStep: T, second: bool): void {
  const bits: u32 = 8 * sizeof<T>();
  const mask = v128.splat<T>(width == bits ? <T>-1 : <T>((<u32>1 << width) - 1));
  const one = v128.splat<T>(<T>1);
  const zero = i64x2.splat(0);
  let before = v128.splat<T>(last);
  let stepBefore = v128.splat<T>(lastStep);
  let words = zero;
  /** Bits of `words` that are not used yet. */
  let held: u32 = 0;
  const end = to + 16 * rows;
  for (; to < end; to += 16) {
    let value = zero;
    if (width != 0) {
      value = held == 0 ? zero : rightBy<T>(words, bits - held);
      if (held < width) {
        words = v128.load(from);
        from += 16;
        value = v128.or(value, v128.shl<T>(words, held));
        held += bits;
      }
      held -= width;
      value = v128.and(value, mask);
    }
    let x = v128.xor(rightBy<T>(value, 1), v128.neg<T>(v128.and(value, one)));
    if (second) {
      x = summed<T>(x, stepBefore);
      stepBefore = x;
    }
    x = summed<T>(x, before);
    before = x;
    v128.store(to, x);
  }
}
