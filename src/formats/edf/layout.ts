/**
 * Divides a recording into data records, so that each has a whole number of samples of every channel and the last
 * record ends with the recording.
 */
import { figure } from '../common/messages.ts';
import type { WritableChannel } from '../types.ts';
import { type Decimal, decimalOf, quotient, whole } from './decimal.ts';
import { contentError } from './failure.ts';
import { plainField } from './number-field.ts';
import { rateOf } from './scale.ts';

/** Sample bytes of one record: the limit of common readers. */
export const MAX_RECORD_BYTES = 9 << 20;
/** The most that eight characters can express. */
const MAX_COUNT = 99_999_999;
/** Lengths that differ relatively by less are equal apart from rounding. */
const SAME_LENGTH = 1e-9;

export interface Layout {
  records: number;
  duration: Decimal;
  durationText: string;
  /** Samples per record, of each channel. */
  samples: number[];
}

/**
 * The layout whose record duration is nearest to a second and reproduces the sampling rates. Durations that eight
 * characters express exactly are preferred.
 * @throws FormatError `content` if no layout exists
 */
export function layoutOf(channels: readonly WritableChannel[]): Layout {
  const rates = channels.map(({ name, samplingRate }) => {
    if (samplingRate === null)
      throw contentError(null, `EDF needs a sampling rate, but that of "${name}" is unknown. Set it first.`);
    return samplingRate;
  });
  const counts = channels.map(({ samples }) => samples);
  const lengths = counts.map((count, at) => count / (rates[at] as number));
  const longest = Math.max(...lengths);
  if (Math.min(...lengths) === 0)
    throw contentError(null, 'There is no sample in this window: choose another one, or other channels.');
  if (lengths.some((length) => longest - length > SAME_LENGTH * longest)) {
    throw contentError(
      null,
      'In EDF all channels have the same duration, but these do not. Export them one by one, or a window of ' +
        'whole seconds that all of them cover.',
    );
  }
  const seconds = longest;
  const distance = (records: number): number => Math.abs(Math.log(seconds / records));
  const sampleCount = counts.reduce((sum, count) => sum + count, 0);
  const possible = divisors(counts.reduce(greatestCommonDivisor)).filter(
    (records) => records <= MAX_COUNT && (2 * sampleCount) / records <= MAX_RECORD_BYTES,
  );
  let rounded: Layout | null = null;
  for (const records of possible.toSorted((a, b) => distance(a) - distance(b))) {
    const samples = counts.map((count) => count / records);
    const durationText = plainField(seconds / records);
    const duration = durationText === null ? null : decimalOf(durationText);
    if (durationText === null || duration === null || duration.digits === 0n) continue;
    const layout = { records, duration, durationText, samples };
    if (samples.every((count, at) => quotient(whole(count), duration) === rates[at])) return layout;
    if (samples.every((count, at) => rateOf(count, duration, durationText) === rates[at])) rounded ??= layout;
  }
  if (rounded !== null) return rounded;
  throw contentError(
    null,
    `EDF has records of equal duration, written in eight characters; ${figure(Math.max(...counts))} samples at ` +
      `${rates.join(', ')} Hz do not fit. Export a window of whole seconds, or use another format.`,
  );
}

function divisors(value: number): number[] {
  const found: number[] = [];
  for (let divisor = 1; divisor * divisor <= value; divisor++)
    if (value % divisor === 0) found.push(divisor, value / divisor);
  return found;
}

function greatestCommonDivisor(a: number, b: number): number {
  let [larger, smaller] = [a, b];
  while (smaller > 0) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}
