/** One channel of a recording that is being written: its blocks are counted and encoded at once. */
import { createHash, type Hash } from 'node:crypto';
import { BlockBuilder } from '../../signal/block-builder.ts';
import { EnvelopeBuilder, type Tile } from '../../signal/envelope.ts';
import { BLOCK_SAMPLES, type SampleType, sampleType, widerType } from '../../signal/samples.ts';
import { type BlockEncoding, encoded, type EncodedSamples } from '../store/block-encoding.ts';
import { ChannelCounter, type MinuteBudget } from './counter.ts';

/** Receives the parts of a channel. */
export interface ChannelParts {
  onBlock: (index: number, samples: EncodedSamples) => void;
  onTile: (tile: Tile) => void;
}

/** Passes on full blocks and tiles; the last, shorter block is kept until it is stored with those of other channels. */
export class ChannelDraft {
  /** To be set before the first samples are appended. */
  zeroLevel = 0;
  samplingRate: number | null = null;
  hasEnded = false;
  /** The last block; null if there is none, or it is not held any longer. */
  tail: EncodedSamples | null = null;
  readonly digest: Hash = createHash('sha256');
  readonly builder: BlockBuilder;
  sampleType: SampleType = 'int16';
  readonly #envelope: EnvelopeBuilder;
  readonly #budget: MinuteBudget;
  #counter: ChannelCounter | null = null;

  constructor(encoding: BlockEncoding, budget: MinuteBudget, { onBlock, onTile }: ChannelParts) {
    this.#budget = budget;
    this.#envelope = new EnvelopeBuilder(onTile);
    this.builder = new BlockBuilder((samples) => {
      this.digest.update(sampleType(samples)).update(samples);
      this.sampleType = widerType(this.sampleType, sampleType(samples));
      const block = encoded(samples, encoding);
      if (samples.length < BLOCK_SAMPLES) this.tail = block;
      else onBlock(this.counter.blocks.length, block);
      this.counter.push(samples);
      this.#envelope.push(samples);
    });
  }

  /** What has been counted of the blocks so far. */
  get counter(): ChannelCounter {
    return (this.#counter ??= new ChannelCounter(this.zeroLevel, this.samplingRate, this.#budget));
  }

  /** Begins to count anew, with what is known after the last sample. */
  recount(zeroLevel: number, samplingRate: number | null): ChannelCounter {
    this.counter.forgetMinutes();
    return (this.#counter = new ChannelCounter(zeroLevel, samplingRate, this.#budget));
  }

  end(): void {
    this.hasEnded = true;
    this.builder.finish();
    this.#envelope.finish();
  }
}
