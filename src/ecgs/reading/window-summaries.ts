/** Summaries of windows: whole blocks from the block tables, partial blocks from their samples. */
import { BLOCK_SAMPLES } from '../../signal/samples.ts';
import { summarize } from '../../signal/summarize.ts';
import { EMPTY, merge, type SignalSummary } from '../../signal/summary.ts';
import { tableRow } from '../store/block-table.ts';
import type { StoredChannel, StoredEcg } from '../store/model.ts';
import type { Part } from './recording-reader.ts';
import { type Span, spanOf } from './span-cursor.ts';
import type { SampleRange } from './window.ts';

/** The windows of all channels of one recording, which was read with its block tables. */
export class WindowSummaries {
  readonly #ecg: StoredEcg;
  readonly #ranges: readonly SampleRange[];
  /** By channel: summaries of the blocks that its window covers in part, by block index. */
  readonly #cut: readonly Map<number, SignalSummary>[];

  /** @param ranges by channel */
  constructor(ecg: StoredEcg, ranges: readonly SampleRange[]) {
    this.#ecg = ecg;
    this.#ranges = ranges;
    this.#cut = ranges.map(
      (range, number) =>
        new Map(cutBlocks(range, channelOf(ecg, number).summary.samples).map((index) => [index, EMPTY])),
    );
  }

  /** What must be pushed: the parts of the blocks that are cut. */
  get spans(): Span[] {
    return this.#ranges.flatMap((range, number) =>
      [...(this.#cut[number]?.keys() ?? [])].map((index) => {
        const start = index * BLOCK_SAMPLES;
        const first = Math.max(range.first, start);
        return spanOf(this.#ecg, number, { first, end: Math.min(range.end, start + BLOCK_SAMPLES) });
      }),
    );
  }

  /** Adds the part of a block inside a window. Only cut blocks must be pushed. */
  push({ channel, first, samples }: Part): void {
    const index = Math.floor(first / BLOCK_SAMPLES);
    const cut = this.#cut[channel];
    if (cut?.has(index)) cut.set(index, summarize(samples, channelOf(this.#ecg, channel).zeroLevel));
  }

  /** The summaries by channel, after everything has been pushed. */
  get summaries(): SignalSummary[] {
    return this.#ranges.map(({ first, end }, number) => {
      let summary: SignalSummary = EMPTY;
      if (first === end) return summary;
      for (let index = Math.floor(first / BLOCK_SAMPLES); index * BLOCK_SAMPLES < end; index++) {
        const part = this.#cut[number]?.get(index) ?? tableRow(channelOf(this.#ecg, number).blockTable, index);
        summary = merge(summary, part);
      }
      return summary;
    });
  }
}

const channelOf = (ecg: StoredEcg, number: number): StoredChannel => ecg.channels[number] as StoredChannel;

/** The blocks that a range covers in part: none, one or two. */
function cutBlocks({ first, end }: SampleRange, total: number): number[] {
  if (first === end) return [];
  const firstBlock = Math.floor(first / BLOCK_SAMPLES);
  const lastBlock = Math.floor((end - 1) / BLOCK_SAMPLES);
  const cutAtStart = first % BLOCK_SAMPLES !== 0;
  const cutAtEnd = end !== total && end % BLOCK_SAMPLES !== 0;
  return [...new Set([...(cutAtStart ? [firstBlock] : []), ...(cutAtEnd ? [lastBlock] : [])])];
}
