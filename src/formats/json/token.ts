/**
 * Converts single JSON tokens, which are contiguous and bounded in length, to values. `JSON.parse` handles the numbers
 * of metadata, literals and strings.
 */
import { figure, quoted } from '../common/messages.ts';
import { MAX_NUMBER_LENGTH, MAX_SAMPLE } from '../common/numbers.ts';
import type { Window } from '../common/window.ts';
import type { FormatError } from '../types.ts';
import { contentError, syntaxError } from './failure.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });
const MAX_INTEGER = 2 ** 53;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const INTEGER = /^-?\d+$/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** 1 for bytes that occur in numbers and literals (and in misspelt ones). */
const IN_TOKEN = new Uint8Array(256);
for (const letter of '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+-._')
  IN_TOKEN[letter.charCodeAt(0)] = 1;

/**
 * End of the number or literal at the window's position (the position itself if there is none); -1 if it may continue
 * in the next chunk.
 * @throws FormatError if it is longer than `MAX_NUMBER_LENGTH`
 */
export function tokenEnd(window: Window): number {
  const { bytes, position, end } = window;
  let place = position;
  while (IN_TOKEN[bytes[place] as number] === 1) place++;
  if (place - position > MAX_NUMBER_LENGTH) {
    const first = bytes[position] as number;
    if (first === 0x2d || (first >= 0x30 && first <= 0x39))
      throw contentError(
        window.offset(),
        `A number of more than ${figure(MAX_NUMBER_LENGTH)} characters is out of range.`,
      );
    throw syntaxError(window.offset(), 'This is not a JSON value.');
  }
  return place === end ? -1 : place;
}

/** Value of the text of one number or literal. */
export function scalarOf(text: string, offset: number): number | boolean | null {
  try {
    return JSON.parse(text) as number | boolean | null;
  } catch {
    throw notAValue(text, offset);
  }
}

function notAValue(text: string, offset: number): FormatError {
  return syntaxError(offset, text === '' ? 'Expected a JSON value.' : `${quoted(text)} is not a JSON value.`);
}

/**
 * Value of a string token with its quotes; UTF-8 and escapes are checked. Lone surrogates are refused, since they are
 * not text.
 */
export function stringOf(token: Uint8Array, offset: number): string {
  let text: string;
  try {
    text = utf8.decode(token);
  } catch {
    throw syntaxError(offset, 'This string is not valid UTF-8.');
  }
  let value: string;
  try {
    value = JSON.parse(text) as string;
  } catch {
    throw syntaxError(
      offset,
      'This string has an invalid escape or a control character, which JSON must write as an escape (\\n, \\u0000).',
    );
  }
  if (LONE_SURROGATE.test(value))
    throw contentError(
      offset,
      'This string has half of a surrogate pair (\\ud800 to \\udfff), which is not a character.',
    );
  return value;
}

/** Whether the text of a number has neither fraction nor exponent. */
export const isInteger = (text: string): boolean => INTEGER.test(text);

/** The sample that a token stands for: NaN for null, 0 for -0, otherwise the double that `JSON.parse` gives. */
export function sampleOf(text: string, offset: number): number {
  if (text === 'null') return NaN;
  if (text === 'true' || text === 'false')
    throw contentError(offset, 'A signal may contain numbers and null only, not a boolean.');
  if (!NUMBER.test(text)) throw notAValue(text, offset);
  const value = Number(text);
  if (!(Math.abs(value) <= MAX_SAMPLE))
    throw contentError(offset, `The sample ${quoted(text)} is out of range: its magnitude is above ${MAX_SAMPLE}.`);
  if (Math.abs(value) >= MAX_INTEGER && isInteger(text) && isBeyond(BigInt(text))) {
    throw contentError(
      offset,
      `The integer ${quoted(text)} is beyond 2^53 (9,007,199,254,740,992) and would lose digits; write it with ` +
        'a fraction (such as .0) if that is intended.',
    );
  }
  return value + 0;
}

const isBeyond = (value: bigint): boolean => value > BigInt(MAX_INTEGER) || value < -BigInt(MAX_INTEGER);
