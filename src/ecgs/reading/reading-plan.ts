/** How much a reader of recordings fetches at a time, so that it stays within its budget. */
import { BLOCK_SAMPLES } from '../../signal/block-builder.ts';
import type { SpanCursor } from './span-cursor.ts';

/** Bytes of samples that a reader holds at most, of however many channels, with the reply of mongod from which it takes them. */
export const BUDGET_BYTES = 64 << 20;
/** Of these: a reply, which mongod ends at 16 MiB; */
const REPLY_BYTES = 16 << 20;
/** blocks that came in a document with others, and are needed later; */
export const EARLY_BYTES = 2 << 20;
/** and the samples of the channels that are being read. */
export const LANE_BYTES = BUDGET_BYTES - REPLY_BYTES - EARLY_BYTES;
/** What is fetched at once where there is more. One block of each channel that is read is fetched in any case, if it fits. */
export const AHEAD_BYTES = 8 << 20;

/** A channel that is read beside others. */
export interface Reading {
  cursor: SpanCursor;
  perFrame: number;
}

export interface Plan {
  /** Samples of each lane that are fetched at a time. */
  step: number;
  /** What is held of all lanes then, at most. */
  bytes: number;
}

/** Whole blocks where those of all lanes fit the budget, else an equal part of a block. */
export function planOf(reading: readonly Reading[], most: number): Plan {
  const width = reading.reduce((sum, { cursor }) => sum + cursor.width, 0);
  const frame = reading.reduce((sum, { cursor, perFrame }) => sum + cursor.width * perFrame, 0);
  // Less than a frame may be left when more is fetched, and the caller may still have the frames that came last.
  const besides = frame + Math.min(most * frame, width * BLOCK_SAMPLES);
  const fitting = Math.max(1, (LANE_BYTES - besides) / width);
  const step =
    fitting < BLOCK_SAMPLES
      ? Math.ceil(BLOCK_SAMPLES / Math.ceil(BLOCK_SAMPLES / fitting))
      : BLOCK_SAMPLES * Math.max(1, Math.floor(AHEAD_BYTES / (width * BLOCK_SAMPLES)));
  return { step, bytes: step * width + besides };
}

/** Those of which no whole frame is ready, though there is more to fetch. */
export const hungryOf = (reading: readonly Reading[]): SpanCursor[] =>
  reading.filter(({ cursor, perFrame }) => cursor.left > 0 && cursor.ready < perFrame).map(({ cursor }) => cursor);

/** Frames for which there is enough of every lane that goes on; when all have been fetched, to the end of the longest. */
export function framesReady(reading: readonly Reading[]): number {
  const goingOn = reading.filter(({ cursor }) => cursor.left > 0);
  if (goingOn.length > 0)
    return Math.min(...goingOn.map(({ cursor, perFrame }) => Math.floor(cursor.ready / perFrame)));
  return Math.max(0, ...reading.map(({ cursor, perFrame }) => Math.ceil(cursor.ready / perFrame)));
}
