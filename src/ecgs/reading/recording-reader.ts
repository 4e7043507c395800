/** Reads the samples that one request needs: what that is, is told once, and everything is fetched with few queries. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Connection } from 'mongoose';
import type { Frames, Lane, ReadFrames } from '../../formats/common/frames.ts';
import { BLOCK_SAMPLES } from '../../signal/block-builder.ts';
import type { Samples } from '../../signal/samples.ts';
import type { ObjectId } from '../store/model.ts';
import { MissingBlock, storedBlocks } from '../store/stored-blocks.ts';
import { type Span, SpanCursor } from './span-cursor.ts';

/** Bytes of samples that a reader holds at most, of however many channels, with the reply of mongod from which it takes them. */
export const BUDGET_BYTES = 64 << 20;
/** Of these: a reply, which mongod ends at 16 MiB; */
const REPLY_BYTES = 16 << 20;
/** blocks that came in a document with others, and are needed later; */
const EARLY_BYTES = 2 << 20;
/** and the samples of the channels that are being read. */
const LANE_BYTES = BUDGET_BYTES - REPLY_BYTES - EARLY_BYTES;
/** What is fetched at once where there is more. One block of each channel that is read is fetched in any case, if it fits. */
const AHEAD_BYTES = 8 << 20;

/** Samples of one block. They are valid until the next are asked for. */
export interface Part {
  /** Number of the span. */
  span: number;
  channel: number;
  /** Number of the first sample in its channel. */
  first: number;
  samples: Samples;
}

interface Reading {
  cursor: SpanCursor;
  perFrame: number;
}

interface Plan {
  /** Samples of each lane that are fetched at a time. */
  step: number;
  /** Of all lanes. */
  bytes: number;
}

/**
 * Usage: `const reader = new RecordingReader(database, ecg._id, spans, signal)`, then `reader.read(lanes, most)` for each set of
 * spans that are needed side by side; a span is read once.
 *
 * Each stored document is fetched once, but in two cases: where the blocks of the channels that are read side by side do not fit
 * the budget together, they are fetched in parts, and each document as often as it has parts; and where short blocks that share a
 * document are needed too far apart to be kept.
 */
export class RecordingReader {
  /** Bytes of samples that were held at most; a reply came on top of them. */
  mostHeld = 0;
  readonly #database: Connection;
  readonly #ecg: ObjectId;
  readonly #cursors: readonly SpanCursor[];
  readonly #signal: AbortSignal | undefined;

  /**
   * @param spans in the order in which they are needed; the lanes of `read` name them by their place in this list
   * @param signal ends the reading with its reason
   */
  constructor(database: Connection, ecg: ObjectId, spans: readonly Span[], signal?: AbortSignal) {
    this.#database = database;
    this.#ecg = ecg;
    this.#cursors = spans.map((span) => new SpanCursor(span));
    this.#signal = signal;
  }

  /** Errors of reading: `MissingBlock`, and the signal's reason. Other work of the event loop goes on between two of its answers. */
  readonly read: ReadFrames = (lanes, most) => this.#frames(lanes, most);

  async *#frames(lanes: readonly Lane[], most: number): AsyncGenerator<Frames, void, void> {
    const reading = lanes.map(({ channel, perFrame }) => ({
      cursor: this.#cursors[channel] as SpanCursor,
      perFrame,
    }));
    const plan = planOf(reading, most);
    for (;;) {
      this.#signal?.throwIfAborted();
      for (let hungry = lacking(reading); hungry.length > 0; hungry = lacking(reading)) await this.#fetch(hungry, plan);
      const count = Math.min(most, framesReady(reading));
      if (count === 0) return;
      yield { count, runs: reading.map(({ cursor, perFrame }) => cursor.take(count * perFrame)) };
      await nextTurn();
    }
  }

  /** Reads the spans one after the other, block by block: of each block what belongs to the span. Errors: those of `read`. */
  async *inTurn(): AsyncGenerator<Part, void, void> {
    for (const [number, cursor] of this.#cursors.entries()) {
      const { channel } = cursor.span;
      const plan = planOf([{ cursor, perFrame: 1 }], BLOCK_SAMPLES);
      while (cursor.ready > 0 || cursor.left > 0) {
        this.#signal?.throwIfAborted();
        if (cursor.ready === 0) await this.#fetch([cursor], plan);
        const first = cursor.at;
        for (const samples of cursor.take(BLOCK_SAMPLES - (first % BLOCK_SAMPLES))) {
          yield { span: number, channel, first, samples };
          await nextTurn();
        }
      }
    }
  }

  /** Fetches the next samples of these, and what comes behind them as far as there is room. */
  async #fetch(hungry: readonly SpanCursor[], { step, bytes: planned }: Plan): Promise<void> {
    for (const cursor of hungry) cursor.trim();
    const stops = new Map(hungry.map((cursor) => [cursor, cursor.stopAfter(step)]));
    const now = hungry.reduce((sum, cursor) => sum + cursor.width * Math.min(step, cursor.left), 0);
    // What the plan may still need is left free.
    let room = Math.min(AHEAD_BYTES - now, LANE_BYTES - planned - this.#heldBytes());
    for (const cursor of this.#cursors) {
      const bytes = cursor.width * cursor.left;
      if (bytes === 0 || bytes > room || stops.has(cursor)) continue;
      stops.set(cursor, cursor.span.end);
      room -= bytes;
    }
    const places = [...stops].flatMap(([cursor, stop]) => cursor.lacking(stop));
    // Parts of blocks leave no room for others.
    let early = step < BLOCK_SAMPLES ? Infinity : this.#cursors.reduce((sum, { earlyBytes }) => sum + earlyBytes, 0);
    const wanted = (early === Infinity ? [...stops.keys()] : this.#cursors).filter(({ left }) => left > 0);
    const channels = [...new Set(wanted.map(({ span }) => span.channel))];
    for await (const blocks of storedBlocks(this.#database, this.#ecg, places, channels, this.#signal)) {
      for (const block of blocks) {
        for (const cursor of wanted) {
          if (cursor.span.channel !== block.channel) continue;
          if (stops.has(cursor)) cursor.keep(block, stops.get(cursor));
          else if (early + cursor.width * BLOCK_SAMPLES <= EARLY_BYTES) early += cursor.keep(block);
        }
      }
    }
    this.mostHeld = Math.max(this.mostHeld, this.#heldBytes());
    for (const [cursor, stop] of stops) {
      const missing = cursor.settle(stop);
      if (missing) throw new MissingBlock(this.#ecg, missing);
    }
  }

  #heldBytes(): number {
    return this.#cursors.reduce((sum, { heldBytes }) => sum + heldBytes, 0);
  }
}

/** Whole blocks where those of all lanes fit the budget, else an equal part of a block. */
function planOf(reading: readonly Reading[], most: number): Plan {
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
const lacking = (reading: readonly Reading[]): SpanCursor[] =>
  reading.filter(({ cursor, perFrame }) => cursor.left > 0 && cursor.ready < perFrame).map(({ cursor }) => cursor);

/** Frames for which there is enough of every lane that goes on; when all have been fetched, to the end of the longest. */
function framesReady(reading: readonly Reading[]): number {
  const goingOn = reading.filter(({ cursor }) => cursor.left > 0);
  if (goingOn.length > 0)
    return Math.min(...goingOn.map(({ cursor, perFrame }) => Math.floor(cursor.ready / perFrame)));
  return Math.max(0, ...reading.map(({ cursor, perFrame }) => Math.ceil(cursor.ready / perFrame)));
}
