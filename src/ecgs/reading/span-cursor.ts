/** Moves forward over a span of one channel, and holds samples that are fetched and not yet returned. */
import { BLOCK_SAMPLES } from '../../signal/block-builder.ts';
import { SAMPLE_ARRAYS, type Samples, type SampleType } from '../../signal/samples.ts';
import type { StoredChannel, StoredEcg } from '../store/model.ts';
import { type BlockPlace, samplesOf, type StoredBlock } from '../store/stored-blocks.ts';
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
  #parts: readonly Samples[] = [];
  #used = 0;
  /** Parts of blocks after `#fetched` that arrived with others, by index. */
  #early: ReadonlyMap<number, Samples> = new Map();

  constructor(span: Span) {
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

  /** The part of a block that is needed, up to sample `stop`; null if there is none, or it has arrived before. */
  neededOf(block: StoredBlock, stop = this.span.end): Samples | null {
    const start = block.index * BLOCK_SAMPLES;
    const from = Math.max(this.#fetched, start);
    const to = Math.min(stop, start + BLOCK_SAMPLES);
    return from < to && !this.#early.has(block.index) ? samplesOf(block, from - start, to - start) : null;
  }

  /** Number of samples of a block that are needed and have not arrived. */
  lackedOf(index: number): number {
    if (this.#early.has(index)) return 0;
    const start = index * BLOCK_SAMPLES;
    return Math.max(0, Math.min(this.span.end, start + BLOCK_SAMPLES) - Math.max(this.#fetched, start));
  }

  /** Keeps a part that is needed later. */
  keepEarly(index: number, samples: Samples): void {
    this.#early = new Map([...this.#early, [index, samples]]);
  }

  /**
   * Makes parts ready, at least up to sample `stop`. Its lists are new ones each time: one that has grown old, and is
   * replaced, would keep its samples in memory until the next full garbage collection.
   * @param arrived by index of the block
   * @returns the first block that has not arrived, or is too short; or null
   */
  settle(stop: number, arrived: ReadonlyMap<number, Samples>): BlockPlace | null {
    const parts = [...this.#parts];
    const early = new Map(this.#early);
    while (this.#fetched < stop) {
      const index = blockOf(this.#fetched);
      const samples = arrived.get(index) ?? early.get(index);
      early.delete(index);
      if (samples !== undefined) {
        parts.push(samples);
        this.#fetched += samples.length;
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
    this.#parts = [part.slice(this.#used), ...this.#parts.slice(1)];
    this.#used = 0;
  }

  /**
   * Returns the next samples that are ready, at most `count`, in runs of one block each. They belong to the
   * caller; none is a view, which would keep a whole part in memory.
   */
  take(count: number): Samples[] {
    const runs: Samples[] = [];
    const end = Math.min(this.at + count, this.#fetched);
    while (this.at < end) {
      const part = this.#parts[0] as Samples;
      const isWhole = this.#used === 0 && part.length <= end - this.at;
      const run = isWhole ? part : part.slice(this.#used, this.#used + end - this.at);
      runs.push(run);
      this.at += run.length;
      this.#used += run.length;
      if (this.#used === part.length) {
        this.#parts = this.#parts.slice(1);
        this.#used = 0;
      }
    }
    return runs;
  }
}

function bytesOf(parts: Iterable<Samples>): number {
  let bytes = 0;
  for (const { byteLength } of parts) bytes += byteLength;
  return bytes;
}
