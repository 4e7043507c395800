/** Numbers that the hot loop leaves, from bytes to the correctly rounded double, without making text of them. */

/** Powers of ten that are doubles exactly. */
export const POWER = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const LARGEST_POWER = POWER.length - 1;

/** Below it one more digit leaves a number below 2^53. */
const ROOM = 9e14;
/** Digits behind those; more are left to `Number`. */
const MAX_TAIL = 9;
/** Splits a double into halves whose products are exact (Veltkamp). */
const SPLITTER = 2 ** 27 + 1;
/** Relative bound of the error of `divideLong`, four times too large. */
const MARGIN = 2 ** -98;

/**
 * The double that a whole token of JSON's number grammar means.
 * @returns NaN where the token is anything else, an integer of more than 15 or 16 digits, or a number too long or too large to be sure of
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

/** The exponent of a token's end such as `e-05`; NaN where it is none or has more than four digits. */
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
 * (head · 10^tailDigits + tail) · 10^exponent for 16 digits and more, as programs write a double: quotient and exact remainder of the head, to
 * which the tail is added. The correction is known to within `MARGIN` of the value; where that does not settle the rounding, NaN.
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
