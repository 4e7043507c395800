/** Doubts that only all rows of a table can settle: whether its numbers are an ECG at all. */
import { quoted } from '../common/messages.ts';
import type { Layout } from './layout.ts';
import { isVoltage } from './quantity.ts';

/** Milliseconds between two beats. */
const [SHORTEST_BEAT, LONGEST_BEAT] = [300, 2000];
/** Names of columns of intervals between beats. */
const INTERVALS = /^(?:rr|r-r|nn|ibi|ppi|rri|pp|hrv)(?:$|[\s_-])|\b(?:rr|r-r)[\s_-]?int/i;

/** The lowest and highest value of a table that may be a list of intervals; otherwise nothing is counted. */
export class Extremes {
  readonly #name: string | null;
  readonly #isNamed: boolean;
  #lowest = Infinity;
  #highest = -Infinity;

  constructor({ names, units, clock, facts }: Layout) {
    const [name = ''] = names;
    const mayBe = names.length === 1 && clock === null && facts.rate === null && !isVoltage(units[0] ?? '');
    this.#name = mayBe ? name : null;
    this.#isNamed = names.some((some) => INTERVALS.test(some));
  }

  add(column: Float64Array, length: number): void {
    if (this.#name === null) return;
    for (let row = 0; row < length; row++) {
      const value = column[row] as number;
      if (value < this.#lowest) this.#lowest = value;
      if (value > this.#highest) this.#highest = value;
    }
  }

  /** A sentence if the numbers may be intervals between beats; otherwise null. */
  warning(): string | null {
    const isLike = this.#name !== null && this.#lowest >= SHORTEST_BEAT && this.#highest <= LONGEST_BEAT;
    if (!isLike && !this.#isNamed) return null;
    const what = this.#name === null ? 'A column' : `The column ${quoted(this.#name)}`;
    return (
      `${what} may hold the intervals between beats (RR, in ms) instead of an ECG. If it is an ECG, give its ` +
      'samplingRate and unit.'
    );
  }
}
