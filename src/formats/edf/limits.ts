/**
 * Converts gain and zero level to the four limits of a signal: physical limits of eight characters that reproduce the
 * scale, if any exist.
 */
import type { Scale } from '../../signal/samples.ts';
import { type Decimal, decimalOf, whole } from './decimal.ts';
import { nearestInField, numberField } from './number-field.ts';
import { scaleOf } from './scale.ts';

const LOWEST = -32768;
const HIGHEST = 32767;
/** A limit this close to its digit, in stored units, is tried as an exact limit. */
const NEARLY = 1e-6;
/** Seemingly exact limits per side that are tried in combination. */
const TRIED = 12;
/** Greatest error of a sample's physical value, in stored units, if no limits are exact. */
const TOLERANCE = 0.5;

export interface Limits {
  digitalMinimum: number;
  digitalMaximum: number;
  physicalMinimum: string;
  physicalMaximum: string;
}

interface Candidate {
  digit: number;
  text: string;
  /** Distance between the digit and the value of the text, in stored units. */
  error: number;
}

/**
 * Limits that include all samples from `lowest` to `highest` and reproduce the scale: exactly; otherwise with an exact
 * zero level, since zero crossings depend on it; otherwise as closely as possible.
 * @returns null if every choice would shift some sample by more than half a stored unit
 */
export function limitsFor(scale: Scale, lowest: number, highest: number): Limits | null {
  const lower = candidates(scale, LOWEST, Math.min(lowest, HIGHEST - 1), 1);
  const upper = candidates(scale, HIGHEST, Math.max(highest, LOWEST + 1), -1);
  return exact(scale, lower, upper) ?? symmetric(scale, lowest, highest) ?? nearest(lower, upper);
}

/**
 * Digits from the outermost inwards, each with its nearest physical limit: first those that seem exact, then the best
 * of the others.
 */
function candidates({ gain, zeroLevel }: Scale, outermost: number, innermost: number, step: 1 | -1): Candidate[] {
  const found: Candidate[] = [];
  let best: Candidate | null = null;
  for (let digit = outermost; (innermost - digit) * step >= 0 && found.length < TRIED; digit += step) {
    const physical = (digit - zeroLevel) / gain;
    const error = Math.abs(nearestInField(physical) * gain + zeroLevel - digit);
    if (!(error < NEARLY || error < (best?.error ?? TOLERANCE))) continue;
    const text = numberField(physical);
    if (text === null) continue;
    if (error < NEARLY) found.push({ digit, text, error });
    else best = { digit, text, error };
  }
  if (best !== null) found.push(best);
  return found;
}

function exact(scale: Scale, lower: readonly Candidate[], upper: readonly Candidate[]): Limits | null {
  for (const low of lower) {
    for (const high of upper) {
      const limits = limitsOf(low, high);
      const given = scaleGiven(limits);
      if (given?.gain === scale.gain && given.zeroLevel === scale.zeroLevel) return limits;
    }
  }
  return null;
}

/** Limits symmetric about the zero level, which is then exact in spite of rounding: the distance with the best gain. */
function symmetric({ gain, zeroLevel }: Scale, lowest: number, highest: number): Limits | null {
  let best: { digit: number; error: number } | null = null;
  for (let digit = HIGHEST; digit > zeroLevel && digit >= highest; digit--) {
    const lower = 2 * zeroLevel - digit;
    if (!Number.isInteger(lower) || lower > lowest) break;
    // One of the two limits needs a character for its sign.
    const physical = nearestInField(-(digit - zeroLevel) / Math.abs(gain));
    const error = Math.abs(-physical * Math.abs(gain) + zeroLevel - digit);
    if (lower >= LOWEST && physical !== 0 && error <= (best?.error ?? TOLERANCE)) best = { digit, error };
  }
  if (best === null) return null;
  const text = (numberField(-(best.digit - zeroLevel) / Math.abs(gain)) ?? '').slice(1);
  const [physicalMinimum, physicalMaximum] = gain > 0 ? ([`-${text}`, text] as const) : ([text, `-${text}`] as const);
  return { digitalMinimum: 2 * zeroLevel - best.digit, digitalMaximum: best.digit, physicalMinimum, physicalMaximum };
}

function nearest(lower: readonly Candidate[], upper: readonly Candidate[]): Limits | null {
  const [low, high] = [lower, upper].map((side) =>
    side.reduce<Candidate | null>((best, each) => (best === null || each.error < best.error ? each : best), null),
  );
  if (!low || !high || low.error > TOLERANCE || high.error > TOLERANCE || Number(low.text) === Number(high.text))
    return null;
  return limitsOf(low, high);
}

const limitsOf = (low: Candidate, high: Candidate): Limits => ({
  digitalMinimum: low.digit,
  digitalMaximum: high.digit,
  physicalMinimum: low.text,
  physicalMaximum: high.text,
});

/** The scale that a reader computes from these limits. */
export function scaleGiven(limits: Limits): Scale | null {
  return scaleOf({
    digitalMinimum: whole(limits.digitalMinimum),
    digitalMaximum: whole(limits.digitalMaximum),
    physicalMinimum: decimal(limits.physicalMinimum),
    physicalMaximum: decimal(limits.physicalMaximum),
  });
}

const decimal = (text: string): Decimal => decimalOf(text) ?? whole(0);
