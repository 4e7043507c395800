/** Writes numbers in the eight characters of a header field. */

import { POWER } from '../common/decimal.ts';

export const NUMBER_FIELD = 8;
const MAX_DECIMALS = 6;
/** Outside these bounds, an exponent may be more precise. */
const SMALL = 1e-3;
const LARGE = 1e7;

/**
 * The nearest number that eight characters can express without an exponent; null if it has too many digits before the
 * point.
 */
export function plainField(value: number): string | null {
  for (let decimals = MAX_DECIMALS; decimals >= 0; decimals--) {
    const text = value.toFixed(decimals);
    if (text.length <= NUMBER_FIELD) return withoutZeros(text);
  }
  return null;
}

/** The nearest number that eight characters can express, with an exponent if that is more precise. */
export function numberField(value: number): string | null {
  const plain = plainField(value);
  let best = plain;
  for (let digits = 4; digits >= 0; digits--) {
    const text = withoutZeros(value.toExponential(digits).toUpperCase().replace('+', ''));
    if (text.length > NUMBER_FIELD) continue;
    if (best === null || Math.abs(Number(text) - value) < Math.abs(Number(best) - value)) best = text;
  }
  return best;
}

/**
 * The value that `numberField` would write, computed without creating text, since it is needed for every possible
 * digit.
 */
export function nearestInField(value: number): number {
  const magnitude = Math.abs(value);
  const sign = value < 0 ? 1 : 0;
  const exponent = magnitude === 0 ? 0 : Math.floor(Math.log10(magnitude));
  const plain = rounded(value, Math.max(0, MAX_DECIMALS - sign - Math.max(0, exponent)));
  if (magnitude === 0 || (magnitude >= SMALL && magnitude < LARGE) || Math.abs(exponent) >= POWER.length)
    return magnitude < LARGE ? plain : NaN;
  const power = POWER[Math.abs(exponent)] as number;
  // Digit and point, then `E9`, `E10`, `E-9` or `E-10`.
  const decimals = NUMBER_FIELD - 2 - sign - (Math.abs(exponent) > 9 ? 3 : 2) - (exponent < 0 ? 1 : 0);
  const short = exponent < 0 ? rounded(value * power, decimals) / power : rounded(value / power, decimals) * power;
  return magnitude < LARGE && Math.abs(plain - value) <= Math.abs(short - value) ? plain : short;
}

const rounded = (value: number, decimals: number): number =>
  Math.round(value * (POWER[decimals] as number)) / (POWER[decimals] as number);

function withoutZeros(text: string): string {
  const short = text.replace(/(\.\d*?)0+(?=E|$)/, '$1').replace(/\.(?=E|$)/, '');
  return /^-0(E|$)/.test(short) ? '0' : short;
}
