/**
 * A part of a block that has been fetched and is not needed yet: its samples, or the block as it is stored if that
 * takes less memory.
 */
import { mongo } from 'mongoose';
import type { BlockMemory } from '../../signal/block-memory.ts';
import { SAMPLE_ARRAYS, type Samples } from '../../signal/samples.ts';
import { decoded } from '../store/block-encoding.ts';
import type { StoredBlock } from '../store/content-model.ts';

/** Number of samples of a packed block, according to its header. */
const packedLength = ({ buffer, position }: mongo.Binary): number =>
  position < 4 ? 0 : new DataView(buffer.buffer, buffer.byteOffset).getUint32(0, true);

export class HeldPart {
  /** Number of samples. */
  readonly length: number;
  /** Memory that it takes. */
  readonly bytes: number;
  readonly #held: StoredBlock | Samples;
  /** The first sample of a block that is held as it is stored. */
  readonly #from: number;

  private constructor(held: StoredBlock | Samples, bytes: number, from: number, length: number) {
    this.#held = held;
    this.bytes = bytes;
    this.#from = from;
    this.length = length;
  }

  /** Copies samples. */
  static of(samples: Samples): HeldPart {
    return new HeldPart(samples.slice(), samples.byteLength, 0, samples.length);
  }

  /**
   * Samples `[from, to)` of a block, or those of them that it has. Nothing of the reply that it came in is kept.
   * @param mayStayEncoded whether there will be memory for the whole block when it is decoded
   * Errors: `DamagedData`
   */
  static ofBlock(block: StoredBlock, from: number, to: number, mayStayEncoded: boolean): HeldPart {
    const stored = block.data.position;
    const isSmaller =
      mayStayEncoded &&
      block.encoding === 'packed' &&
      stored < (to - from) * SAMPLE_ARRAYS[block.type].BYTES_PER_ELEMENT;
    // A block with fewer samples is decoded, and so checked: it may be damaged.
    if (!isSmaller || packedLength(block.data) < to) return HeldPart.of(decoded(block).subarray(from, to));
    const bytes = Buffer.from(block.data.buffer.subarray(0, stored));
    return new HeldPart({ ...block, data: new mongo.Binary(bytes) }, stored, from, to - from);
  }

  /** Whether `samples` has to decode them. */
  get isEncoded(): boolean {
    return 'data' in this.#held;
  }

  /**
   * Its samples, in `memory` if they have to be decoded.
   * Errors: `DamagedData`
   */
  samples(memory: BlockMemory): Samples {
    const held = this.#held;
    if (!('data' in held)) return held;
    return decoded(held, memory).subarray(this.#from, this.#from + this.length);
  }

  /** What follows its first samples. */
  after(count: number): HeldPart {
    const held = this.#held;
    return 'data' in held
      ? new HeldPart(held, this.bytes, this.#from + count, this.length - count)
      : HeldPart.of(held.subarray(count));
  }
}
