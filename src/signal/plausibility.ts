/**
 * Checks by relations between leads whether the leads of a recording can be what their names say. Reports findings,
 * never repairs.
 */
import type { CanonicalLead } from './leads.ts';

/** Physical values of leads with the same rate, length and unit; NaN if missing. */
export type LeadValues = ReadonlyMap<CanonicalLead, Float64Array>;

/** A lead as the sum of others: Einthoven's law and Goldberger's leads. */
const RELATIONS: readonly {
  lead: CanonicalLead;
  text: string;
  terms: readonly [[CanonicalLead, number], [CanonicalLead, number]];
}[] = [
  {
    lead: 'III',
    text: 'III = II − I',
    terms: [
      ['II', 1],
      ['I', -1],
    ],
  },
  {
    lead: 'aVR',
    text: 'aVR = −(I + II)/2',
    terms: [
      ['I', -0.5],
      ['II', -0.5],
    ],
  },
  {
    lead: 'aVL',
    text: 'aVL = I − II/2',
    terms: [
      ['I', 1],
      ['II', -0.5],
    ],
  },
  {
    lead: 'aVF',
    text: 'aVF = II − I/2',
    terms: [
      ['II', 1],
      ['I', -0.5],
    ],
  },
];

/**
 * Residual allowed as a fraction of the lead's own deviation, if digits do not limit it: recorder filters differ
 * slightly between leads.
 */
export const RELATION_TOLERANCE = 0.1;
/** A correlation below this means that limb and chest leads mirror each other. */
const MIRRORED = -0.5;
/** With fewer common samples, noise would decide the result. */
const LEAST_SAMPLES = 100;

export interface BrokenRelation {
  lead: CanonicalLead;
  text: string;
  /** Root mean square of the residual, and of the lead about its mean, in the leads' unit. */
  rest: number;
  deviation: number;
}

/**
 * Relations that do not hold.
 * @param digit the coarsest digit of these leads, in their unit: rounding may leave up to two
 * @param noise residual allowed for the noise of the leads, root mean square, in their unit
 */
export function brokenRelations(values: LeadValues, digit: number, noise = 0): BrokenRelation[] {
  return RELATIONS.flatMap(({ lead, text, terms }) => {
    const own = values.get(lead);
    const [[first, a], [second, b]] = [terms[0], terms[1]];
    const [one, other] = [values.get(first), values.get(second)];
    if (!own || !one || !other) return [];
    const left = new Float64Array(own.length);
    for (let i = 0; i < left.length; i++) left[i] = (own[i] as number) - a * (one[i] ?? NaN) - b * (other[i] ?? NaN);
    if (presentIn(left) < LEAST_SAMPLES) return [];
    const rest = deviation(left);
    const spread = deviation(own);
    const tolerated = Math.max(2 * digit, noise, RELATION_TOLERANCE * spread);
    return rest > tolerated ? [{ lead, text, rest, deviation: spread }] : [];
  });
}

/**
 * Whether the arm electrodes may be swapped. Lead I is then inverted, so it mirrors V6; and aVR, which is really aVL,
 * no longer points down. Null if these leads cannot show it: one is absent, flat or too short.
 * Source: the usual reading of limb lead reversal in electrocardiography textbooks.
 */
export function armsMayBeSwapped(values: LeadValues): boolean | null {
  const [one, six, right] = [values.get('I'), values.get('V6'), values.get('aVR')];
  if (one === undefined || six === undefined) return null;
  const alike = correlation(one, six);
  if (alike === null) return null;
  return alike < MIRRORED && (right === undefined || skew(right) > 0);
}

/**
 * The same, judged in windows of about this many samples: true if most of the conclusive windows show it. So a short
 * movement of an electrode does not decide.
 */
export function armsMostlySwapped(values: LeadValues, window: number): boolean | null {
  const length = Math.max(0, ...[...values.values()].map((lead) => lead.length));
  const count = Math.max(1, Math.round(length / Math.max(window, LEAST_SAMPLES)));
  const edge = (number: number): number => Math.floor((number * length) / count);
  return mostly(
    Array.from({ length: count }, (_, number) =>
      armsMayBeSwapped(
        new Map([...values].map(([lead, whole]) => [lead, whole.subarray(edge(number), edge(number + 1))])),
      ),
    ),
  );
}

/** The majority of the conclusive results; null if there are none. */
export function mostly(answers: readonly (boolean | null)[]): boolean | null {
  const told = answers.filter((answer) => answer !== null);
  return told.length === 0 ? null : 2 * told.filter(Boolean).length > told.length;
}

function presentIn(values: Float64Array): number {
  let count = 0;
  for (const value of values) if (!Number.isNaN(value)) count++;
  return count;
}

/** NaN for no values. */
function mean(values: Float64Array): number {
  let [sum, count] = [0, 0];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return sum / count;
}

/** Sum of a power of the deviations from the mean. */
function moment(values: Float64Array, power: 2 | 3): number {
  const middle = mean(values);
  let sum = 0;
  for (const value of values) {
    const off = value - middle;
    if (!Number.isNaN(off)) sum += power === 2 ? off * off : off * off * off;
  }
  return sum;
}

/** Root mean square about the mean; 0 for no values. */
function deviation(values: Float64Array): number {
  const count = presentIn(values);
  return count === 0 ? 0 : Math.sqrt(moment(values, 2) / count);
}

/** Third moment about the mean: the sign of the larger deflections. */
const skew = (values: Float64Array): number => moment(values, 3);

/** Null if too few samples are common to both, or one of them is constant. */
function correlation(a: Float64Array, b: Float64Array): number | null {
  const [first, second] = [new Float64Array(a.length), new Float64Array(a.length)];
  let count = 0;
  for (let i = 0; i < a.length; i++) {
    const [one, other] = [a[i] as number, b[i] ?? NaN];
    if (Number.isNaN(one) || Number.isNaN(other)) continue;
    first[count] = one;
    second[count++] = other;
  }
  const [x, y] = [first.subarray(0, count), second.subarray(0, count)];
  const [spread, otherSpread] = [deviation(x), deviation(y)];
  if (count < LEAST_SAMPLES || spread === 0 || otherSpread === 0) return null;
  const [meanA, meanB] = [mean(x), mean(y)];
  let product = 0;
  for (let i = 0; i < count; i++) product += ((x[i] as number) - meanA) * ((y[i] as number) - meanB);
  return product / (count * spread * otherSpread);
}
