/** Reads the samples that one request needs: they are declared once, and fetched with few queries. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Connection } from 'mongoose';
import type { Frames, Lane, ReadFrames } from '../../formats/common/frames.ts';
import { BLOCK_SAMPLES } from '../../signal/samples.ts';
import type { Samples } from '../../signal/samples.ts';
import type { ObjectId } from '../store/model.ts';
import { MissingBlock, storedBlocks } from '../store/stored-blocks.ts';
import {
  AHEAD_BYTES,
  EARLY_BYTES,
  framesReady,
  hungryOf,
  LANE_BYTES,
  nextHungryOf,
  type Plan,
  planOf,
  REST_BYTES,
} from './reading-plan.ts';
import { HeldPart } from './held-part.ts';
import { type Span, SpanCursor } from './span-cursor.ts';

/** Samples of one block, valid until the next part is requested. */
export interface Part {
  /** Index of the span. */
  span: number;
  channel: number;
  /** Number of the first sample in its channel. */
  first: number;
  samples: Samples;
}

/** Waits for a fetch that nobody needs any more: whoever ends reading leaves nothing behind. */
const settled = async (fetch: Promise<Fetched> | null): Promise<void> => {
  await fetch?.catch(() => undefined);
};

/** What one fetch has brought. */
interface Fetched {
  /** Up to which sample of each span. */
  stops: ReadonlyMap<SpanCursor, number>;
  /** By index of the block. */
  parts: ReadonlyMap<SpanCursor, ReadonlyMap<number, HeldPart>>;
}

/**
 * Usage: `const reader = new RecordingReader(database, ecg._id, spans, signal)`, then `reader.read(lanes, most)` for
 * each set of spans that are read in parallel; a span is read once.
 *
 * Each stored document is fetched once, with two exceptions. If the blocks of channels read in parallel do not fit the
 * budget together, they are fetched in parts, and each document once per part. If short blocks in the same document are
 * needed too far apart to be kept, it is fetched again.
 */
export class RecordingReader {
  /** Greatest number of bytes of samples held, not counting a reply. */
  mostHeld = 0;
  readonly #database: Connection;
  readonly #ecg: ObjectId;
  readonly #cursors: readonly SpanCursor[];
  readonly #signal: AbortSignal | undefined;

  /**
   * @param spans in the order in which they are needed; the lanes of `read` refer to them by index
   * @param signal aborts the reading with its reason
   */
  constructor(database: Connection, ecg: ObjectId, spans: readonly Span[], signal?: AbortSignal) {
    this.#database = database;
    this.#ecg = ecg;
    this.#cursors = spans.map((span) => new SpanCursor(ecg, span));
    this.#signal = signal;
  }

  /**
   * Keeps samples that were read before, if there is room, so that they are not fetched again.
   * @param part all that the spans of its channel need of its block
   */
  keep({ channel, first, samples }: Omit<Part, 'span'>): void {
    for (const cursor of this.#cursors)
      if (cursor.span.channel === channel)
        this.#keepEarly(cursor, Math.floor(first / BLOCK_SAMPLES), () => HeldPart.of(samples));
  }

  /**
   * Errors of reading: `MissingBlock`, `DamagedBlock`, and the signal's reason. Other work of the event loop can run
   * between two results.
   */
  readonly read: ReadFrames = (lanes, most) => this.#frames(lanes, most);

  async *#frames(lanes: readonly Lane[], most: number): AsyncGenerator<Frames, void, void> {
    const reading = lanes.map(({ channel, perFrame }) => ({
      cursor: this.#cursors[channel] as SpanCursor,
      perFrame,
    }));
    const plan = planOf(reading, most);
    let next: Promise<Fetched> | null = null;
    try {
      for (;;) {
        this.#signal?.throwIfAborted();
        for (let hungry = hungryOf(reading); hungry.length > 0; hungry = hungryOf(reading)) {
          for (const cursor of hungry) cursor.trim();
          this.#settle(await (next ?? this.#fetch(hungry, plan)));
          next = this.#fetchAhead(nextHungryOf(reading), plan);
        }
        const count = Math.min(most, framesReady(reading));
        if (count === 0) return;
        yield { count, runs: reading.map(({ cursor, perFrame }) => cursor.take(count * perFrame)) };
        await nextTurn();
      }
    } finally {
      for (const { cursor } of reading) cursor.release();
      await settled(next);
    }
  }

