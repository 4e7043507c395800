/** Finds by how much one ECG has to be moved so that a beat of it lies on a beat of another. Pure. */

/** The physical value at a time in seconds; NaN if there is none. */
export type ValueAt = (time: number) => number;

/** Signals are compared in such steps, in seconds. */
const STEP = 0.004;
/** A beat is sought so many steps from the place that is meant, and its counterpart so many from the beat: 0.75 s. */
const FAR = 188;
/** What is compared: so much before and after the steepest place of the beat, in seconds; and in steps. */
const HALF = 0.152;
const SHAPE = 2 * Math.round(HALF / STEP) + 1;
/** The rise of a beat, in seconds. */
const RISE = 0.02;
/** Below this likeness, from -1 to 1, nothing is taken for the same beat. */
const LEAST_LIKENESS = 0.5;
/** Places that differ by no more are equally like. */
const ALIKE = 0.02;

/**
 * The distance in seconds from a beat of the present ECG, the steepest near a time, to the most similar place of the
 * other one; null if either has no beat there.
 * @param present and @param other on the same time axis: the other one as it lies now
 */
export function beatDistance(present: ValueAt, other: ValueAt, near: number): number | null {
  const beat = steepest(present, near);
  if (beat === null) return null;
  const shape = sampled(present, beat - HALF, SHAPE);
  const others = sampled(other, beat - HALF - FAR * STEP, SHAPE + 2 * FAR);
  const likeness = Array.from({ length: 2 * FAR + 1 }, (_, i) => likenessOf(shape, others.subarray(i, i + SHAPE)));
  const best = likeness.reduce((most, one) => (one > most ? one : most), LEAST_LIKENESS);
  // Beats of one kind are alike: of those, the nearest is taken.
  const by = nearestFirst().find((step) => {
    const here = likeness[FAR + step] ?? NaN;
    const around = [likeness[FAR + step - 1], likeness[FAR + step + 1]];
    return here > LEAST_LIKENESS && here >= best - ALIKE && !around.some((one) => one !== undefined && one > here);
  });
  return by === undefined ? null : by * STEP;
}

/** Steps: 0, -1, 1, -2, 2 and so on. */
const nearestFirst = (): number[] =>
  Array.from({ length: 2 * FAR + 1 }, (_, i) => Math.ceil(i / 2) * (i % 2 === 0 ? 1 : -1));

/** Where the signal changes most; null if it does not change. */
function steepest(value: ValueAt, near: number): number | null {
  let [found, most]: [number | null, number] = [null, 0];
  for (const by of nearestFirst()) {
    const time = near + by * STEP;
    const rise = Math.abs(value(time + RISE / 2) - value(time - RISE / 2));
    if (rise > most) [found, most] = [time, rise];
  }
  return found;
}

const sampled = (value: ValueAt, from: number, length: number): Float64Array =>
  Float64Array.from({ length }, (_, i) => value(from + i * STEP));

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The correlation of two shapes; NaN if one of them has gaps or is flat. */
function likenessOf(one: Float64Array, other: Float64Array): number {
  const [a, b] = [mean(one), mean(other)];
  let [product, ofOne, ofOther] = [0, 0, 0];
  for (let i = 0; i < one.length; i++) {
    const [x, y] = [(one[i] as number) - a, (other[i] as number) - b];
    product += x * y;
    ofOne += x * x;
    ofOther += y * y;
  }
  return product / Math.sqrt(ofOne * ofOther);
}
