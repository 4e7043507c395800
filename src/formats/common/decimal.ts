/**
 * Parses the numbers that the hot loop leaves: from bytes to the correctly rounded double, without creating strings.
 */

/** Powers of ten that are exact as doubles. */
export const POWER = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const LARGEST_POWER = POWER.length - 1;

/** A number below this stays below 2^53 with one more digit. */
const ROOM = 9e14;
/** Digits after those; longer numbers are left to `Number`. */
const MAX_TAIL = 9;
/** Splits a double into halves whose products are exact (Veltkamp). */
const SPLITTER = 2 ** 27 + 1;
/** Relative bound of the error of `divideLong`, with a safety factor of four. */
const MARGIN = 2 ** -98;

/**
 * Value of a whole token of JSON's number grammar, as a double.
 * @returns NaN if the token is not a number, is an integer of more than 15 or 16 digits, or is too long or too large to
 * be rounded with certainty
 */
export function decimalOf(bytes: Uint8Array, from: number, to: number): number {
  const minus = bytes[from] === 0x2d;
  let place = minus ? from + 1 : from;
  const first = place;
  let head = 0;
  let tail = 0;
  let tailDigits = 0;
  let point = 0;
  for (; place < to; place++) {
    const digit = (bytes[place] as number) - 0x30;
    if (digit < 0 || digit > 9) {
      if (digit !== -2 || point !== 0 || place === first) break;
      point = place;
    } else if (head < ROOM && tailDigits === 0) head = head * 10 + digit;
    else if (tailDigits < MAX_TAIL) {
      tail = tail * 10 + digit;
      tailDigits++;
    } else return NaN;
  }
  if (place === first || place - 1 === point) return NaN;
  if (bytes[first] === 0x30 && place > first + 1 && point !== first + 1) return NaN;
  let exponent = point === 0 ? 0 : point + 1 - place;
  if (place !== to) {
    const written = exponentOf(bytes, place, to);
    if (written !== written) return NaN;
    exponent += written;
  } else if (point === 0 && tailDigits !== 0) return NaN;
  const value = tailDigits === 0 ? scale(head, exponent) : divideLong(head, tail, tailDigits, exponent);
  return minus ? 0 - value : value;
}

/** The exponent at the end of a token, such as `e-05`; NaN if it is not one or has more than four digits. */
function exponentOf(bytes: Uint8Array, from: number, to: number): number {
  let place = from + 1;
  const sign = bytes[place] as number;
  if (sign === 0x2b || sign === 0x2d) place++;
  if ((bytes[from] as number) !== 0x65 && bytes[from] !== 0x45) return NaN;
  if (place === to || to - place > 4) return NaN;
  let exponent = 0;
  for (; place < to; place++) {
    const digit = (bytes[place] as number) - 0x30;
    if (digit < 0 || digit > 9) return NaN;
    exponent = exponent * 10 + digit;
  }
  return sign === 0x2d ? -exponent : exponent;
}

/** Both factors are exact, so the one operation rounds correctly (Clinger 1990). */
function scale(mantissa: number, exponent: number): number {
  if (exponent < -LARGEST_POWER || exponent > LARGEST_POWER) return NaN;
  return exponent < 0 ? mantissa / (POWER[-exponent] as number) : mantissa * (POWER[exponent] as number);
}

/**
 * (head · 10^tailDigits + tail) · 10^exponent for 16 and more digits, as programs print a double. Computes the quotient
 * and exact remainder of the head, then adds the tail. The correction is known to within `MARGIN` of the value; NaN if
 * that does not decide the rounding.
 */
function divideLong(head: number, tail: number, tailDigits: number, exponent: number): number {
  if (exponent < -LARGEST_POWER || exponent + tailDigits > 0) return NaN;
  const divisor = POWER[-exponent - tailDigits] as number;
  const quotient = head / divisor;
  // quotient · divisor = product + error, exactly (Dekker 1971); hence the remainder is exact too.
  const product = quotient * divisor;
  const quotientHigh = SPLITTER * quotient - (SPLITTER * quotient - quotient);
  const quotientLow = quotient - quotientHigh;
  const divisorHigh = SPLITTER * divisor - (SPLITTER * divisor - divisor);
  const divisorLow = divisor - divisorHigh;
  const error =
    quotientLow * divisorLow -
    (product - quotientHigh * divisorHigh - quotientLow * divisorHigh - quotientHigh * divisorLow);
  const remainder = head - product - error;
  const correction = remainder / divisor + tail / (POWER[-exponent] as number);
  const margin = quotient * MARGIN;
  const lower = quotient + (correction - margin);
  return lower === quotient + (correction + margin) ? lower : NaN;
}
