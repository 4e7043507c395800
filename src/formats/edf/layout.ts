/**
 * Divides a recording into data records, so that each has a whole number of samples of every channel, and records end
 * where the recording and the runs between its gaps end.
 */
import type { PresentRun } from '../../signal/present-runs.ts';
import { figure } from '../common/messages.ts';
import type { WritableChannel } from '../types.ts';
import { type Decimal, decimalOf, quotient, whole as exactly } from './decimal.ts';
import { contentError } from './failure.ts';
import { plainField } from './number-field.ts';
import { commonRuns } from './runs.ts';
import { rateOf } from './scale.ts';

/** Sample bytes of one record: the limit of common readers. */
export const MAX_RECORD_BYTES = 9 << 20;
/** The most that eight characters can express. */
const MAX_COUNT = 99_999_999;
/** Records of a file with gaps: they may have to be short, and each has its own time. */
const MAX_GAPPED_RECORDS = 1_000_000;
/** Lengths that differ relatively by less are equal apart from rounding. */
const SAME_LENGTH = 1e-9;
/** Samples of the slowest channel by which a window is shortened in search of one that works. */
const MAX_SHORTENED = 4_000;

/** Successive records without a gap between them. */
export interface RecordRun {
  /** Number of the first record. */
  record: number;
  /** Its time, in seconds from the first sample. */
  at: number;
}

export interface Layout {
  records: number;
  duration: Decimal;
  durationText: string;
  /** Samples per record, of each channel. */
  samples: number[];
  /** Seconds per record, before rounding to the field. */
  seconds: number;
  /** Null if there are no gaps. */
  runs: RecordRun[] | null;
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
  checkLengths(counts, rates);
  const runs = commonRuns(channels, rates);
  const units = runs.map((own) => own.map(({ first, end }) => end - first).reduce(greatestCommonDivisor));
  const found = nearestToASecond(units, rates, runs[0]?.length === 1 ? MAX_COUNT : MAX_GAPPED_RECORDS, runs);
  if (found) return found;
  if (runs[0]?.length !== 1)
    throw contentError(
      null,
      'The gaps of the recording leave no common duration of records that eight characters can express. Export ' +
        'windows without gaps, or as WFDB, CSV or JSON.',
    );
  throw contentError(
    null,
    `EDF has records of equal duration, written in eight characters; ${figure(Math.max(...counts))} samples at ` +
      `${rates.join(', ')} Hz do not fit. ${wayOut(counts, rates)}`,
  );
}

/** Channels must begin and end together. */
function checkLengths(counts: readonly number[], rates: readonly number[]): void {
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
}

/**
 * @param units samples of each channel in the longest duration of which every run is a multiple
 * @param runs of each channel
 */
function nearestToASecond(
  units: readonly number[],
  rates: readonly number[],
  mostRecords: number,
  runs: readonly (readonly PresentRun[])[],
): Layout | null {
  const [firstRate, firstUnit, firstRuns] = [rates[0] as number, units[0] as number, runs[0] ?? []];
  const inUnits = firstRuns.reduce((sum, { first, end }) => sum + end - first, 0) / firstUnit;
  const seconds = Math.max(...units.map((unit, at) => unit / (rates[at] as number)));
  const width = units.reduce((sum, unit) => sum + unit, 0);
  const distance = (parts: number): number => Math.abs(Math.log(seconds / parts));
  const possible = divisors(units.reduce(greatestCommonDivisor)).filter(
    (parts) => parts * inUnits <= mostRecords && (2 * width) / parts <= MAX_RECORD_BYTES,
  );
  let rounded: Layout | null = null;
  for (const parts of possible.toSorted((a, b) => distance(a) - distance(b))) {
    const samples = units.map((unit) => unit / parts);
    const durationText = plainField(seconds / parts);
    const duration = durationText === null ? null : decimalOf(durationText);
    if (durationText === null || duration === null || duration.digits === 0n) continue;
    const layout = (): Layout => ({
      records: parts * inUnits,
      duration,
      durationText,
      samples,
      seconds: seconds / parts,
      runs: firstRuns.length === 1 ? null : recordRuns(firstRuns, samples[0] as number, firstRate),
    });
    if (samples.every((count, at) => quotient(exactly(count), duration) === rates[at])) return layout();
    if (samples.every((count, at) => rateOf(count, duration, durationText) === rates[at])) rounded ??= layout();
  }
  return rounded;
}

function recordRuns(runs: readonly PresentRun[], samplesPerRecord: number, rate: number): RecordRun[] {
  let record = 0;
  return runs.map(({ first, end }) => {
    const run = { record, at: first / rate };
    record += (end - first) / samplesPerRecord;
    return run;
  });
}

/** What to do: the longest shorter window that works, if there is one that is not much shorter. */
function wayOut(counts: readonly number[], rates: readonly number[]): string {
  const slowest = Math.min(...rates);
  const fewest = Math.min(...counts);
  const whole = samplesInWholeSeconds(slowest);
  const lengths = Array.from({ length: Math.min(MAX_SHORTENED, fewest - 1) }, (_, i) => fewest - 1 - i);
  for (const length of [...lengths, Math.floor(fewest / whole) * whole]) {
    const shorter = rates.map((rate) => (length * rate) / slowest);
    const runs = shorter.map((end) => [{ first: 0, end }]);
    if (length === 0 || !shorter.every(Number.isInteger) || !nearestToASecond(shorter, rates, MAX_COUNT, runs))
      continue;
    const seconds = Number((length / slowest).toFixed(9));
    return `The nearest window that fits lasts ${seconds} s: from=0&to=${seconds}.`;
  }
  return 'No window of nearly this length fits: export as WFDB, CSV or JSON.';
}

/** The fewest samples that last whole seconds, if the rate is the decimal that it is printed as. */
function samplesInWholeSeconds(rate: number): number {
  const { digits = 1n, exponent = 0 } = decimalOf(String(rate)) ?? {};
  const count = Number(digits);
  return exponent >= 0 ? rate : count / greatestCommonDivisor(count, 10 ** -exponent);
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
