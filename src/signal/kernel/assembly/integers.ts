/**
 * Parses short integers and null between commas, as in the signals of recorders. Commas are found 64 bytes at a time.
 * Each number is taken from the eight bytes before its comma; three multiplications combine its digits.
 */

import { NUMBERS16, NUMBERS32, SCANNED, TEXT } from './memory';

const COMMA: u8 = 0x2c;
const MINUS: i32 = 0x2d;
const SPACE: i32 = 0x20;
const ZERO: i32 = 0x30;
/** 'null', little-endian. */
const NULL: u32 = 0x6c6c756e;
const MISSING16: i32 = -32768;
const MISSING32: i32 = i32.MIN_VALUE;

/** Bit n: byte n of the 64 at `p` is a comma. */
// @ts-ignore: decorator
@inline
function commas(p: usize): u64 {
  const comma = i8x16.splat(COMMA);
  const a = <u64>i8x16.bitmask(i8x16.eq(v128.load(p), comma));
  const b = <u64>i8x16.bitmask(i8x16.eq(v128.load(p, 16), comma));
  const c = <u64>i8x16.bitmask(i8x16.eq(v128.load(p, 32), comma));
  const d = <u64>i8x16.bitmask(i8x16.eq(v128.load(p, 48), comma));
  return a | (b << 16) | (c << 32) | (d << 48);
}

/** Value of eight digits (0 to 9 each), with the first digit in the lowest byte. */
// @ts-ignore: decorator
@inline
function eightDigits(digits: u64): i32 {
  let x = (digits * 10 + (digits >> 8)) & 0x00ff00ff00ff00ff;
  x = (x * 100 + (x >> 16)) & 0x0000ffff0000ffff;
  return <i32>(x * 10000 + (x >> 32));
}

/**
 * Reads numbers until something else comes: `-`? and 1 to 8 digits, or null, with at most one space before and a comma
 * directly after.
 * @param length bytes of text
 * @returns the number of samples written
 */
export function readIntegers(length: i32): i32 {
  const end = TEXT + length;
  let start = TEXT;
  let written = 0;
  let wide = false;
  for (let p = TEXT; p < end; p += 64) {
    let found = commas(p);
    if (end - p < 64) found &= ((<u64>1) << (end - p)) - 1;
    for (; found != 0; found &= found - 1) {
      const comma = p + <usize>ctz(found);
      const number = start + <usize>(<i32>load<u8>(start) == SPACE);
      const minus = <i32>(<i32>load<u8>(number) == MINUS);
      const digits = <i32>(comma - number) - minus;
      if (<u32>(digits - 1) >= 8) return ended(start, written, wide);
      const word = (load<u64>(comma - 8) ^ 0x3030303030303030) & (<u64>-1 << (<u64>(8 - digits) << 3));
      let value: i32;
      if (((word | (word + 0x7676767676767676)) & 0x8080808080808080) == 0) {
        if (digits > 1 && <i32>load<u8>(comma - digits) == ZERO) return ended(start, written, wide);
        const magnitude = eightDigits(word);
        value = (magnitude ^ -minus) + minus;
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

function ended(start: usize, written: i32, wide: bool): i32 {
  store<i32>(SCANNED, <i32>(start - TEXT));
  store<i32>(SCANNED, <i32>!wide, 4);
  return written;
}
