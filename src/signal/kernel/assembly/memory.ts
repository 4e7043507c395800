/** Memory of the kernel: a stage that the host fills with samples, and a record in which it finds the answer. */

/** Size of the stage in bytes; the second pass over it still hits the processor's own cache. */
export const STAGE_BYTES: i32 = 262144;
/** One block of 64 doubles: what padding may write behind a full stage. */
const PADDING_BYTES: i32 = 512;
export const STAGE: usize = memory.data(STAGE_BYTES + PADDING_BYTES, 16);

/** Four doubles (minimum, maximum, mean, m2), then four 32-bit integers (crossings, missing, first sign, last sign). */
export const RECORD: usize = memory.data(48, 16);

/** Samples that the bit masks take at a time. */
export const BLOCK: usize = 64;

/** Whether a lane holds a missing sample: the lowest value of an integer type, NaN of a float type. */
// @ts-ignore: decorator
@inline
export function missingLanes<T>(x: v128): v128 {
  return isInteger<T>() ? v128.eq<T>(x, v128.splat<T>(missingValue<T>())) : v128.ne<T>(x, x);
}

// @ts-ignore: decorator
@inline
export function missingValue<T>(): T {
  return isInteger<T>() ? <T>(<T>1 << (<T>(sizeof<T>() * 8 - 1))) : <T>NaN;
}

/** Writes missing samples behind the last one, so that no loop needs a tail. */
export function pad<T>(length: i32): void {
  const marker = v128.splat<T>(missingValue<T>());
  let p = STAGE + <usize>length * sizeof<T>();
  for (const end = p + BLOCK * sizeof<T>(); p < end; p += 16) v128.store(p, marker);
}
