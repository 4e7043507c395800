/**
 * Seeded difficult signals for the kernel, and two reference implementations: one with lists, deliberately naive, and
 * one with exact fractions.
 */
import { type CrossingRule } from '../../src/signal/crossings.ts';
import { missingMarker, type Samples, SAMPLE_TYPES, type SampleType, sampleType } from '../../src/signal/samples.ts';
import type { SignalSummary } from '../../src/signal/summary.ts';

/** Uniform numbers in [0, 1), the same for the same seed (mulberry32). */
export function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Noise over the whole range of 16 bits, which cannot be packed into fewer bytes. */
export function noise(length: number, seed = 1): Int16Array {
  const random = uniform(seed);
  return Int16Array.from({ length }, () => Math.floor(random() * 65_535) - 32_767);
}

const CONSTRUCTORS = { int16: Int16Array, int32: Int32Array, float32: Float32Array, float64: Float64Array } as const;

export function samplesOf(type: SampleType, values: Iterable<number | null>): Samples {
  const missing = missingMarker(type);
  return new CONSTRUCTORS[type](Array.from(values, (value) => value ?? missing));
}

/** Levels next to, between and beyond the values of every type. */
const LEVELS = [
  0,
  -0,
  0.5,
  -0.5,
  -1 / 3,
  3,
  1024.25,
  32766.5,
  32767,
  32768,
  -32767,
  -32767.5,
  -32768,
  40000,
  -40000,
  2147483646.5,
  2147483647,
  2147483648,
  -2147483647,
  -2147483648,
  1e10,
  -1e10,
  2 ** 53,
  -(2 ** 53),
  Number.MIN_VALUE,
  -Number.MIN_VALUE,
  2 ** -149,
  2 ** -150,
  -(2 ** -150),
  1e-300,
  -1e-300,
  1e300,
  -1e300,
];

const EXTREMES: Record<SampleType, readonly number[]> = {
  int16: [32767, -32767, 32766, -32766, 0],
  int32: [2147483647, -2147483647, 2147483646, 32768, -32768, 0],
  float32: [
    3.4028234663852886e38,
    -3.4028234663852886e38,
    2 ** -149,
    -(2 ** -149),
    2 ** 24,
    0,
    -0,
    Infinity,
    -Infinity,
  ],
  float64: [
    2 ** 53,
    -(2 ** 53),
    Number.MAX_VALUE,
    -Number.MAX_VALUE,
    Number.MIN_VALUE,
    -Number.MIN_VALUE,
    0,
    -0,
    Infinity,
    -Infinity,
  ],
};

export interface Signal {
  samples: Samples;
  zeroLevel: number;
}

/**
 * A signal of one type with a random mixture of noise, constant runs, values near the zero level, extremes and gaps.
 * @param length samples
 */
export function hardSignal(random: () => number, type: SampleType, length: number): Signal {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const some = () => pick([0, 0, 0.02, 0.2, 0.9]);
  const rates = { gap: some(), near: some(), extreme: pick([0, 0, 0, 0.05, 0.5]), hold: pick([0, 0.3, 0.9, 0.99]) };
  const zeroLevel = random() < 0.4 ? 0 : pick(LEVELS);
  const span = pick([1, 3, 1000, 32767]);
  const integer = type.startsWith('int') || random() < 0.5;
  const greatest = type === 'int16' ? 32767 : type === 'int32' ? 2147483647 : Infinity;
  const nearLevel = () => {
    const value = zeroLevel + pick([0, 0, 0, 1, -1, 0.5, -0.5, 2, -2]);
    const nudged = pick([
      value,
      value * (1 + 2 ** -23),
      value * (1 - 2 ** -24),
      value * (1 + 2 ** -52),
      value * (1 - 2 ** -53),
    ]);
    return type.startsWith('int') ? Math.max(-greatest, Math.min(greatest, Math.round(nudged))) : nudged;
  };
  const fresh = (): number | null => {
    const kind = random();
    if (kind < rates.gap) return null;
    if (kind < rates.gap + rates.near) return nearLevel();
    if (random() < rates.extreme) return pick(EXTREMES[type]);
    const value = (2 * random() - 1) * span;
    return integer ? Math.round(value) : value;
  };
  let last = fresh();
  const values = Array.from({ length }, () => {
    if (random() >= rates.hold) last = fresh();
    return last;
  });
  return { samples: samplesOf(type, values), zeroLevel };
}

