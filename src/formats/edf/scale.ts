/**
 * Converts the four limits of a signal to gain and zero level, and samples per record to Hz: exact up to one rounding.
 */
import type { Scale } from '../../signal/samples.ts';
import { MAX_GAIN, MAX_SAMPLING_RATE, MAX_ZERO_LEVEL, MIN_GAIN, MIN_SAMPLING_RATE } from '../common/bounds.ts';
import { type Decimal, isZero, minus, quotient, times, toNumber, whole } from './decimal.ts';
import { contentError } from './failure.ts';
import type { EdfSignal } from './header.ts';

/** Bytes of the duration field: text that fills it may have been rounded. */
const DURATION_FIELD = 8;
/** Half a unit of the last digit, and a little, since a digit of 5 is rounded either way. */
const HALF = 0.5 + 1e-6;

/**
 * physical = physmin + (d - digmin) · (physmax - physmin) / (digmax - digmin), as (d - zeroLevel) / gain.
 * @returns null if physmax = physmin: the signal then has no scale
 */
export function scaleOf(
  signal: Pick<EdfSignal, 'physicalMinimum' | 'physicalMaximum' | 'digitalMinimum' | 'digitalMaximum'>,
): Scale | null {
  const { physicalMinimum, physicalMaximum, digitalMinimum, digitalMaximum } = signal;
  const physical = minus(physicalMaximum, physicalMinimum);
  if (isZero(physical)) return null;
  return {
    gain: quotient(minus(digitalMaximum, digitalMinimum), physical),
    zeroLevel:
      quotient(minus(times(digitalMinimum, physicalMaximum), times(digitalMaximum, physicalMinimum)), physical) + 0,
  };
}

/** The same for a signal of a file. @throws FormatError `content` if digmax = digmin or the scale is out of bounds */
export function checkedScale(signal: EdfSignal): Scale | null {
  if (isZero(minus(signal.digitalMaximum, signal.digitalMinimum))) {
    throw contentError(
      signal.offset,
      `The digital minimum and maximum of "${signal.label}" are equal, so its samples have no meaning.`,
    );
  }
  const scale = scaleOf(signal);
  if (scale === null) return null;
  const gain = Math.abs(scale.gain);
  if (!(gain >= MIN_GAIN && gain <= MAX_GAIN))
    throw contentError(
      signal.offset,
      `The limits of "${signal.label}" give a gain of ${scale.gain}, which is not plausible.`,
    );
  if (!(Math.abs(scale.zeroLevel) <= MAX_ZERO_LEVEL))
    throw contentError(
      signal.offset,
      `The limits of "${signal.label}" put physical zero at ${scale.zeroLevel}, beyond ${MAX_ZERO_LEVEL}.`,
    );
  return scale;
}

/**
 * Samples per second. A duration that fills its field may have been rounded: an integer rate whose duration rounds to
 * the same text is taken (1,000 samples in `2.777778` seconds are 360 Hz).
 */
export function rateOf(samples: number, duration: Decimal, durationText: string): number {
  const rate = quotient(whole(samples), duration);
  const nearest = Math.round(rate);
  if (nearest === rate || nearest === 0 || durationText.length < DURATION_FIELD || duration.exponent >= 0) return rate;
  const meant = samples / nearest;
  return Math.abs(meant - toNumber(duration)) <= HALF * 10 ** duration.exponent ? nearest : rate;
}

/** The same for a signal of a file. @throws FormatError `content` for a rate out of bounds */
export function checkedRate(signal: EdfSignal, duration: Decimal, durationText: string): number {
  const rate = rateOf(signal.samplesPerRecord, duration, durationText);
  if (!(rate >= MIN_SAMPLING_RATE && rate <= MAX_SAMPLING_RATE)) {
    throw contentError(
      244,
      `"${signal.label}" would have ${rate} samples a second; ${MIN_SAMPLING_RATE} to ${MAX_SAMPLING_RATE} are ` +
        'supported.',
    );
  }
  return rate;
}
