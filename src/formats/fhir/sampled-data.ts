/** One SampledData, with the component or observation that contains it. */
import { canonicalLead } from '../../signal/leads.ts';
import { MAX_SAMPLING_RATE, MAX_UNIT_LENGTH, MIN_SAMPLING_RATE } from '../common/bounds.ts';
import { leadOfCode } from '../common/lead-codes.ts';
import { quoted } from '../common/messages.ts';
import { scaleOf } from '../common/numbers.ts';
import { rateOfStep } from '../common/steps.ts';
import { ucumOf } from '../common/ucum.ts';
import type { DecodedChannel } from '../types.ts';
import { contentError } from './failure.ts';

/** The code of a component or an observation; the first value of each kind counts. */
export interface Coded {
  text: string | null;
  display: string | null;
  code: string | null;
  /** The lead that one of the codings stands for. */
  lead: string | null;
}

/** The values as read; the members may come in any order. */
export interface Sampled {
  origin: number | null;
  unit: string | null;
  unitCode: string | null;
  /** As written, since its number of digits matters. */
  period: string | null;
  factor: number | null;
  dimensions: number | null;
  /** R5: replaces the period. */
  interval: string | null;
  intervalUnit: string | null;
  /** Channel number, once `data` has begun. */
  channel: number | null;
  /** Counts of the samples that have a letter instead of a value. */
  letters: Record<string, number>;
}

export const noCode = (): Coded => ({ text: null, display: null, code: null, lead: null });
export const noSamples = (): Sampled => ({
  origin: null,
  unit: null,
  unitCode: null,
  period: null,
  factor: null,
  dimensions: null,
  interval: null,
  intervalUnit: null,
  channel: null,
  letters: {},
});

/** Samples per second for an interval of 1, by UCUM unit. */
const RATES: Readonly<Record<string, number>> = { ms: 1e3, s: 1, us: 1e6, min: 1 / 60 };

const LETTERS: Readonly<Record<string, string>> = {
  E: 'in error (E)',
  L: 'below the lower limit (L)',
  U: 'above the upper limit (U)',
};

/** Whether a word stands for a sample without a value. */
export const isLetter = (word: string): boolean => Object.hasOwn(LETTERS, word);

/** Reads a coding: its lead, if it is an MDC code. */
export function addCode(coded: Coded, code: string): void {
  coded.code ??= code;
  coded.lead ??= leadOfCode(code);
}

/**
 * Name of a channel: the human-readable text, unless it is not a known lead and the code is; then the lead. Null if
 * there is neither.
 */
export function nameOf({ text, display, code, lead }: Coded): string | null {
  const written = [text, display].map((name) => name?.trim()).find((name) => name) ?? null;
  if (lead !== null && (written === null || canonicalLead(written) === null)) return lead;
  return written ?? (code?.trim() || null);
}

/** Stored value of physical zero, if known before the data; otherwise null. */
export function knownZeroLevel({ origin, factor }: Sampled): number | null {
  if (origin === null || (factor === null && origin !== 0)) return null;
  const scale = scaleOf(origin, factor ?? 1);
  return typeof scale === 'string' ? null : scale.zeroLevel;
}

/**
 * The channel of a SampledData; its name need not be unique.
 * @param place the name used in messages
 * @throws FormatError if its values contradict each other
 */
export function channelOf(sampled: Sampled, name: string, place: string, offset: number): DecodedChannel {
  if (sampled.dimensions !== 1)
    throw contentError(offset, `${place}.dimensions must be 1: one channel in each SampledData.`);
  const unit = unitOf(sampled);
  if (unit !== null && (unit.trim() === '' || unit.length > MAX_UNIT_LENGTH))
    throw contentError(offset, `${place}.origin must have a unit of 1 to ${MAX_UNIT_LENGTH} characters.`);
  const scale = scaleOf(sampled.origin ?? 0, sampled.factor ?? 1);
  if (typeof scale === 'string') throw contentError(offset, `${place}.factor ${scale}.`);
  return {
    name,
    samplingRate: rateOf(sampled, place, offset),
    unit,
    gain: scale.gain,
    zeroLevel: sampled.origin === null ? null : scale.zeroLevel,
  };
}

/** The unit as written for people, unless only the code beside it is one that is known (`millivolt` beside `mV`). */
function unitOf({ unit, unitCode }: Sampled): string | null {
  const isCodeBetter = unit === null || (unitCode !== null && ucumOf(unit) === null && ucumOf(unitCode) !== null);
  return isCodeBetter ? unitCode : unit;
}

function rateOf({ period, interval, intervalUnit }: Sampled, place: string, offset: number): number {
  if (period === null && interval === null)
    throw contentError(offset, `${place}.period is missing: the milliseconds between two samples.`);
  const unit = period === null ? (intervalUnit ?? '') : 'ms';
  if (!Object.hasOwn(RATES, unit))
    throw contentError(offset, `${place}.intervalUnit must be ms, s, us or min, but is ${quoted(unit)}.`);
  const length = (period ?? interval) as string;
  const rate = rateOfStep(length, RATES[unit] as number);
  if (!(rate >= MIN_SAMPLING_RATE && rate <= MAX_SAMPLING_RATE))
    throw contentError(
      offset,
      `${place}: ${length} ${unit} between two samples is not a sampling rate of ${MIN_SAMPLING_RATE} to ` +
        `${MAX_SAMPLING_RATE} samples a second.`,
    );
  return rate;
}

/**
 * Whether the values that are known so far allow a SampledData to be the continuation of the one before it.
 * @param before is complete
 */
export const mayContinue = (sampled: Sampled, before: Sampled): boolean =>
  SCALE.every((member) => sampled[member] === null || sampled[member] === before[member]);

/** The members that two SampledData of one channel have in common. */
const SCALE = ['origin', 'unit', 'unitCode', 'period', 'factor', 'interval', 'intervalUnit'] as const;

/** Whether two complete SampledData have the same scale and sampling rate. */
export const areAlike = (one: DecodedChannel, other: DecodedChannel): boolean =>
  (['unit', 'gain', 'zeroLevel', 'samplingRate'] as const).every((member) => one[member] === other[member]);

/** A warning about samples that are not kept unchanged; null if all are. */
export function lettersWarning(name: string, letters: Record<string, number>): string | null {
  const counted = Object.entries(letters).map(
    ([letter, count]) => `${count.toLocaleString('en-US')} ${LETTERS[letter]}`,
  );
  return counted.length === 0
    ? null
    : `Samples of ${quoted(name)} without a value were kept as missing: ${counted.join(', ')}.`;
}
