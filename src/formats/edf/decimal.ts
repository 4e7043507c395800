/**
 * Exact decimals: the values of the header's number fields before any rounding. Whether a sample is exactly physical
 * zero depends on them.
 */

/** `digits` · 10^`exponent` */
export interface Decimal {
  digits: bigint;
  exponent: number;
}

const DECIMAL = /^([+-]?)(\d*)(?:[.,](\d*))?(?:[eE]([+-]?\d{1,2}))?$/;

/** Parses a field, with a decimal point or (some recorders) a comma; null if it is not a number. */
export function decimalOf(text: string): Decimal | null {
  const parts = DECIMAL.exec(text);
  if (parts === null) return null;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts;
  if (whole + fraction === '') return null;
  const digits = BigInt(whole + fraction);
  return { digits: sign === '-' ? -digits : digits, exponent: Number(exponent) - fraction.length };
}

/** An integer as a decimal. */
export const whole = (value: number): Decimal => ({ digits: BigInt(value), exponent: 0 });

export function minus(a: Decimal, b: Decimal): Decimal {
  const exponent = Math.min(a.exponent, b.exponent);
  return { digits: scaled(a, exponent) - scaled(b, exponent), exponent };
}

export const times = (a: Decimal, b: Decimal): Decimal => ({
  digits: a.digits * b.digits,
  exponent: a.exponent + b.exponent,
});

/**
 * The quotient as a double. It is rounded only once if both sides, scaled to integers, are below 2^53, as values of
 * eight characters nearly always are.
 */
export function quotient(a: Decimal, b: Decimal): number {
  const exponent = Math.min(a.exponent, b.exponent);
  return Number(scaled(a, exponent)) / Number(scaled(b, exponent));
}

export const isZero = (value: Decimal): boolean => value.digits === 0n;

export const toNumber = (value: Decimal): number => quotient(value, whole(1));

/** As text, without an exponent and without trailing zeros: `-12.5`. */
export function decimalText({ digits, exponent }: Decimal): string {
  const sign = digits < 0n ? '-' : '';
  const all = (digits < 0n ? -digits : digits).toString();
  if (exponent >= 0) return sign + all + (digits === 0n ? '' : '0'.repeat(exponent));
  const padded = all.padStart(1 - exponent, '0');
  const fraction = padded.slice(exponent).replace(/0+$/, '');
  return sign + padded.slice(0, exponent) + (fraction === '' ? '' : `.${fraction}`);
}

const scaled = ({ digits, exponent }: Decimal, to: number): bigint => digits * 10n ** BigInt(exponent - to);
