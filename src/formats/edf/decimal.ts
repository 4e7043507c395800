/** Exact decimals: what the header's number fields say, before anything is rounded. Whether a sample is exactly physical zero hangs on it. */

/** `digits` · 10^`exponent` */
export interface Decimal {
  digits: bigint;
  exponent: number;
}

const DECIMAL = /^([+-]?)(\d*)(?:[.,](\d*))?(?:[eE]([+-]?\d{1,2}))?$/;

/** What a field says, with a point or (some recorders) a comma; null where it is no number. */
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

/** The quotient as a double: rounded once where both sides, brought to integers, are below 2^53, as those of eight characters nearly always are. */
export function quotient(a: Decimal, b: Decimal): number {
  const exponent = Math.min(a.exponent, b.exponent);
  return Number(scaled(a, exponent)) / Number(scaled(b, exponent));
}

export const isZero = (value: Decimal): boolean => value.digits === 0n;

export const toNumber = (value: Decimal): number => quotient(value, whole(1));

/** Without an exponent and without zeros at its end: `-12.5`. */
export function decimalText({ digits, exponent }: Decimal): string {
  const sign = digits < 0n ? '-' : '';
  const all = (digits < 0n ? -digits : digits).toString();
  if (exponent >= 0) return sign + all + (digits === 0n ? '' : '0'.repeat(exponent));
  const padded = all.padStart(1 - exponent, '0');
  const fraction = padded.slice(exponent).replace(/0+$/, '');
  return sign + padded.slice(0, exponent) + (fraction === '' ? '' : `.${fraction}`);
}

const scaled = ({ digits, exponent }: Decimal, to: number): bigint => digits * 10n ** BigInt(exponent - to);
