/**
 * Typed samples in the recorder's own units, their missing markers, and the scale that converts them to physical
 * values.
 */

/**
 * A run of consecutive samples of one channel in stored units. Missing: the lowest value of integer types, NaN of float
 * types.
 */
export type Samples = Int16Array | Int32Array | Float32Array | Float64Array;

export const SAMPLE_TYPES = ['int16', 'int32', 'float32', 'float64'] as const;
export type SampleType = (typeof SAMPLE_TYPES)[number];

/** The typed array of each type. */
export const SAMPLE_ARRAYS = {
  int16: Int16Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

/** Samples of a full block: 128 KiB of int16, 512 KiB of float64. The kernel takes at most as many at once. */
export const BLOCK_SAMPLES = 65536;

export const MISSING_INT16 = -32768;
export const MISSING_INT32 = -2147483648;

/** Converts stored to physical values: physical = (stored - zeroLevel) / gain. */
export interface Scale {
  /** Stored units per physical unit; not 0, may be negative. */
  gain: number;
  /** The stored value of physical 0; may be fractional. */
  zeroLevel: number;
}

export function sampleType(samples: Samples): SampleType {
  if (samples instanceof Int16Array) return 'int16';
  if (samples instanceof Int32Array) return 'int32';
  return samples instanceof Float32Array ? 'float32' : 'float64';
}

/** The stored value that marks a missing sample; NaN for float types. */
export function missingMarker(type: SampleType): number {
  if (type === 'int16') return MISSING_INT16;
  return type === 'int32' ? MISSING_INT32 : NaN;
}

/** The value that marks a missing sample in a run; NaN for floats. */
export const markerOf = (samples: Samples): number => missingMarker(sampleType(samples));

/** The smallest type that holds values of both types without loss: float64 for int32 and float32. */
export function widerType(a: SampleType, b: SampleType): SampleType {
  if ((a === 'int32' && b === 'float32') || (a === 'float32' && b === 'int32')) return 'float64';
  return SAMPLE_TYPES.indexOf(a) > SAMPLE_TYPES.indexOf(b) ? a : b;
}

/** A copy of the samples in an equally wide type; missing samples have its marker. */
export function inType(samples: Samples, type: SampleType): Samples {
  const copy = new SAMPLE_ARRAYS[type](samples);
  const own = sampleType(samples);
  if (own === type) return copy;
  const [marker, missing] = [missingMarker(own), missingMarker(type)];
  samples.forEach((value, i) => {
    if (value === marker) copy[i] = missing;
  });
  return copy;
}

/** Runs one after the other, in the widest type of them. */
export function joinedRuns(runs: readonly Samples[]): Samples {
  const type = runs.map(sampleType).reduce(widerType, 'int16');
  const all = new SAMPLE_ARRAYS[type](runs.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const run of runs) {
    all.set(sampleType(run) === type ? run : inType(run, type), at);
    at += run.length;
  }
  return all;
}
