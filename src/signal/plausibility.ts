/** Whether the leads of a recording can be what their names say: relations between them. Findings, never repairs. */
import type { CanonicalLead } from './leads.ts';

/** Physical values of leads of one rate, equally long, in one unit; NaN where missing. */
export type LeadValues = ReadonlyMap<CanonicalLead, Float64Array>;

/** A lead as the sum of others: Einthoven's law and Goldberger's leads. */
const RELATIONS: readonly { lead: CanonicalLead; text: string; terms: readonly [[CanonicalLead, number], [CanonicalLead, number]] }[] = [
  { lead: 'III', text: 'III = II − I', terms: [['II', 1], ['I', -1]] },
  { lead: 'aVR', text: 'aVR = −(I + II)/2', terms: [['I', -0.5], ['II', -0.5]] },
  { lead: 'aVL', text: 'aVL = I − II/2', terms: [['I', 1], ['II', -0.5]] },
  { lead: 'aVF', text: 'aVF = II − I/2', terms: [['II', 1], ['I', -0.5]] },
];

/** Part of the lead's own deviation that the rest may have, where digits are not what limits it: filters of recorders differ a little between leads. */
export const RELATION_TOLERANCE = 0.1;
/** Below this the limb and chest leads run against each other as in a mirror. */
const MIRRORED = -0.5;
export interface BrokenRelation {
  lead: CanonicalLead;
  text: string;
  /** Root mean square of what is left over, and of the lead about its mean, in the leads' unit. */
  rest: number;
  deviation: number;
}

/** Relations that do not hold. @param digit the coarsest digit of these leads, in their unit: rounding alone may leave two */
export function brokenRelations(values: LeadValues, digit: number): BrokenRelation[] {
  return RELATIONS.flatMap(({ lead, text, terms }) => {
    const own = values.get(lead);
    const [[first, a], [second, b]] = [terms[0], terms[1]];
    const [one, other] = [values.get(first), values.get(second)];
    if (!own || !one || !other) return [];
    const left = own.map((value, i) => value - a * (one[i] ?? NaN) - b * (other[i] ?? NaN));
    const rest = deviation(left);
    const spread = deviation(own);
    return rest > Math.max(2 * digit, RELATION_TOLERANCE * spread) ? [{ lead, text, rest, deviation: spread }] : [];
  });
}

/**
 * Whether the arm electrodes may be swapped: lead I then is upside down, so it runs against V6, and aVR, which is really aVL, no longer points down.
 * Source: the usual reading of limb lead reversal in electrocardiography textbooks.
 */
export function armsMayBeSwapped(values: LeadValues): boolean {
  const [one, six, right] = [values.get('I'), values.get('V6'), values.get('aVR')];
  return one !== undefined && six !== undefined && correlation(one, six) < MIRRORED && (right === undefined || skew(right) > 0);
}

const isPresent = (value: number): boolean => value === value;

function mean(values: Float64Array): number {
  const present = values.filter(isPresent);
  return present.length === 0 ? NaN : present.reduce((sum, value) => sum + value, 0) / present.length;
}

/** Root mean square about the mean; 0 of nothing. */
function deviation(values: Float64Array): number {
  const middle = mean(values);
  const present = values.filter(isPresent);
  return present.length === 0 ? 0 : Math.sqrt(present.reduce((sum, value) => sum + (value - middle) ** 2, 0) / present.length);
}

/** Third moment about the mean: the sign of the larger deflections. */
function skew(values: Float64Array): number {
  const middle = mean(values);
  return values.filter(isPresent).reduce((sum, value) => sum + (value - middle) ** 3, 0);
}

const both = (value: number, other: number | undefined): boolean => isPresent(value + (other ?? NaN));

function correlation(a: Float64Array, b: Float64Array): number {
  const [first, second] = [a.filter((value, i) => both(value, b[i])), b.filter((value, i) => both(value, a[i]))];
  const [meanA, meanB] = [mean(first), mean(second)];
  const product = first.reduce((sum, value, i) => sum + (value - meanA) * ((second[i] as number) - meanB), 0);
  return product / (deviation(first) * deviation(second) * first.length);
}
