/**
 * The limb leads that follow from leads I and II: by Einthoven's law, I + III = II, and by Goldberger's definition,
 * each augmented lead is the voltage between one limb and the mean of the two others. Pure.
 */
import type { CanonicalLead } from './leads.ts';
import { millivolts } from './units.ts';

/** In their usual order. */
export const CALCULATED_LEADS = ['III', 'aVR', 'aVL', 'aVF'] as const satisfies readonly CanonicalLead[];
export type CalculatedLead = (typeof CALCULATED_LEADS)[number];

/** Each lead as a sum of I and II. */
const PARTS: Readonly<Record<CalculatedLead, { ofI: number; ofII: number }>> = {
  III: { ofI: -1, ofII: 1 },
  aVR: { ofI: -0.5, ofII: -0.5 },
  aVL: { ofI: 1, ofII: -0.5 },
  aVF: { ofI: -0.5, ofII: 1 },
};

/** Samples of a calculated lead in one picture: it has no stored bins, so all samples of its window are read. */
export const MAX_CALCULATED_SAMPLES = 500_000;

/** What decides whether leads can be calculated from a channel. */
export interface LimbChannel {
  name: string;
  lead: CanonicalLead | null;
  /** Hz */
  samplingRate: number | null;
  unit: string | null;
  calibrated: boolean;
  summary: { samples: number };
}

/** Which leads can be calculated, and from what. */
export interface Calculable {
  /** Indices of the channels of leads I and II. */
  indexOfI: number;
  indexOfII: number;
  /** The unit of II in units of I, which is the unit of the calculated leads. */
  scaleOfII: number;
  /** Those that no channel has. */
  leads: CalculatedLead[];
}

/** MLI and MLII have their electrodes on the chest: they may be combined with each other, not with I and II. */
const isModified = ({ name }: LimbChannel): boolean => /(?:^|[^a-z])ML/i.test(name);

/**
 * The leads that can be calculated: those that are not recorded, if I and II have the same sampling rate and length,
 * and are both calibrated in volts. Null if there are none.
 */
export function calculableOf(channels: readonly LimbChannel[]): Calculable | null {
  const indexOfI = channels.findIndex(({ lead }) => lead === 'I');
  const indexOfII = channels.findIndex(({ lead }) => lead === 'II');
  const [one, two] = [channels[indexOfI], channels[indexOfII]];
  if (!one || !two || !areAlike(one, two)) return null;
  const [unitOfI, unitOfII] = [millivolts(one.unit), millivolts(two.unit)];
  if (unitOfI === null || unitOfII === null) return null;
  const recorded = new Set(channels.map(({ lead }) => lead));
  const leads = CALCULATED_LEADS.filter((lead) => !recorded.has(lead));
  return leads.length === 0 ? null : { indexOfI, indexOfII, scaleOfII: unitOfII / unitOfI, leads };
}

const areAlike = (one: LimbChannel, two: LimbChannel): boolean =>
  one.samplingRate !== null &&
  one.samplingRate === two.samplingRate &&
  one.summary.samples === two.summary.samples &&
  one.calibrated &&
  two.calibrated &&
  isModified(one) === isModified(two);

/**
 * Calculates a lead from leads I and II. @param one lead I, @param two lead II: physical values, NaN where missing; of
 * the same length. A sample that is missing in either is missing in the result.
 * @param scaleOfII see `Calculable` @returns in the unit of lead I
 */
export function calculatedLead(
  lead: CalculatedLead,
  one: Float64Array,
  two: Float64Array,
  scaleOfII: number,
): Float64Array {
  const { ofI } = PARTS[lead];
  const ofII = PARTS[lead].ofII * scaleOfII;
  const values = new Float64Array(one.length);
  for (let i = 0; i < values.length; i++) values[i] = ofI * (one[i] as number) + ofII * (two[i] as number);
  return values;
}
