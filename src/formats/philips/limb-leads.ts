/**
 * The limb leads in compressed files: III, aVR, aVL and aVF are stored as what is left of them after they have been
 * predicted from I and II (III from the others). Halves are rounded down.
 */

/** The order in which compressed files have them; V1 to V6 and others follow. */
export const LIMB_LEADS = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF'] as const;

/** The prediction sign · ((first + factor · second) >> shift), whose leads are given by their places. */
interface Prediction {
  first: number;
  second: number;
  factor: 1 | -1;
  shift: 0 | 1;
  sign: 1 | -1;
}

/** By the place of the lead that is predicted. */
const PREDICTIONS: ReadonlyMap<number, Prediction> = new Map([
  [2, { first: 1, second: 0, factor: -1, shift: 0, sign: 1 }],
  [3, { first: 0, second: 1, factor: 1, shift: 1, sign: -1 }],
  [4, { first: 0, second: 2, factor: -1, shift: 1, sign: 1 }],
  [5, { first: 1, second: 2, factor: 1, shift: 1, sign: 1 }],
]);
/** Leads that predict others. */
const PREDICTING = 3;

export class LimbLeads {
  readonly #known: Int16Array[] = [];

  /**
   * Replaces what is stored of a lead by its samples; leads come in the order of the file.
   * @param number of the lead, from 0
   * @returns whether all samples fit 16 bits
   */
  restore(number: number, lead: Int16Array): boolean {
    const prediction = PREDICTIONS.get(number);
    let beyond = 0;
    if (prediction !== undefined) {
      const { factor, shift, sign } = prediction;
      const first = this.#known[prediction.first] as Int16Array;
      const second = this.#known[prediction.second] as Int16Array;
      for (let at = 0; at < lead.length; at++) {
        const predicted = sign * (((first[at] as number) + factor * (second[at] as number)) >> shift);
        const sample = predicted - (lead[at] as number);
        lead[at] = sample;
        beyond |= sample ^ ((sample << 16) >> 16);
      }
    }
    this.keep(number, lead);
    return beyond === 0;
  }

  /** Keeps a lead whose samples are known, if it is compared with others. */
  keep(number: number, lead: Int16Array): void {
    if (number < PREDICTING) this.#known.push(lead);
  }

  /** Greatest difference between III and II - I in the first samples: what is left must be small. */
  deviation(samples: number): number {
    const [i, ii, iii] = this.#known;
    let most = 0;
    if (i !== undefined && ii !== undefined && iii !== undefined)
      for (let at = 0; at < samples; at++)
        most = Math.max(most, Math.abs((iii[at] as number) - (ii[at] as number) + (i[at] as number)));
    return most;
  }
}
