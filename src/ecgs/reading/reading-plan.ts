/** Plans how much a reader of recordings fetches at a time to keep within its budget. */
import { BLOCK_SAMPLES } from '../../signal/samples.ts';
import type { SpanCursor } from './span-cursor.ts';

/**
 * Greatest number of bytes of samples that a reader holds, for any number of channels, including the reply of mongod.
 */
export const BUDGET_BYTES = 64 << 20;
/** Of these: a reply, which mongod limits to 16 MiB; */
const REPLY_BYTES = 16 << 20;
/** blocks that came in the same document as others, and are needed later; */
export const EARLY_BYTES = 2 << 20;
/** and the samples of the channels being read. */
export const LANE_BYTES = BUDGET_BYTES - REPLY_BYTES - EARLY_BYTES;
/**
 * Usual size of a fetch: buffers that live longer than a few of them outlive two minor garbage collections, and then
 * wait for a full one. One block of each channel being read is always fetched, if it fits.
 */
export const AHEAD_BYTES = 2 << 20;
/** Everything that is left is fetched at once if it is no more than this. */
export const REST_BYTES = 8 << 20;

/** A channel read in parallel with others. */
export interface Reading {
  cursor: SpanCursor;
  perFrame: number;
}

export interface Plan {
  /** Samples of each lane fetched at a time. */
  step: number;
  /** Most that is then held of all lanes. */
  bytes: number;
  /** Whether blocks may be held as they are stored, and decoded when they are needed. */
  mayStayEncoded: boolean;
  /** Whether the next samples are fetched while those that have arrived are being used. */
  isAhead: boolean;
}

/**
 * Whole blocks if those of all lanes fit the budget, both as they are stored and one of each lane decoded; otherwise an
 * equal part of a block.
 */
export function planOf(reading: readonly Reading[], most: number): Plan {
  const width = reading.reduce((sum, { cursor }) => sum + cursor.width, 0);
  const frame = reading.reduce((sum, { cursor, perFrame }) => sum + cursor.width * perFrame, 0);
  const block = width * BLOCK_SAMPLES;
  // Less than a frame may be left when more is fetched, and the caller may still hold the last frames.
  const besides = frame + Math.min(most * frame, block);
  const mayStayEncoded = LANE_BYTES - besides >= 2 * block;
  if (mayStayEncoded) {
    const step = BLOCK_SAMPLES * Math.max(1, Math.floor(AHEAD_BYTES / block));
    const bytes = step * width + block + besides;
    const isAhead = bytes + step * width <= LANE_BYTES;
    return { step, bytes: isAhead ? bytes + step * width : bytes, mayStayEncoded, isAhead };
  }
  const fitting = Math.max(1, (LANE_BYTES - besides) / width);
  const step = fitting < BLOCK_SAMPLES ? Math.ceil(BLOCK_SAMPLES / Math.ceil(BLOCK_SAMPLES / fitting)) : BLOCK_SAMPLES;
  return { step, bytes: step * width + besides, mayStayEncoded, isAhead: false };
}

/** Lanes without a complete frame ready that have more to fetch. */
export const hungryOf = (reading: readonly Reading[]): SpanCursor[] =>
  reading.filter(({ cursor, perFrame }) => cursor.left > 0 && cursor.ready < perFrame).map(({ cursor }) => cursor);

/** The lanes that will be the first to have no complete frame ready. */
export function nextHungryOf(reading: readonly Reading[]): SpanCursor[] {
  const frames = ({ cursor, perFrame }: Reading): number => Math.floor(cursor.ready / perFrame);
  const goingOn = reading.filter(({ cursor }) => cursor.left > 0);
  const fewest = Math.min(...goingOn.map(frames));
  return goingOn.filter((lane) => frames(lane) === fewest).map(({ cursor }) => cursor);
}

/**
 * Number of frames for which every continuing lane has enough samples; when all are fetched, to the end of the longest.
 */
export function framesReady(reading: readonly Reading[]): number {
  const goingOn = reading.filter(({ cursor }) => cursor.left > 0);
  if (goingOn.length > 0)
    return Math.min(...goingOn.map(({ cursor, perFrame }) => Math.floor(cursor.ready / perFrame)));
  return Math.max(0, ...reading.map(({ cursor, perFrame }) => Math.ceil(cursor.ready / perFrame)));
}
