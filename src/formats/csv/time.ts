/** The times of consecutive rows, and the sampling rate that follows from them. */
import { MAX_SAMPLING_RATE, MIN_SAMPLING_RATE } from '../common/bounds.ts';
import { figure } from '../common/messages.ts';
import { sampleOfText } from '../common/numbers.ts';
import { simplestWithin } from '../common/steps.ts';
import { type Moment, momentOf, resolutionOf } from './moment.ts';

const DAY = 86400;
/** Relative difference allowed between steps when the times are written in full. */
const JITTER = 1e-6;
/** Part of a step by which steps may differ where clocks are imprecise; beyond it the rows are not evenly spaced. */
const IMPRECISE = 0.05;
/** Relative error allowed in a rate when the times are rounded; beyond it no rate is given. */
const MAX_DOUBT = 0.01;
/** The supported sampling rates, for messages. */
const BOUNDS = `${MIN_SAMPLING_RATE} to ${MAX_SAMPLING_RATE}`;
/** Relative error that arithmetic may cause. */
const SURE = 1e-9;
/** Rows that jumps of the times may stand for, in all: over an hour at 250 Hz. */
const MAX_GAP_ROWS = 1_000_000;
/** Integers of more digits lose some of them as doubles. */
const LONG_INTEGER = /^[+-]?\d{16,30}$/;

/** Why the times give no rate (`reason`: the rows are not evenly spaced), or the rate, perhaps with a warning. */
export type Told = { rate: number | null; warning: string | null } | { reason: string };

/** Tracks the times of consecutive rows. */
export class TimeColumn {
  /** The largest rounding of the times, in their own unit: the last place of the finest time. */
  #resolution: number;
  #first = 0;
  #last = 0;
  #rows = 0;
  #origin = 0;
  #longOrigin: bigint | null = null;
  #shortest = { step: Infinity, line: 0 };
  #longest = { step: -Infinity, line: 0 };
  #seconds: number | null;
  /** Jumps: the rows they stand for, and the time they took. */
  #gaps = { count: 0, rows: 0, time: 0, line: 0, shift: 0 };
  /** The regular step, if the first rows show one. */
  #step: number | null = null;
  /** A longer step is a jump. */
  #longestRegular = Infinity;

  /**
   * @param seconds the unit of plain numbers, in seconds; null if unknown
   * @param mayBeRounded false for sample numbers, which are exact
   */
  constructor(seconds: number | null, mayBeRounded = true) {
    this.#seconds = seconds;
    this.#resolution = mayBeRounded ? Infinity : 0;
  }

  /** The time of the last row: in the column's unit, for moments in seconds since the first. */
  get last(): number {
    return this.#last;
  }

  get first(): number {
    return this.#first;
  }

  get resolution(): number {
    return this.#resolution;
  }

  get seconds(): number | null {
    return this.#seconds;
  }

  /** The step that the first rows have; a longer one is then a jump, for which rows are missing. */
  set step(step: number | null) {
    this.#step = step;
    this.#refine(this.#resolution);
  }

