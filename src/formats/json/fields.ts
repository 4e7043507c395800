/**
 * Checks of the fields of a JSON upload: each returns the value to keep or a reason in words. Null means that the field
 * is absent.
 */
import { isoFault } from '../../calendar/moment.ts';
import { isPlain } from '../../signal/units.ts';
import {
  MIN_SAMPLING_RATE,
  MAX_SAMPLING_RATE,
  MIN_GAIN,
  MAX_GAIN,
  MAX_ZERO_LEVEL,
  MAX_UNIT_LENGTH,
  MAX_ID_LENGTH,
  MAX_REFERENCE_LENGTH,
  MAX_NOTES_LENGTH,
} from '../common/bounds.ts';
import type { Scalar } from './scanner.ts';
import { isInteger } from './token.ts';

/** The value of a field; undefined for an object or array, which no field accepts. */
export type Given = Scalar | undefined;

/** The value to keep, or the reason why it is refused: the end of a sentence that begins with the field's name. */
export type Checked<T> = { value: T | null } | { reason: string };

/** Accepted spellings of the field for the number of samples. */
export const COUNT_KEYS = [
  'number_of_samples',
  'numberOfSamples',
  'number of samples',
  'num_samples',
  'sample_size',
  'total_samples',
] as const;

/** A string of at most `longest` characters that is not blank. Kept unchanged. */
export function text(value: Given, longest: number): Checked<string> {
  if (value === null) return { value };
  if (typeof value !== 'string' || value.length > longest || value.trim() === '')
    return { reason: `must be a string of 1 to ${longest.toLocaleString('en-US')} characters that is not blank` };
  return { value };
}

/** White space around it does not count, as in later changes of the description. */
const trimmed = (value: Given, longest: number): Checked<string> =>
  text(typeof value === 'string' ? value.trim() : value, longest);

export function unit(value: Given): Checked<string> {
  const checked = trimmed(value, MAX_UNIT_LENGTH);
  if ('reason' in checked || isPlain(checked.value ?? '')) return checked;
  return { reason: 'must not contain invisible characters' };
}

/** The client's id: a string, or an integer, which is kept as written. */
export function id(value: Given, written: string): Checked<string> {
  if (typeof value === 'number') {
    if (isInteger(written)) return text(written, MAX_ID_LENGTH);
    return { reason: 'must be a string or an integer' };
  }
  return text(value, MAX_ID_LENGTH);
}

export const reference = (value: Given): Checked<string> => trimmed(value, MAX_REFERENCE_LENGTH);

export function notes(value: Given): Checked<string> {
  if (value === null || (typeof value === 'string' && value.length <= MAX_NOTES_LENGTH)) return { value };
  return { reason: `must be a string of at most ${MAX_NOTES_LENGTH.toLocaleString('en-US')} characters` };
}

/** An existing ISO 8601 date, or date and time, with or without a zone. Kept unchanged. */
export function date(value: Given): Checked<string> {
  if (value === null) return { value };
  const reason = isoFault(typeof value === 'string' ? value : '');
  return reason === null ? { value: value as string } : { reason };
}

const ofMagnitude = (value: Given, lowest: number, highest: number): value is number =>
  typeof value === 'number' && Math.abs(value) >= lowest && Math.abs(value) <= highest;

export function samplingRate(value: Given): Checked<number> {
  if (value === null || (ofMagnitude(value, MIN_SAMPLING_RATE, MAX_SAMPLING_RATE) && value > 0)) return { value };
  return {
    reason: `must be a number of ${MIN_SAMPLING_RATE} to ${MAX_SAMPLING_RATE.toLocaleString('en-US')} samples a second`,
  };
}

export function gain(value: Given): Checked<number> {
  if (value === null || ofMagnitude(value, MIN_GAIN, MAX_GAIN)) return { value };
  return { reason: `must be a number other than 0, with a magnitude of ${MIN_GAIN} to ${MAX_GAIN}` };
}

export function zeroLevel(value: Given): Checked<number> {
  if (value === null || ofMagnitude(value, 0, MAX_ZERO_LEVEL)) return { value: value === null ? null : value + 0 };
  return { reason: `must be a number with a magnitude of at most ${MAX_ZERO_LEVEL}` };
}

export function sampleCount(value: Given): Checked<number> {
  if (value === null || (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0)) return { value };
  return { reason: 'must be an integer that is not negative' };
}
