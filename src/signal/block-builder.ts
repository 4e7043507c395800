/** Cuts one channel's samples into blocks of a fixed length, each of the smallest lossless type. */
import { type Buildable, BlockMemory, type Width } from './block-memory.ts';
import { BLOCK_SAMPLES, markerOf, MISSING_INT16, MISSING_INT32, sampleType, type Samples } from './samples.ts';

/**
 * Takes runs of any type and length with `append`; passes each full block to `onBlock`, and the rest on `finish`. The
 * samples are valid only during that call. A block starts as int16 and is widened by the first value that does not fit:
 * to int32, then to float64, which finally becomes float32 if that is exact for every value. So the type depends only
 * on the values, not on the runs.
 */
export class BlockBuilder {
  readonly #memory = new BlockMemory();
  #block: Buildable = this.#memory.none;
  #length = 0;
  readonly #onBlock: (samples: Samples) => void;

  constructor(onBlock: (samples: Samples) => void) {
    this.#onBlock = onBlock;
  }

  append(run: Samples): void {
    let taken = 0;
    while (taken < run.length) {
      this.#reserve(Math.min(BLOCK_SAMPLES, this.#length + run.length - taken));
      const part = run.subarray(taken, taken + BLOCK_SAMPLES - this.#length);
      taken += this.#copy(part);
      if (this.#length === BLOCK_SAMPLES) this.#emit();
    }
  }

  /** Passes the rest to `onBlock`; the builder is then empty and holds no memory. */
  finish(): void {
    if (this.#length > 0) this.#emit();
    this.release();
  }

  /** Gives up what has not been passed on. To be called if the builder is not finished. */
  release(): void {
    this.#block = this.#memory.none;
    this.#length = 0;
    this.#memory.release();
  }

  #emit(): void {
    const full = this.#block.subarray(0, this.#length);
    this.#length = 0;
    this.#onBlock(full instanceof Float64Array ? narrowed(full) : full);
    this.#block = this.#memory.next();
  }

  /**
   * Copies values that fit the block's current type; widens it at the first that does not. Returns how many were
   * copied.
   */
  #copy(part: Samples): number {
    const from = this.#length;
    const block = this.#block;
    let copied: number;
    if (block instanceof Float64Array) copied = copyToFloat64(part, block, from);
    else if (block instanceof Int32Array) copied = copyIntegers(part, block, from, MISSING_INT32, 2147483647);
    else if (part instanceof Int16Array) {
      block.set(part, from);
      copied = part.length;
    } else copied = copyIntegers(part, block, from, MISSING_INT16, 32767);
    this.#length += copied;
    if (copied < part.length) this.#widen(part[copied] as number);
    return copied;
  }

  #reserve(wanted: number): void {
    if (wanted > this.#block.length) this.#move(sampleType(this.#block) as Width, wanted);
  }

  #widen(value: number): void {
    const fits32 =
      this.#block instanceof Int16Array && Number.isInteger(value) && value > MISSING_INT32 && value <= 2147483647;
    this.#move(fits32 ? 'int32' : 'float64', this.#block.length);
  }

  /** Continues in other memory. */
  #move(width: Width, size: number): void {
    const old = this.#block.subarray(0, this.#length);
    this.#block = this.#memory.larger(width, size, (block) => {
      if (width === sampleType(old)) block.set(old);
      else if (width === 'int32') copyIntegers(old, block as Int32Array, 0, MISSING_INT32, 2147483647);
      else copyToFloat64(old, block as Float64Array, 0);
    });
  }
}

/**
 * Copies until a value does not fit `target`, replacing the missing marker of the source by the target's. Returns how
 * many were copied.
 */
function copyIntegers(
  source: Samples,
  target: Int16Array | Int32Array,
  at: number,
  marker: number,
  highest: number,
): number {
  const missing = markerOf(source);
  for (let i = 0; i < source.length; i++) {
    const value = source[i] as number;
    if (value !== value || value === missing) target[at + i] = marker;
    else if (value > marker && value <= highest && (value | 0) === value) target[at + i] = value;
    else return i;
  }
  return source.length;
}

function copyToFloat64(source: Samples, target: Float64Array, at: number): number {
  target.set(source, at);
  const missing = markerOf(source);
  if (missing === missing) {
    for (let i = at; i < at + source.length; i++) if (target[i] === missing) target[i] = NaN;
  }
  return source.length;
}

function narrowed(block: Float64Array): Samples {
  for (let i = 0; i < block.length; i++) {
    const value = block[i] as number;
    if (Math.fround(value) !== value && value === value) return block;
  }
  return Float32Array.from(block);
}
