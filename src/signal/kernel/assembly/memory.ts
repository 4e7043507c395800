/** Memory of the kernel: the stage, which the host fills with samples, and two records for the results. */

/** Fits in the second-level cache, for the later passes. A whole number of blocks of 64 samples of every type. */
export const STAGE_BYTES: i32 = 262144;
export const STAGE: usize = memory.data(262144, 16);

/** Four 32-bit integers: crossings, missing samples, first sign, last sign. */
export const COUNTS: usize = memory.data(16, 16);
/** Four doubles: minimum, maximum, mean, sum of squared deviations. */
export const STATISTICS: usize = memory.data(32, 16);

/** The value that marks a missing sample of integer type T. */
// @ts-ignore: decorator
@inline
export function marker<T>(): T {
  const bits = 8 * sizeof<T>();
  return <T>(<i64>1 << (bits - 1));
}
