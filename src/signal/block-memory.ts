/** Memory for one block that is built or read: a slot of the kernel while there is one, otherwise the heap. */
import { SLOTS, viewAt } from './kernel.ts';
import { BLOCK_SAMPLES, SAMPLE_ARRAYS, type Samples, type SampleType } from './samples.ts';

/** The types in which a block is built. */
export type Width = 'int16' | 'int32' | 'float64';
export type Buildable = Int16Array | Int32Array | Float64Array;

interface Slot {
  at: number;
  units: number;
}

const NONE = new Int16Array(0);

export class BlockMemory {
  /** No memory: the block before its first sample. */
  readonly none: Buildable = NONE;
  #slot: Slot | null = null;

  /**
   * A larger or wider block. A slot holds a full block; on the heap it grows by doubling, so that a short channel needs
   * little memory.
   * @param size number of samples wanted
   * @param fill copies to it what the block holds so far, whose memory is then given back
   */
  larger(width: Width, size: number, fill: (block: Buildable) => void): Buildable {
    const former = this.#slot;
    const slot = this.#take(unitsOf(width));
    const block = (
      slot === null ? new SAMPLE_ARRAYS[width](doubled(size)) : viewAt(width, slot.at, BLOCK_SAMPLES)
    ) as Buildable;
    fill(block);
    if (former) SLOTS.release(former.at, former.units);
    return block;
  }

  /** Memory for a full block of any content; what it held before is lost. */
  full(type: SampleType): Samples {
    const units = unitsOf(type);
    if (this.#slot?.units !== units) {
      this.release();
      this.#take(units);
    }
    return this.#slot ? viewAt(type, this.#slot.at, BLOCK_SAMPLES) : new SAMPLE_ARRAYS[type](BLOCK_SAMPLES);
  }

  /** Memory for the next block, which starts with 16 bits. */
  next(): Buildable {
    if (this.#slot?.units === 1) return viewAt('int16', this.#slot.at, BLOCK_SAMPLES) as Int16Array;
    this.release();
    return NONE;
  }

  release(): void {
    if (this.#slot) SLOTS.release(this.#slot.at, this.#slot.units);
    this.#slot = null;
  }

  #take(units: number): Slot | null {
    const at = SLOTS.acquire(units);
    this.#slot = at === 0 ? null : { at, units };
    return this.#slot;
  }
}

const unitsOf = (type: SampleType): number => (BLOCK_SAMPLES * SAMPLE_ARRAYS[type].BYTES_PER_ELEMENT) / SLOTS.unitBytes;

const doubled = (size: number): number => Math.min(BLOCK_SAMPLES, 2 ** Math.ceil(Math.log2(size)));
