/**
 * Parses short integers and null between commas, as in the signals of recorders: `-`? and 1 to 8 digits, or null, with
 * at most one space before and a comma directly after. 64 bytes at a time are classified, one bit a byte. If the masks
 * show that there are integers only, they are converted four at a time, without a branch for any of them.
 */
import { NUMBERS16, NUMBERS32, SCANNED, TEXT } from './memory';

const COMMA: u8 = 0x2c;
const MINUS: u8 = 0x2d;
const SPACE: u8 = 0x20;
const ZERO: u8 = 0x30;
/** 'null', little-endian. */
const NULL: u32 = 0x6c6c756e;
const MISSING16: i32 = -32768;
const MISSING32: i32 = i32.MIN_VALUE;

/** The digits of the numbers of a group as eight bytes each, the last digit in the highest; and -1 if negative. */
const DIGITS: usize = memory.data(288, 16);
const SIGNS: usize = memory.data(144, 16);

/** Bit n: byte n of the 64 at `p` is `byte`. */
// @ts-ignore: decorator
@inline
function equal(p: usize, byte: u8): u64 {
  const wanted = i8x16.splat(byte);
  const a = <u64>i8x16.bitmask(i8x16.eq(v128.load(p), wanted));
  const b = <u64>i8x16.bitmask(i8x16.eq(v128.load(p, 16), wanted));
  const c = <u64>i8x16.bitmask(i8x16.eq(v128.load(p, 32), wanted));
  const d = <u64>i8x16.bitmask(i8x16.eq(v128.load(p, 48), wanted));
  return a | (b << 16) | (c << 32) | (d << 48);
}

// @ts-ignore: decorator
@inline
function digit(x: v128): u64 {
  return <u64>i8x16.bitmask(i8x16.lt_u(i8x16.sub(x, i8x16.splat(ZERO)), i8x16.splat(10)));
}

/** Bit n: byte n of the 64 at `p` is a digit. */
// @ts-ignore: decorator
@inline
function digits(p: usize): u64 {
  return digit(v128.load(p)) | (digit(v128.load(p, 16)) << 16) | (digit(v128.load(p, 32)) << 32) |
    (digit(v128.load(p, 48)) << 48);
}

/**
 * Reads numbers until something else comes.
 * @param length bytes of text
 * @returns the number of samples written
 */
export function readIntegers(length: i32): i32 {
  const end = TEXT + length;
  let start = TEXT;
  let written = 0;
  let wide = false;
  for (let commas = commasAt(start, end); commas != 0; commas = commasAt(start, end)) {
    const last = 63 - <i32>clz(commas);
    const group = <u64>-1 >> (63 - last);
    const digit = digits(start) & group;
    const minus = equal(start, MINUS) & group;
    const space = equal(start, SPACE) & group;
    const afterComma = (commas << 1) | 1;
    const first = digit & ~(digit << 1);
    let bad = (digit | minus | space | commas) ^ group;
    bad |= commas & ~(digit << 1);
    bad |= minus & ~((digit >> 1) & (afterComma | (space << 1)));
    bad |= space & ~(((digit | minus) >> 1) & afterComma);
    bad |= first & (digit >> 1) & equal(start, ZERO);
    // Nine digits in a row.
    let row = digit & (digit >> 1);
    row &= row >> 2;
    row &= row >> 4;
    bad |= row & (digit >> 8);
    if (bad == 0) {
      const numbers = gather(start, commas, first);
      wide = convert(numbers, written) || wide;
      written += numbers;
      start += last + 1;
      continue;
    }

    // Something else is among them: one by one.
    const base = start;
    for (; commas != 0; commas &= commas - 1) {
      const comma = base + <usize>ctz(commas);
      const number = start + <usize>(load<u8>(start) == SPACE);
      const negative = <i32>(load<u8>(number) == MINUS);
      const count = <i32>(comma - number) - negative;
      if (<u32>(count - 1) >= 8) return ended(start, written, wide);
      const word = wordOf(comma, count);
      let value: i32;
      if (((word | (word + 0x7676767676767676)) & 0x8080808080808080) == 0) {
        if (count > 1 && load<u8>(comma - count) == ZERO) return ended(start, written, wide);
        const magnitude = eightDigits(word);
        value = (magnitude ^ -negative) + negative;
        wide = wide || <u32>(value + 32767) > 65534;
        store<i16>(NUMBERS16 + (<usize>written << 1), <i16>value);
      } else {
        if (comma - number != 4 || load<u32>(number) != NULL) return ended(start, written, wide);
        value = MISSING32;
        store<i16>(NUMBERS16 + (<usize>written << 1), <i16>MISSING16);
      }
      store<i32>(NUMBERS32 + (<usize>written << 2), value);
      written++;
      start = comma + 1;
    }
  }
  return ended(start, written, wide);
}