  /**
   * Adds the time of the next row, in the column's unit, and its line number.
   * @returns rows that are missing before it
   */
  add(time: number, resolution: number, line: number): number {
    if (resolution < this.#resolution) this.#refine(resolution);
    const step = time - this.#last;
    this.#last = time;
    if (this.#rows++ === 0) {
      this.#first = time;
      return 0;
    }
    if (step > this.#longestRegular) {
      const missing = this.#jump(step, line);
      if (missing > 0) return missing;
    }
    if (step < this.#shortest.step) this.#shortest = { step, line };
    if (step > this.#longest.step) this.#longest = { step, line };
    return 0;
  }

  #refine(resolution: number): void {
    this.#resolution = resolution;
    if (this.#step !== null) this.#longestRegular = 1.5 * this.#step + resolution;
  }

  /** The rows that a jump stands for; the remainder is carried on, so that remainders never add up. */
  #jump(step: number, line: number): number {
    const steps = step / (this.#step as number) + this.#gaps.shift;
    const missing = Math.round(steps) - 1;
    const { count, rows, time } = this.#gaps;
    if (missing < 1 || rows + missing > MAX_GAP_ROWS) return 0;
    this.#gaps = {
      count: count + 1,
      rows: rows + missing,
      time: time + step,
      line: count === 0 ? line : this.#gaps.line,
      shift: steps - missing - 1,
    };
    return missing;
  }

  /** The same for a cell. @returns missing rows before it, and its date; null if it is not a time */
  addText(text: string, hasDecimalComma: boolean, line: number): { missing: number; date: string | null } | null {
    const moment = momentOf(text);
    if (moment !== null) return { missing: this.#addMoment(moment, line), date: moment.date };
    if (LONG_INTEGER.test(text)) return { missing: this.#addLong(BigInt(text), line), date: null };
    const time = sampleOfText(hasDecimalComma ? text.replace(',', '.') : text);
    if (typeof time === 'string') return null;
    return { missing: this.add(time, /e/i.test(text) ? 0 : resolutionOf(text), line), date: null };
  }

  /** Times with hours. A time of day starts again at midnight. */
  #addMoment({ wholeSeconds, fraction, resolution, date }: Moment, line: number): number {
    this.#seconds = 1;
    if (this.#rows === 0) this.#origin = wholeSeconds;
    // Added to the seconds since 1970, a fraction would lose digits.
    const time = wholeSeconds - this.#origin + fraction;
    if (date === null && this.#rows > 0 && time < this.#last - DAY / 2) this.#origin -= DAY;
    return this.add(wholeSeconds - this.#origin + fraction, resolution, line);
  }

  /** Integers such as nanoseconds since 2000, counted from the first; from 0 if shorter ones came before them. */
  #addLong(time: bigint, line: number): number {
    this.#longOrigin ??= this.#rows === 0 ? time : 0n;
    return this.add(Number(time - this.#longOrigin), 1, line);
  }

  /** A sentence about the jumps of the times; null if there are none. */
  gapWarning(): string | null {
    const { count, rows, line } = this.#gaps;
    if (count === 0) return null;
    return (
      `The times jump in ${figure(count)} ${count === 1 ? 'place' : 'places'}, first before line ${line}: ` +
      `${figure(rows)} missing ${rows === 1 ? 'sample was' : 'samples were'} filled in there.`
    );
  }

  /** The rate that all rows agree on. Null, with a warning, if they do not determine it. */
  rate(): Told {
    const steps = this.#rows - 1 - this.#gaps.count;
    if (steps < 1) return { rate: null, warning: 'The sampling rate cannot be calculated from one row.' };
    const mean = (this.#last - this.#first - this.#gaps.time) / steps;
    if (!(this.#shortest.step > 0)) return this.#unclear(mean);
    const noise = JITTER * mean + 4 * Number.EPSILON * Math.max(Math.abs(this.#first), Math.abs(this.#last));
    const [shortest, longest] = [mean - this.#shortest.step, this.#longest.step - mean];
    const isExact = shortest <= noise && longest <= noise;
    const most = Math.max(shortest, longest);
    const isImprecise = !isExact && most > this.#resolution + noise;
    if (isImprecise && most > IMPRECISE * mean) {
      const odd = shortest > longest ? this.#shortest : this.#longest;
      return {
        reason:
          `The times are not evenly spaced: the step to line ${odd.line} is ${Number(odd.step.toPrecision(6))}, ` +
          `the mean ${Number(mean.toPrecision(6))}. Upload a recording with gaps in parts, or with rows of empty ` +
          'cells; if the times are only imprecise, give samplingRate and pass over their column with the parameter ' +
          'columns (skip).',
      };
    }
    if (this.#seconds === null && mean >= 1)
      return {
        rate: null,
        warning:
          'The time column has no unit, such as time (s) or time (ms), and its steps are not fractions, so the ' +
          'sampling rate is unknown. Give the unit with the parameter columns, such as columns=ms.',
      };
    const seconds = (this.#seconds ?? 1) * mean;
    const each = isImprecise ? most : this.#resolution;
    const doubt = (isExact ? noise : each * (1 + this.#gaps.count)) / (mean * steps);
    if (doubt > MAX_DOUBT)
      return { rate: null, warning: 'The times are rounded too much to calculate a sampling rate from so few rows.' };
    const rate = simplestWithin(1 / seconds, Math.max(doubt, SURE));
    return rate >= MIN_SAMPLING_RATE && rate <= MAX_SAMPLING_RATE
      ? { rate, warning: isImprecise ? imprecision(most / mean, rate) : null }
      : { reason: `The times give ${rate} samples a second; ${BOUNDS} are supported.` };
  }

  /** Times that stand still are those of packets of rows; others must increase. */
  #unclear(mean: number): Told {
    const { step, line } = this.#shortest;
    if (step < 0 || !(mean > 0)) return { reason: `The times do not increase from line ${line - 1} to line ${line}.` };
    const about = Number((1 / ((this.#seconds ?? 1) * mean)).toPrecision(3));
    return {
      rate: null,
      warning:
        `Several rows have the same time (lines ${line - 1} and ${line}), as those of a packet have, so the times ` +
        `give no sampling rate: it is about ${about} Hz. Give it with samplingRate.`,
    };
  }
}

const imprecision = (share: number, rate: number): string =>
  `The steps of the times differ by up to ${Number((100 * share).toPrecision(2))} % from their mean. The samples ` +
  `were taken as evenly spaced, at ${rate} Hz.`;
