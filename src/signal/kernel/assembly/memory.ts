/**
 * Memory of the kernel. The host works in some of these places itself, through views. A block is built, summarised and
 * packed where it is, so that only packed bytes leave.
 */

/**
 * For samples from outside, and for those of an unpacked block. Like every other place, it has room for a block of
 * 65,536 samples of any type.
 */
export const STAGE: usize = memory.data(524288, 16);

/** The samples of a block that are not missing. */
export const PRESENT: usize = memory.data(524288, 16);

/** A packed block, to be written or read: at most a header, a byte for each frame, and 32 bits for each sample. */
export const PACKED_BYTES: i32 = 262664;
export const PACKED: usize = memory.data(262664, 16);

/** Text to be scanned: 64 KiB, and the rest of the text before. Words may be read before it and past its end. */
const MARGIN: usize = 64;
export const TEXT_BYTES: i32 = 66560;
const TEXT_DATA: usize = memory.data(66688, 16);
export const TEXT: usize = TEXT_DATA + MARGIN;

/** The numbers of a text in both widths: a number takes at least two bytes of text. */
export const NUMBERS16: usize = memory.data(66576, 16);
export const NUMBERS32: usize = memory.data(133152, 16);

/** Lowest and highest values of the bins of a block, one after the other; a bin has at least four samples. */
export const ENVELOPE: usize = memory.data(262144, 16);

/** Four 32-bit integers: crossings, missing samples, first sign, last sign. */
export const COUNTS: usize = memory.data(16, 16);
/** Four doubles: minimum, maximum, mean, sum of squared deviations. */
export const STATISTICS: usize = memory.data(32, 16);
/** Two 32-bit integers: the position where scanning stopped, and whether every number fits in 16 bits. */
export const SCANNED: usize = memory.data(8, 16);

/** The value that marks a missing sample of integer type T. */
// @ts-ignore: decorator
@inline
export function marker<T>(): T {
  const bits = 8 * sizeof<T>();
  return <T>(<i64>1 << (bits - 1));
}
