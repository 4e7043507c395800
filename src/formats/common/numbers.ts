/** Reads and writes numbers as text: shared by the formats that write samples as decimals. */
import { MAX_GAIN, MAX_ZERO_LEVEL, MIN_GAIN } from './bounds.ts';
import { POWER } from './decimal.ts';
import { areEqual, reciprocal, simplest } from './steps.ts';

/** Characters of a number; longer numbers are refused. */
export const MAX_NUMBER_LENGTH = 1000;
/** Larger samples cannot be measurements. The square of this value is still finite. */
export const MAX_SAMPLE = 1e100;

/**
 * Numbers of this many digits are below 2^53 and hence exact; a division by an exact power of ten rounds only once
 * (Clinger 1990).
 */
const EXACT_DIGITS = 15;
const MAX_INTEGER = 2 ** 53;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?$/;
const INTEGER = /^[+-]?\d+$/;

/**
 * Reads a plain decimal such as `-0.145` into `target[at]`, without allocation. The byte after the range must be
 * neither a digit nor a point.
 * @param point the byte of the decimal sign; 0 for integers only
 * @returns the position after it; -1 for anything else (more than 15 digits, an exponent, not a number), which
 * `sampleOfText` must decide
 */
export function readDecimal(bytes: Uint8Array, from: number, point: number, target: Float64Array, at: number): number {
  let place = from;
  let byte = bytes[place] as number;
  const minus = byte === 0x2d;
  if (minus) byte = bytes[++place] as number;
  const first = place;
  let value = 0;
  while (byte >= 0x30 && byte <= 0x39) {
    value = value * 10 + (byte - 0x30);
    byte = bytes[++place] as number;
  }
  let digits = place - first;
  if (digits === 0 || digits > EXACT_DIGITS) return -1;
  if (byte === point && point !== 0) {
    byte = bytes[++place] as number;
    const fraction = place;
    while (byte >= 0x30 && byte <= 0x39) {
      value = value * 10 + (byte - 0x30);
      byte = bytes[++place] as number;
    }
    digits += place - fraction;
    if (digits > EXACT_DIGITS || place === fraction) return -1;
    value /= POWER[place - fraction] as number;
  }
  target[at] = minus ? 0 - value : value;
  return place;
}

/**
 * The sample that a whole cell or word stands for, in any usual notation (`+1`, `.5`, `1e-3`); 0 for -0.
 * @returns the value, or the reason why it is not one, as the end of a sentence that begins with the text
 */
export function sampleOfText(text: string): number | string {
  if (!NUMBER.test(text)) return 'is not a number';
  const value = Number(text);
  if (!(Math.abs(value) <= MAX_SAMPLE)) return `is out of range: its magnitude is above ${MAX_SAMPLE}`;
  if (Math.abs(value) >= MAX_INTEGER && INTEGER.test(text) && BigInt(text.replace(/^[+-]/, '')) > BigInt(MAX_INTEGER))
    return (
      'is an integer beyond 2^53 (9,007,199,254,740,992) and would lose digits; write it with a fraction (such ' +
      'as .0) if that is intended'
    );
  return value + 0;
}

/**
 * The shortest text that gives the same double again, in JSON's grammar. Integers beyond 2^53 get an exponent, since
 * not all of their digits are significant.
 */
export function decimalText(value: number): string {
  return Math.abs(value) < MAX_INTEGER ? String(value) : value.toExponential();
}

/** The same without an exponent, however long; integers beyond 2^53 with a fraction of 0. */
export function plainDecimalText(value: number): string {
  const text = String(value);
  if (!text.includes('e')) return Math.abs(value) > MAX_INTEGER ? `${text}.0` : text;
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  const sign = mantissa.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const digits = whole + fraction;
  const point = Number(exponent) + 1;
  return sign + (point > 0 ? `${digits.padEnd(point, '0')}.0` : `0.${'0'.repeat(-point)}${digits}`);
}

/**
 * Gain and zero level for formats that define value = origin + digit · step.
 * @returns both, or the reason why they are invalid, as the end of a sentence
 */
export function scaleOf(origin: number, step: number): { gain: number; zeroLevel: number } | string {
  const gain = reciprocal(step);
  if (!(Math.abs(gain) >= MIN_GAIN && Math.abs(gain) <= MAX_GAIN))
    return `must be a number other than 0, with a magnitude of ${1 / MAX_GAIN} to ${1 / MIN_GAIN}`;
  const zeroLevel = 0 - simplest(origin * gain, (candidate) => areEqual(candidate / gain, origin));
  if (!(Math.abs(zeroLevel) <= MAX_ZERO_LEVEL)) return `puts physical zero beyond ${MAX_ZERO_LEVEL} stored units`;
  return { gain, zeroLevel };
}
