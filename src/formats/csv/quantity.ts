/** Sampling rates and units as preludes state them. */
import { MAX_SAMPLING_RATE, MIN_SAMPLING_RATE } from '../common/bounds.ts';
import { rateOfStep } from '../common/steps.ts';
import { isPhysical, millivolts } from '../../signal/units.ts';
import { hertzOf, secondsOf, unitSymbol } from './words.ts';

const NUMBER_WITH_UNIT = /^([+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[+-]?\d{1,3})?)\s*([^\d\s].*)?$/i;
/** Digits that are grouped, or have a decimal comma: 1,000 may be 1000 or 1. */
const GROUPED = /^[1-9]\d{0,2},\d{3}$/;
/** The same with a point, where the number would be lower than the rate of an ECG: 1.000 Hz may be 1000 Hz. */
const GROUPED_BY_POINT = /^[1-9]\d?\.\d{3}$/;
/** Characters of a unit with the brackets and words around it; a longer text is none. */
const LONGEST_UNIT = 100;
const PER_SAMPLE = /^(.+?)\s*(?:\/|per )\s*(?:sample|samples)$/i;
const BRACKETS = /^([([])\s*([^()[\]]*?)\s*[)\]]$/;

/**
 * The rate in a text such as `512 hertz`, `0.001 s`, `0.5 msec/sample` or `250`.
 * @param isInterval whether a number without a unit, or with one of time, is the time between samples
 * @returns Hz; null if the text does not say it for certain
 */
export function rateOf(text: string, isInterval: boolean): number | null {
  const [, digits = '', unit = ''] = NUMBER_WITH_UNIT.exec(text.trim()) ?? [];
  if (digits === '' || GROUPED.test(digits)) return null;
  const value = digits.replace(',', '.');
  const rate = inHertz(value, unit.trim(), isInterval);
  if (rate === Number(value) && !isInterval && GROUPED_BY_POINT.test(digits)) return null;
  return rate !== null && rate >= MIN_SAMPLING_RATE && rate <= MAX_SAMPLING_RATE ? rate : null;
}

function inHertz(value: string, unit: string, isInterval: boolean): number | null {
  if (unit === '') return isInterval ? rateOfStep(value, 1) : Number(value);
  const hertz = hertzOf(unit);
  if (hertz !== null) return Number(value) * hertz;
  if (unit.length > LONGEST_UNIT) return null;
  const seconds = secondsOf(PER_SAMPLE.exec(unit)?.[1] ?? unit);
  return seconds === null ? null : rateOfStep(value, 1 / seconds);
}

/** A unit without brackets around it; square ones may be part of a unit in UCUM. */
export function bareUnit(text: string): string {
  const plain = text.trim();
  if (plain.length > LONGEST_UNIT) return plain;
  const [, bracket, inner = ''] = BRACKETS.exec(plain) ?? [];
  if (bracket === undefined) return plain;
  return bracket === '(' || secondsOf(inner) !== null || millivolts(unitSymbol(inner)) !== null ? inner : plain;
}

/** The same, with its symbol instead of its word. */
export const unitText = (text: string): string => unitSymbol(bareUnit(text));

/** Whether a text is a unit of voltage. */
export const isVoltage = (text: string): boolean => millivolts(unitText(text)) !== null;

/** The unit of a range such as `2.000 mV`; null if it has none. */
export function unitOfRange(text: string): string | null {
  const unit = NUMBER_WITH_UNIT.exec(text.trim())?.[2]?.trim();
  return unit !== undefined && isPhysical(unit) ? unitText(unit) : null;
}