  /**
   * Reads the spans one after the other, block by block: of each block the part in the span. Errors: those of `read`.
   */
  async *inTurn(): AsyncGenerator<Part, void, void> {
    for (const [number, cursor] of this.#cursors.entries()) {
      const { channel } = cursor.span;
      const plan = planOf([{ cursor, perFrame: 1 }], BLOCK_SAMPLES);
      let next: Promise<Fetched> | null = null;
      try {
        while (cursor.ready > 0 || cursor.left > 0) {
          this.#signal?.throwIfAborted();
          if (cursor.ready === 0) {
            this.#settle(await (next ?? this.#fetch([cursor], plan)));
            next = this.#fetchAhead(cursor.left > 0 ? [cursor] : [], plan);
          }
          let first = cursor.at;
          for (const samples of cursor.take(BLOCK_SAMPLES - (first % BLOCK_SAMPLES))) {
            yield { span: number, channel, first, samples };
            first += samples.length;
            await nextTurn();
          }
        }
      } finally {
        cursor.release();
        await settled(next);
      }
    }
  }

  /** Begins the next fetch; whoever needs it awaits it, and gets its error. */
  #fetchAhead(hungry: readonly SpanCursor[], plan: Plan): Promise<Fetched> | null {
    if (!plan.isAhead || hungry.length === 0) return null;
    const next = this.#fetch(hungry, plan);
    next.catch(() => undefined);
    return next;
  }

  /** Fetches the next samples of these spans, and as much after them as fits. One fetch is to be settled at a time. */
  async #fetch(hungry: readonly SpanCursor[], plan: Plan): Promise<Fetched> {
    const stops = this.#stops(hungry, plan);
    const places = [...stops].flatMap(([cursor, stop]) => cursor.lacking(stop));
    // If blocks come in parts, there is no room for others.
    const cursors = plan.step < BLOCK_SAMPLES ? [...stops.keys()] : this.#cursors.filter(({ left }) => left > 0);
    const ofChannel = new Map<number, SpanCursor[]>();
    for (const cursor of cursors) {
      const { channel } = cursor.span;
      const others = ofChannel.get(channel);
      if (others) others.push(cursor);
      else ofChannel.set(channel, [cursor]);
    }
    const parts = new Map([...stops.keys()].map((cursor) => [cursor, new Map<number, HeldPart>()]));
    let arrived = 0;
    for await (const blocks of storedBlocks(this.#database, this.#ecg, places, [...ofChannel.keys()], this.#signal)) {
      for (const block of blocks) {
        for (const cursor of ofChannel.get(block.channel) ?? []) {
          const stop = stops.get(cursor);
          const part = stop === undefined ? null : cursor.neededOf(block, plan.mayStayEncoded, stop);
          if (part) {
            parts.get(cursor)?.set(block.index, part);
            arrived += part.bytes;
          } else this.#keepEarly(cursor, block.index, () => cursor.neededOf(block, plan.mayStayEncoded));
        }
      }
    }
    this.mostHeld = Math.max(this.mostHeld, this.#heldBytes() + arrived);
    return { stops, parts };
  }

  /** Errors: `MissingBlock` */
  #settle({ stops, parts }: Fetched): void {
    for (const [cursor, stop] of stops) {
      const missing = cursor.settle(stop, parts.get(cursor) ?? new Map<number, HeldPart>());
      if (missing) throw new MissingBlock(this.#ecg, missing);
    }
  }

  /**
   * How far to fetch each span: those that need samples as planned, others to their end as long as all together are
   * small.
   */
  #stops(hungry: readonly SpanCursor[], { step, bytes: planned }: Plan): Map<SpanCursor, number> {
    const rest = this.#cursors.reduce((sum, { width, left }) => sum + width * left, 0);
    // Leaves free what the plan may still need.
    const free = LANE_BYTES - planned - this.#heldBytes();
    if (rest <= Math.min(REST_BYTES, free))
      return new Map(this.#cursors.filter(({ left }) => left > 0).map((cursor) => [cursor, cursor.span.end]));
    const stops = new Map(hungry.map((cursor) => [cursor, cursor.stopAfter(step)]));
    const now = hungry.reduce((sum, { width, left }) => sum + width * Math.min(step, left), 0);
    let room = Math.min(AHEAD_BYTES - now, free);
    for (const cursor of this.#cursors) {
      const bytes = cursor.width * cursor.left;
      if (bytes === 0 || bytes > room || stops.has(cursor)) continue;
      stops.set(cursor, cursor.span.end);
      room -= bytes;
    }
    return stops;
  }

  /** Keeps the part of a block that a span needs later, if it needs one and there is room. */
  #keepEarly(cursor: SpanCursor, index: number, part: () => HeldPart | null): void {
    const length = cursor.lackedOf(index);
    if (length === 0) return;
    const early = this.#cursors.reduce((sum, { earlyBytes }) => sum + earlyBytes, 0);
    if (early + cursor.width * length > EARLY_BYTES) return;
    const kept = part();
    if (kept) cursor.keepEarly(index, kept);
  }

  #heldBytes(): number {
    return this.#cursors.reduce((sum, { heldBytes }) => sum + heldBytes, 0);
  }
}
