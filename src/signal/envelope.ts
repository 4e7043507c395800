/**
 * The envelope of a channel: the lowest and highest sample of each bin, for pictures of long stretches. Bins are
 * anchored at the first sample of the recording: bin k of level L has the samples from k · 2^L up to (k + 1) · 2^L.
 */
import { addressOf, envelopeOf, KERNELS } from './kernel.ts';
import { BLOCK_SAMPLES, joinedRuns, markerOf, SAMPLE_ARRAYS, type Samples, sampleType } from './samples.ts';

/** The finest level that is stored: bins of 64 samples. */
export const FINEST_LEVEL = 6;
/** Bins of a full tile: those of the finest level in one block. */
export const TILE_BINS = BLOCK_SAMPLES >> FINEST_LEVEL;

/** Successive bins. Both arrays have the same type and length; in a bin without any sample, both are missing. */
export interface Envelope {
  minimum: Samples;
  maximum: Samples;
}

/** A stored part of the envelope: bins `tile · TILE_BINS` and following of a level. */
export interface Tile extends Envelope {
  level: number;
  tile: number;
}

/**
 * The bins of at most a block of samples.
 * @param level 2 or above; the first sample begins a bin
 */
export function envelopeOfSamples(samples: Samples, level: number): Envelope {
  const type = sampleType(samples);
  const direct = Math.min(level, FINEST_LEVEL);
  const bins = KERNELS[type].envelope(addressOf(samples), samples.length, 1 << direct);
  const both = envelopeOf(type, bins).slice();
  let envelope: Envelope = { minimum: both.subarray(0, bins), maximum: both.subarray(bins) };
  for (let at = direct; at < level; at++) envelope = halved(envelope);
  return envelope;
}

/** The bins of the next level, each of two bins; the last may be of one. The first bin must have an even number. */
export function halved({ minimum, maximum }: Envelope): Envelope {
  const ArrayOfType = SAMPLE_ARRAYS[sampleType(minimum)];
  const missing = markerOf(minimum);
  const bins = Math.ceil(minimum.length / 2);
  const lower = new ArrayOfType(bins);
  const upper = new ArrayOfType(bins);
  for (let bin = 0, i = 0; bin < bins; bin++, i += 2) {
    const [a, b] = [minimum[i] as number, minimum[i + 1] ?? missing];
    const [c, d] = [maximum[i] as number, maximum[i + 1] ?? missing];
    // NaN is not equal to itself.
    const isFirstMissing = a === missing || a !== a;
    const isSecondMissing = b === missing || b !== b;
    lower[bin] = isFirstMissing ? b : isSecondMissing || a < b ? a : b;
    upper[bin] = isFirstMissing ? d : isSecondMissing || c > d ? c : d;
  }
  return { minimum: lower, maximum: upper };
}

/** Envelopes one after the other, in the widest type of them. */
export const joined = (parts: readonly Envelope[]): Envelope => ({
  minimum: joinedRuns(parts.map(({ minimum }) => minimum)),
  maximum: joinedRuns(parts.map(({ maximum }) => maximum)),
});

/** What is known of one level while its tiles are built. */
interface Level {
  /** Number of tiles passed on. */
  passed: number;
  /** What the next tile is made of: the bins of at most two tiles of the level below, halved. */
  parts: Envelope[];
}

/**
 * Builds the tiles of one channel from its blocks in order. A tile of the finest level is that of one block; two tiles
 * make one of the next level, up to the level on which a single tile has the whole channel. A channel of one block has
 * no tiles, since its samples are read as quickly.
 */
export class EnvelopeBuilder {
  readonly #onTile: (tile: Tile) => void;
  readonly #levels: Level[] = [];
  /** The first block, until there is another one. */
  #first: Envelope | null = null;

  /** @param onTile receives each tile, whose arrays it may keep */
  constructor(onTile: (tile: Tile) => void) {
    this.#onTile = onTile;
  }

  /** Adds the next block; only the last may be shorter than `BLOCK_SAMPLES`. */
  push(block: Samples): void {
    // Its only one.
    if (block.length < BLOCK_SAMPLES && this.#levels.length === 0 && this.#first === null) return;
    const envelope = envelopeOfSamples(block, FINEST_LEVEL);
    if (this.#levels.length === 0 && this.#first === null) {
      this.#first = envelope;
      return;
    }
    if (this.#first !== null) this.#complete(0, this.#first);
    this.#first = null;
    this.#complete(0, envelope);
  }

  /** Passes on the last, shorter tiles. Nothing may be added after this. */
  finish(): void {
    for (let at = 1; at < this.#levels.length; at++) {
      // The whole channel is in one tile of the level below, which is the top.
      if (this.#level(at - 1).passed === 1) return;
      const { parts } = this.#level(at);
      if (parts.length > 0) this.#level(at + 1).parts.push(halved(this.#pass(at, joined(parts))));
    }
  }

  #complete(at: number, envelope: Envelope): void {
    const above = this.#level(at + 1);
    above.parts.push(halved(this.#pass(at, envelope)));
    if (above.parts.length < 2) return;
    const whole = joined(above.parts);
    above.parts = [];
    this.#complete(at + 1, whole);
  }

  #pass(at: number, envelope: Envelope): Envelope {
    this.#onTile({ level: FINEST_LEVEL + at, tile: this.#level(at).passed++, ...envelope });
    return envelope;
  }

  #level(at: number): Level {
    return (this.#levels[at] ??= { passed: 0, parts: [] });
  }
}