/** The commas among the next 64 bytes, as far as there is text. */
// @ts-ignore: decorator
@inline
function commasAt(start: usize, end: usize): u64 {
  const commas = equal(start, COMMA);
  return end - start >= 64 ? commas : commas & (((<u64>1) << (end - start)) - 1);
}

/** The digits before a comma in the highest bytes of a word, zeros in the others. */
// @ts-ignore: decorator
@inline
function wordOf(comma: usize, count: i32): u64 {
  return (load<u64>(comma - 8) ^ 0x3030303030303030) & (<u64>-1 << (<u64>(8 - count) << 3));
}

/** Value of eight digits (0 to 9 each), with the first digit in the lowest byte. */
// @ts-ignore: decorator
@inline
function eightDigits(word: u64): i32 {
  let x = (word * 10 + (word >> 8)) & 0x00ff00ff00ff00ff;
  x = (x * 100 + (x >> 16)) & 0x0000ffff0000ffff;
  return <i32>(x * 10000 + (x >> 32));
}

/** Writes the digits and signs of a group's numbers. @returns how many there are */
// @ts-ignore: decorator
@inline
function gather(start: usize, commas: u64, first: u64): i32 {
  let to = DIGITS;
  let sign = SIGNS;
  for (; commas != 0; commas &= commas - 1, first &= first - 1) {
    const comma = start + <usize>ctz(commas);
    const number = start + <usize>ctz(first);
    store<u64>(to, wordOf(comma, <i32>(comma - number)));
    store<i32>(sign, -<i32>(load<u8>(number - 1) == MINUS));
    to += 8;
    sign += 4;
  }
  // They are converted four at a time.
  v128.store(to, i64x2.splat(0));
  store<u64>(to, 0, 16);
  return <i32>((to - DIGITS) >> 3);
}

/** Converts gathered numbers, in both widths. @returns whether one of them needs more than 16 bits */
// @ts-ignore: decorator
@inline
function convert(numbers: i32, written: i32): bool {
  let to16 = NUMBERS16 + (<usize>written << 1);
  let to32 = NUMBERS32 + (<usize>written << 2);
  const tens = i16x8.splat(2561);
  const hundreds = i32x4.splat(0x00010064);
  const tenThousands = i32x4.splat(0x00012710);
  let magnitudes = i64x2.splat(0);
  let sign = SIGNS;
  const end = DIGITS + (<usize>numbers << 3);
  for (let from = DIGITS; from < end; from += 32) {
    // 2561 is 10 * 256 + 1: the upper byte of the product is ten times the lower byte, plus the upper one.
    const a = i32x4.dot_i16x8_s(i16x8.shr_u(i16x8.mul(v128.load(from), tens), 8), hundreds);
    const b = i32x4.dot_i16x8_s(i16x8.shr_u(i16x8.mul(v128.load(from, 16), tens), 8), hundreds);
    const value = i32x4.dot_i16x8_s(i16x8.narrow_i32x4_s(a, b), tenThousands);
    const negative = v128.load(sign);
    const signed = i32x4.sub(v128.xor(value, negative), negative);
    magnitudes = v128.or(magnitudes, value);
    v128.store(to32, signed);
    v128.store64_lane(to16, i16x8.narrow_i32x4_s(signed, signed), 0);
    to32 += 16;
    to16 += 8;
    sign += 16;
  }
  return v128.any_true(v128.and(magnitudes, i32x4.splat(<i32>0xffff8000)));
}

function ended(start: usize, written: i32, wide: bool): i32 {
  store<i32>(SCANNED, <i32>(start - TEXT));
  store<i32>(SCANNED, <i32>!wide, 4);
  return written;
}
