/** Moves forward over a span of one channel, and holds samples that are fetched and not yet returned. */
import { BlockMemory } from '../../signal/block-memory.ts';
import { BLOCK_SAMPLES, SAMPLE_ARRAYS, type Samples, type SampleType } from '../../signal/samples.ts';
import type { StoredBlock } from '../store/content-model.ts';
import type { ObjectId, StoredChannel, StoredEcg } from '../store/model.ts';
import { type BlockPlace, decoding } from '../store/stored-blocks.ts';
import { HeldPart } from './held-part.ts';
import type { SampleRange } from './window.ts';

/** Samples of one channel that a request reads. */
export interface Span extends SampleRange {
  /** Channel number in the recording. */
  channel: number;
  /** The widest type of its blocks. */
  type: SampleType;
}

/** @param number channel number */
export const spanOf = (ecg: Pick<StoredEcg, 'channels'>, number: number, { first, end }: SampleRange): Span => ({
  channel: number,
  first,
  end,
  type: (ecg.channels[number] as StoredChannel).sampleType,
});

/** All samples of a channel. @param number channel number */
export const wholeSpan = (ecg: Pick<StoredEcg, 'channels'>, number: number): Span =>
  spanOf(ecg, number, { first: 0, end: (ecg.channels[number] as StoredChannel).summary.samples });

const blockOf = (sample: number): number => Math.floor(sample / BLOCK_SAMPLES);

export class SpanCursor {
  readonly span: Span;
  /** Bytes of a sample, at most. */
  readonly width: number;
  /** Number of the next sample to be returned. */
  at: number;
  /** All samples before this one have been fetched. */
  #fetched: number;
  /** From `at` to `#fetched`, in parts of one block each; `#used` samples of the first part have been returned. */
  #parts: readonly HeldPart[] = [];
  #used = 0;
  /** The samples of the first part, once one of them has been returned. */
  #open: Samples | null = null;
  readonly #memory = new BlockMemory();
  /** Parts of blocks after `#fetched` that arrived with others, by index. */
  #early: ReadonlyMap<number, HeldPart> = new Map();
  readonly #ecg: ObjectId;

  constructor(ecg: ObjectId, span: Span) {
    this.#ecg = ecg;
    this.span = span;
    this.width = SAMPLE_ARRAYS[span.type].BYTES_PER_ELEMENT;
    this.at = span.first;
    this.#fetched = span.first;
  }

  /** Samples ready to be returned. */
  get ready(): number {
    return this.#fetched - this.at;
  }

  /** Samples still to be fetched. */
  get left(): number {
    return this.span.end - this.#fetched;
  }

  get earlyBytes(): number {
    return bytesOf(this.#early.values());
  }

  get heldBytes(): number {
    return bytesOf(this.#parts) + this.earlyBytes;
  }

  /**
   * End of a fetch of `step` samples: the next multiple of `step` in the block, or the block's end; or as many whole
   * blocks.
   */
  stopAfter(step: number): number {
    const inBlock = this.#fetched % BLOCK_SAMPLES;
    const steps = (Math.floor(inBlock / step) + 1) * step;
    return Math.min(this.span.end, this.#fetched - inBlock + Math.min(steps, Math.max(step, BLOCK_SAMPLES)));
  }

  /** The blocks up to sample `stop` that have not arrived. */
  lacking(stop: number): BlockPlace[] {
    const { channel } = this.span;
    const places: BlockPlace[] = [];
    for (let index = blockOf(this.#fetched); index * BLOCK_SAMPLES < stop; index++)
      if (!this.#early.has(index)) places.push({ channel, index });
    return places;
  }

  /**
   * The part of a block that is needed, up to sample `stop`; null if there is none, or it has arrived before.
   * @param mayStayEncoded see `HeldPart`
   * Errors: `DamagedBlock`
   */
  neededOf(block: StoredBlock, mayStayEncoded: boolean, stop = this.span.end): HeldPart | null {
    const start = block.index * BLOCK_SAMPLES;
    const from = Math.max(this.#fetched, start);
    const to = Math.min(stop, start + BLOCK_SAMPLES);
    if (from >= to || this.#early.has(block.index)) return null;
    return decoding(this.#ecg, block, () => HeldPart.ofBlock(block, from - start, to - start, mayStayEncoded));
  }

  /** Number of samples of a block that are needed and have not arrived. */
  lackedOf(index: number): number {
    if (this.#early.has(index)) return 0;
    const start = index * BLOCK_SAMPLES;
    return Math.max(0, Math.min(this.span.end, start + BLOCK_SAMPLES) - Math.max(this.#fetched, start));
  }

  /** Keeps a part that is needed later. */
  keepEarly(index: number, part: HeldPart): void {
    this.#early = new Map([...this.#early, [index, part]]);
  }

  /**
   * Makes parts ready, at least up to sample `stop`. Its lists are new ones each time: one that has grown old, and is
   * replaced, would keep its samples in memory until the next full garbage collection.
   * @param arrived by index of the block
   * @returns the first block that has not arrived, or is too short; or null
   */
  settle(stop: number, arrived: ReadonlyMap<number, HeldPart>): BlockPlace | null {
    const parts = [...this.#parts];
    const early = new Map(this.#early);
    while (this.#fetched < stop) {
      const index = blockOf(this.#fetched);
      const part = arrived.get(index) ?? early.get(index);
      early.delete(index);
      if (part !== undefined) {
        parts.push(part);
        this.#fetched += part.length;
      }
      const isWhole = this.#fetched >= Math.min(stop, (index + 1) * BLOCK_SAMPLES);
      if (!isWhole) return { channel: this.span.channel, index };
    }
    this.#parts = parts;
    this.#early = early;
    return null;
  }

  /** Frees the samples already returned of a part that is not used up. */
  trim(): void {
    const [part] = this.#parts;
    if (part === undefined || this.#used === 0) return;
    this.#parts = [part.after(this.#used), ...this.#parts.slice(1)];
    this.#used = 0;
    this.#open = null;
  }

  /**
   * Returns the next samples that are ready, at most `count`, in runs of one block each. They are valid until the next
   * call.
   * Errors: `DamagedBlock`
   */
  take(count: number): Samples[] {
    const runs: Samples[] = [];
    const end = Math.min(this.at + count, this.#fetched);
    while (this.at < end) {
      const part = this.#parts[0] as HeldPart;
      const place = { channel: this.span.channel, index: blockOf(this.at) };
      this.#open ??= decoding(this.#ecg, place, () => part.samples(this.#memory));
      const run = this.#open.subarray(this.#used, this.#used + end - this.at);
      this.at += run.length;
      this.#used += run.length;
      // The next part may be decoded in the same memory. Otherwise a view would keep a whole part in memory.
      const isLasting = part.isEncoded ? this.at === end : run.length === part.length;
      runs.push(isLasting ? run : run.slice());
      if (this.#used === part.length) {
        this.#parts = this.#parts.slice(1);
        this.#used = 0;
        this.#open = null;
      }
    }
    return runs;
  }

  /** Gives back the memory of the samples that were returned last; they are not valid any more. */
  release(): void {
    this.#open = null;
    this.#memory.release();
  }
}

function bytesOf(parts: Iterable<HeldPart>): number {
  let sum = 0;
  for (const { bytes } of parts) sum += bytes;
  return sum;
}
