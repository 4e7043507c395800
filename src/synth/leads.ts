/** The twelve standard leads as views of one heart vector. */

export const LEAD_NAMES = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const;
export type LeadName = (typeof LEAD_NAMES)[number];

/** The leads with electrodes of their own; the other four are sums of I and II. */
export const BASE_LEADS = ['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const;
export type BaseLead = (typeof BASE_LEADS)[number];

/**
 * How each lead sees the heart vector (x to the left, y to the feet, z to the back): G. E. Dower, H. B. Machado, J. A.
 * Osborne, On deriving the electrocardiogram from vectorcardiographic leads, Clin. Cardiol. 3 (1980) 87–95.
 */
export const LEAD_FIELD: Readonly<Record<BaseLead, readonly [x: number, y: number, z: number]>> = {
  I: [0.632, -0.235, 0.059],
  II: [0.235, 1.066, -0.132],
  V1: [-0.515, 0.157, -0.917],
  V2: [0.044, 0.164, -1.387],
  V3: [0.882, 0.098, -1.277],
  V4: [1.213, 0.127, -0.601],
  V5: [1.125, 0.127, -0.086],
  V6: [0.831, 0.076, 0.23],
};

/** Limb leads as sums of I and II (Einthoven, Goldberger). Exact before rounding, within one digit after it. */
const LIMB_WEIGHTS: Readonly<Partial<Record<LeadName, readonly [ofI: number, ofII: number]>>> = {
  III: [-1, 1],
  aVR: [-0.5, -0.5],
  aVL: [1, -0.5],
  aVF: [-0.5, 1],
};

/** The base leads that a lead is made of, with their weights. */
export function partsOf(lead: LeadName): { base: BaseLead; weight: number }[] {
  const weights = LIMB_WEIGHTS[lead];
  if (weights === undefined) return [{ base: lead as BaseLead, weight: 1 }];
  return [
    { base: 'I', weight: weights[0] },
    { base: 'II', weight: weights[1] },
  ];
}