/** Many signals: every type, lengths 0 to 300 and around multiples of 64. */
export function hardSignals(seed: number, rounds: number): Signal[] {
  const random = uniform(seed);
  return Array.from({ length: rounds }, () => {
    const length =
      random() < 0.5
        ? Math.floor(random() * 301)
        : Math.max(0, 64 * Math.floor(random() * 5) + Math.floor(random() * 5) - 2);
    return SAMPLE_TYPES.map((type) => hardSignal(random, type, length));
  }).flat();
}

/** Consecutive parts of the whole, split at the given positions. */
export function cut(samples: Samples, places: readonly number[]): Samples[] {
  const edges = [0, ...places, samples.length];
  return edges.slice(1).map((end, i) => samples.subarray(edges[i], end));
}

type Counts = Pick<
  SignalSummary,
  'samples' | 'missing' | 'zeroCrossings' | 'firstSign' | 'lastSign' | 'minimum' | 'maximum'
>;

/** The exact parts of a summary, using lists: runs between gaps, their signs without zeros, neighbours that differ. */
export function naiveCounts(samples: Samples, rule: CrossingRule): Counts {
  const missing = missingMarker(sampleType(samples));
  const values = Array.from(samples, (value) => (Object.is(value, missing) ? null : value));
  const present = values.filter((value) => value !== null);
  const runs: number[][] = [[]];
  for (const value of rule.gaps === 'bridge' ? present : values) {
    if (value === null) runs.push([]);
    else runs.at(-1)?.push(value);
  }
  const above = (value: number) => value > rule.zeroLevel + rule.band;
  const below = (value: number) => value < rule.zeroLevel - rule.band;
  const signs = runs.map((run) =>
    run.filter((value) => above(value) || below(value)).map((value) => (above(value) ? 1 : -1)),
  );
  const changes = signs.map((run) => run.filter((sign, i) => i > 0 && sign !== run[i - 1]).length);
  return {
    samples: samples.length,
    missing: samples.length - present.length,
    zeroCrossings: changes.reduce((sum, count) => sum + count, 0),
    firstSign: signs[0]?.[0] ?? 0,
    lastSign: signs.at(-1)?.at(-1) ?? 0,
    minimum: Math.min(...present) + 0,
    maximum: Math.max(...present) + 0,
  };
}

/** The parts of a summary that must be exact. */
export function countsOf({ mean, m2, ...counts }: SignalSummary): Counts {
  void [mean, m2];
  return counts;
}

/** Mean and population standard deviation, using exact fractions; no value may be infinite or missing. */
export function exactMoments(samples: Samples): { mean: number; deviation: number } {
  const parts = Array.from(samples, fraction);
  const exponent = parts.reduce((least, part) => Math.min(least, part.exponent), 0);
  let sum = 0n;
  let squares = 0n;
  for (const part of parts) {
    const digits = part.mantissa << BigInt(part.exponent - exponent);
    sum += digits;
    squares += digits * digits;
  }
  const n = BigInt(samples.length);
  return {
    mean: quotient(sum, n) * 2 ** exponent,
    deviation: Math.sqrt(quotient(n * squares - sum * sum, n * n)) * 2 ** exponent,
  };
}

/** A double as mantissa * 2 ** exponent. */
function fraction(value: number): { mantissa: bigint; exponent: number } {
  let exponent = 0;
  let scaled = value;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    exponent--;
  }
  return { mantissa: BigInt(scaled), exponent };
}

function quotient(numerator: bigint, denominator: bigint): number {
  // 128 more bits: the remainder of the division is far below the rounding of the result.
  return Number((numerator << 128n) / denominator) * 2 ** -128;
}
