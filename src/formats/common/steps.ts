/**
 * Recognises numbers in their rounded reciprocals: files state the time between two samples, or the value of one digit,
 * as decimals of limited length. 0.00277778 s is 360 samples a second.
 */

/** Digits that every decimal keeps in a double; FHIR and databases keep no more than these. */
export const SAFE_DIGITS = 15;
/** A decimal of fewer digits is taken as exact: 0.003 s may be 333 samples a second, or 300. */
const FEWEST_ROUNDED_DIGITS = 4;
/** Digits of the rates and gains that are chosen by people. */
const SIMPLE_DIGITS = 9;
/** In a second. */
const MICROSECONDS = 1e6;

/**
 * The number with the fewest digits, but at most 9, that satisfies a condition, out of those to which `value` can be
 * rounded; otherwise `value`.
 */
export function simplest(value: number, isRight: (candidate: number) => boolean): number {
  for (let digits = 1; digits <= SIMPLE_DIGITS; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (isRight(candidate)) return candidate;
  }
  return value;
}

/** The same within a relative distance of `share` from `value`. */
export const simplestWithin = (value: number, share: number): number =>
  simplest(value, (candidate) => Math.abs(candidate - value) <= share * value);

/** Whether two numbers are equal in the digits that every decimal keeps. */
export const areEqual = (one: number, other: number): boolean =>
  Number(one.toPrecision(SAFE_DIGITS)) === Number(other.toPrecision(SAFE_DIGITS));

/** The simplest number whose reciprocal is `step` in all digits that a decimal keeps: 1 / 0.005 is 200. */
export const reciprocal = (step: number): number => simplest(1 / step, (candidate) => areEqual(1 / candidate, step));

/**
 * The rate in Hz that a time between two samples stands for: the simplest one whose time would be rounded to the same
 * text. A time of few digits, without final zeros, is exact.
 * @param text a decimal, as written
 * @param units how many of its units are a second: 1000 for milliseconds
 */
export function rateOfStep(text: string, units: number): number {
  const step = Number(text);
  const [mantissa = '', exponent = '0'] = text.trim().toLowerCase().split('e');
  const decimals = /\.(\d*)$/.exec(mantissa)?.[1]?.length ?? 0;
  const digits = mantissa
    .replace(/^[+-]?[0.]*/, '')
    .replace('.', '')
    .replace(/0+$/, '').length;
  if (digits < FEWEST_ROUNDED_DIGITS || digits > SAFE_DIGITS)
    return simplest(units / step, (rate) => areEqual(units / rate, step));
  // The last term allows for the arithmetic.
  const rounding = 10 ** (Number(exponent) - decimals) / 2 + 4 * Number.EPSILON * step;
  return simplest(units / step, (rate) => Math.abs(units / rate - step) <= rounding);
}

/**
 * The rate in Hz that a time between two samples in whole microseconds stands for: a power of two whose time is rounded
 * or cut off to it, otherwise the simplest such whole rate. If there is none, the rate that the time gives.
 */
export function rateOfPeriod(period: number): number {
  const given = MICROSECONDS / period;
  const power = 2 ** Math.round(Math.log2(given));
  const isRight = (rate: number): boolean =>
    Number.isInteger(rate) && [Math.round, Math.floor].some((whole) => whole(MICROSECONDS / rate) === period);
  return isRight(power) && !Number.isInteger(given) ? power : simplest(given, isRight);
}
