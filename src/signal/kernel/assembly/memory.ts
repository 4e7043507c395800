/** Memory of the kernel: the stage, which the host fills with samples, and the record, in which it finds the answer. */

/** Fits the second-level cache, where the later passes find it again. */
export const STAGE_BYTES: usize = 262144;
export const STAGE: usize = memory.data(262144, 16);

/** Four doubles: minimum, maximum, mean, m2. */
export const STATISTICS: usize = memory.data(32, 16);
/** Four 32-bit integers: crossings, missing, first sign, last sign. */
export const COUNTS: usize = memory.data(16, 16);

/** The value that marks a missing sample of integer type T. */
// @ts-ignore: decorator
@inline
export function marker<T>(): T {
  return <T>(<i64>-1 << (8 * sizeof<T>() - 1));
}
