/** Reads what a picture of a time window needs: samples, or bins from the stored envelopes, or from a few blocks. */
import type { Connection } from 'mongoose';
import { type Envelope, envelopeOfSamples, FINEST_LEVEL, halved, joined, TILE_BINS } from '../../signal/envelope.ts';
import { BLOCK_SAMPLES, joinedRuns, type Samples } from '../../signal/samples.ts';
import { DamagedData, decoded } from '../store/block-encoding.ts';
import { envelopeCollection, type StoredTile } from '../store/content-model.ts';
import type { StoredChannel, StoredEcg } from '../store/model.ts';
import { isCalculated, partsOf } from './calculated.ts';
import { spanOf } from './span-cursor.ts';
import { binsOf, tilesOf, topLevel, type WaveformSpan } from './waveform-plan.ts';

/** What is sent of one channel: samples, or the lowest and highest of each bin. */
export interface Waveform {
  span: WaveformSpan;
  content: { samples: Samples } | Envelope;
}

/** The level on which a block is one bin. */
const BLOCK_LEVEL = Math.log2(BLOCK_SAMPLES);
/** Tiles of one reply: 4 MiB at most, whatever their type. */
const BATCH_TILES = 256;

/**
 * Reads spans, in their order. Channels without stored tiles, or with missing or damaged ones, are read from their
 * blocks.
 * @param signal aborts the reading with its reason
 * Errors: `MissingBlock`, `DamagedBlock`
 */
export async function waveforms(
  ecg: StoredEcg,
  spans: readonly WaveformSpan[],
  database: Connection,
  signal?: AbortSignal,
): Promise<Waveform[]> {
  const envelopes = await fromTiles(ecg, spans, database);
  const others = spans.filter((_, i) => envelopes[i] === null);
  const read = await fromBlocks(ecg, others, database, signal);
  let next = 0;
  return spans.map((span, i) => ({ span, content: envelopes[i] ?? (read[next++] as Waveform['content']) }));
}

/** The bins of the spans that are on stored levels; null for the others. */
async function fromTiles(
  ecg: StoredEcg,
  spans: readonly WaveformSpan[],
  database: Connection,
): Promise<(Envelope | null)[]> {
  const wanted = spans.map((span) => {
    const top = topLevel(ecg.channels[span.channel] as StoredChannel);
    const isBinned = ecg.envelopeDocuments !== undefined && !isCalculated(ecg.channels[span.channel]);
    const isStored = isBinned && top !== null && span.level >= FINEST_LEVEL;
    return isStored && span.first < span.end ? { span, ...tilesOf(span, top) } : null;
  });
  const some = wanted.filter((one) => one !== null);
  if (some.length === 0) return spans.map(() => null);
  const conditions = some.map(({ span: { channel }, level, first, end }) => ({
    channel,
    level,
    tile: { $gte: first, $lt: end },
  }));
  const parts = new Map(some.map(({ span }) => [span.channel, new Map<number, Envelope>()]));
  const tiles = envelopeCollection(database)
    .find({ ecg: ecg._id, $or: conditions })
    .project<StoredTile>({ channel: 1, tile: 1, type: 1, encoding: 1, crc32: 1, data: 1 })
    .batchSize(BATCH_TILES);
  for await (const stored of tiles) {
    const tile = tileOf(stored);
    if (tile) parts.get(stored.channel)?.set(stored.tile, tile);
  }
  return wanted.map((one) => {
    if (one === null) return null;
    const found = parts.get(one.span.channel) as Map<number, Envelope>;
    if (found.size < one.end - one.first) return null;
    const tileNumbers = [...found.keys()].toSorted((a, b) => a - b);
    const tiled = joined(tileNumbers.map((tile) => found.get(tile) as Envelope));
    const envelope = coarser(tiled, one.span.level - one.level);
    const offset = one.span.level > one.level ? 0 : one.first * TILE_BINS;
    const { first, end } = binsOf(one.span);
    return {
      minimum: envelope.minimum.subarray(first - offset, end - offset),
      maximum: envelope.maximum.subarray(first - offset, end - offset),
    };
  });
}

/** The envelope some levels above. */
function coarser(envelope: Envelope, levels: number): Envelope {
  return levels <= 0 ? envelope : coarser(halved(envelope), levels - 1);
}

/** Null if the tile is damaged: the blocks have the same bins. */
function tileOf(stored: StoredTile): Envelope | null {
  try {
    const both = decoded(stored).slice();
    const bins = both.length / 2;
    return { minimum: both.subarray(0, bins), maximum: both.subarray(bins) };
  } catch (error) {
    if (error instanceof DamagedData) return null;
    throw error;
  }
}

/** Samples, or bins that are made of them. */
async function fromBlocks(
  ecg: StoredEcg,
  wanted: readonly WaveformSpan[],
  database: Connection,
  signal?: AbortSignal,
): Promise<Waveform['content'][]> {
  const runs = wanted.map((): Samples[] => []);
  const envelopes = wanted.map((): Envelope[] => []);
  const spans = wanted.map((span) => spanOf(ecg, span.channel, span));
  for await (const { span, samples } of partsOf(ecg, spans, database, signal)) {
    const { level } = wanted[span] as WaveformSpan;
    if (level === 0) runs[span]?.push(samples.slice());
    else envelopes[span]?.push(envelopeOfSamples(samples, Math.min(level, BLOCK_LEVEL)));
  }
  return wanted.map(({ level }, i) =>
    level === 0
      ? { samples: joinedRuns(runs[i] as Samples[]) }
      : coarser(joined(envelopes[i] as Envelope[]), level - BLOCK_LEVEL),
  );
}
