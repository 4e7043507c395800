/**
 * The waveforms of a recording as far as they are needed: tiles of one level of detail, fetched for the visible window
 * and one page on each side, at most two requests at a time. Requests that are no longer needed are given up. Until a
 * tile is there, a coarser one is shown in its place.
 */
import { computed, signal } from '@preact/signals';
import { asFailure, type Failure, isAbort, isPassing } from '../api/failure.ts';
import { type Columns, type Piece } from './columns.ts';
import { coarserLevels, levelFor, pixelsFor, TILES_AT_ONCE, tilesBetween, tileSamples, topLevel } from './levels.ts';

/**
 * Asks the service for a window at a level of detail. @returns the pieces of all channels, in order; @throws Failure
 */
export type FetchWaveform = (
  window: { from: number; to: number; pixels: number },
  level: number,
  signal: AbortSignal,
) => Promise<Piece[]>;

export interface Recorded {
  /** Seconds of the longest channel. */
  duration: number;
  /** Hz, of each channel. */
  rates: readonly number[];
}

interface Tile {
  pieces: Piece[];
  bytes: number;
}

interface Fetching {
  level: number;
  first: number;
  end: number;
  stop: AbortController;
}

/** Bytes of tiles that are kept: those used longest ago are dropped. */
const KEPT_BYTES = 24 * 1024 * 1024;
/** Up to so many samples a lead, there is nothing but samples: bins would not be fewer by much. */
const SHORT_SAMPLES = 20_480;
const AT_ONCE = 2;
/** How long after a failed request it is sent again, in milliseconds. */
const AGAIN_MS = 3_000;

export class Waveforms {
  /** Counts what has arrived: pictures of an older revision are to be drawn again. */
  readonly revision = signal(0);
  /** Whether anything has arrived: what is of less use than the first picture waits for it. */
  readonly hasAny = computed(() => this.revision.value > 0);
  /** Why the latest request failed; null when all is well. Meanwhile the older picture stays. */
  readonly failure = signal<Failure | null>(null);
  /** Most requests that were under way at once; measured by the benchmark. */
  mostAtOnce = 0;

  readonly #fetch: FetchWaveform;
  readonly #recorded: Recorded;
  readonly #rate: number;
  readonly #top: number;
  readonly #tiles = new Map<string, Tile>();
  #bytes = 0;
  #wanted: { level: number; first: number; end: number }[] = [];
  readonly #fetching = new Set<Fetching>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(recorded: Recorded, fetch: FetchWaveform) {
    this.#fetch = fetch;
    this.#recorded = recorded;
    this.#rate = Math.max(...recorded.rates);
    const samples = recorded.duration * this.#rate;
    this.#top = samples <= SHORT_SAMPLES ? 0 : topLevel(samples);
  }

  /** Level of detail for a picture. */
  levelFor(pixelsPerSecond: number): number {
    return Math.min(levelFor(this.#rate / pixelsPerSecond), this.#top);
  }

  /** Asks for what a window needs, in the order in which it is needed; and no longer for what it does not need. */
  want(from: number, to: number, pixelsPerSecond: number): void {
    const level = this.levelFor(pixelsPerSecond);
    const page = to - from;
    const { duration } = this.#recorded;
    const range = (begin: number, end: number) => ({
      level,
      ...tilesBetween(level, this.#rate, Math.max(0, begin), Math.min(duration, end)),
    });
    this.#wanted = [
      range(from, to),
      // One tile with the whole recording: whatever is shown next, there is something to show.
      { level: this.#top, first: 0, end: 1 },
      range(to, to + page),
      range(from - page, from),
    ];
    for (const request of this.#fetching) {
      const isWanted = this.#wanted.some(
        (one) => one.level === request.level && one.first < request.end && request.first < one.end,
      );
      if (!isWanted) {
        this.#fetching.delete(request);
        request.stop.abort();
      }
    }
    this.#next();
  }

  /** Whether no request is under way. */
  get isIdle(): boolean {
    return this.#fetching.size === 0;
  }

  /** Whether everything of a window is there in its own level of detail. */
  isComplete(from: number, to: number, pixelsPerSecond: number): boolean {
    const level = this.levelFor(pixelsPerSecond);
    const { first, end } = tilesBetween(level, this.#rate, from, Math.min(to, this.#recorded.duration));
    for (let tile = first; tile < end; tile++) if (!this.#tiles.has(keyOf(level, tile))) return false;
    return true;
  }

  /** Puts what is there of a channel into columns: the wanted level, otherwise the finest coarser one. */
  fill(channel: number, columns: Columns, pixelsPerSecond: number): void {
    const level = this.levelFor(pixelsPerSecond);
    const perColumn = (this.#recorded.rates[channel] as number) / pixelsPerSecond;
    const columnAt = (tile: number): number => Math.round(((tile * tileSamples(level)) / this.#rate) * pixelsPerSecond);
    const from = columns.first / pixelsPerSecond;
    const to = (columns.first + columns.width) / pixelsPerSecond;
    const { first, end } = tilesBetween(level, this.#rate, from, Math.min(to, this.#recorded.duration));
    for (let number = first; number < end; number++) {
      const tile = this.#used(keyOf(level, number)) ?? this.#coarser(level, number);
      const piece = tile?.pieces[channel];
      if (!piece) continue;
      columns.add(piece, perColumn, columnAt(number), columnAt(number + 1));
      columns.fillLoaded(columnAt(number), columnAt(number + 1));
    }
  }

  /**
   * The samples of a channel in a range of seconds, as stretches in order; null if they are not all there as samples,
   * because the picture is too coarse or they are still on their way.
   */
  samples(channel: number, from: number, to: number): Piece[] | null {
    const { first, end } = tilesBetween(0, this.#rate, from, Math.min(to, this.#recorded.duration));
    const pieces: Piece[] = [];
    for (let number = first; number < end; number++) {
      const piece = this.#tiles.get(keyOf(0, number))?.pieces[channel];
      if (!piece || piece.samplesPerBin !== 1) return null;
      pieces.push(piece);
    }
    return pieces;
  }

  /** Loads everything anew. */
  reload(): void {
    this.close();
    this.#bytes = 0;
    this.revision.value++;
  }

  /** Gives everything up. */
  close(): void {
    clearTimeout(this.#timer);
    this.#wanted = [];
    for (const { stop } of this.#fetching) stop.abort();
    this.#fetching.clear();
    this.#tiles.clear();
  }

  /** Sends requests for what is wanted and missing, as long as fewer than two are under way. */
  #next(): void {
    while (this.#fetching.size < AT_ONCE) {
      const missing = this.#missing();
      if (!missing) return;
      void this.#load({ ...missing, stop: new AbortController() });
    }
  }

  #missing(): { level: number; first: number; end: number } | null {
    const isLacking = (level: number, tile: number): boolean =>
      !this.#tiles.has(keyOf(level, tile)) &&
      ![...this.#fetching].some((one) => one.level === level && one.first <= tile && tile < one.end);
    for (const { level, first, end } of this.#wanted) {
      let begin = first;
      while (begin < end && !isLacking(level, begin)) begin++;
      if (begin >= end) continue;
      let stop = begin + 1;
      while (stop < end && stop - begin < TILES_AT_ONCE && isLacking(level, stop)) stop++;
      return { level, first: begin, end: stop };
    }
    return null;
  }

  async #load(request: Fetching): Promise<void> {
    const { level, first, end, stop } = request;
    this.#fetching.add(request);
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#fetching.size);
    const seconds = tileSamples(level) / this.#rate;
    const from = first * seconds;
    const to = Math.min(end * seconds, this.#recorded.duration);
    try {
      const pixels = pixelsFor(level, (to - from) * this.#rate);
      const pieces = await this.#fetch({ from, to, pixels }, level, stop.signal);
      if (!this.#fetching.has(request)) return;
      for (let tile = first; tile < end; tile++) this.#keep(keyOf(level, tile), this.#cut(pieces, level, tile));
      this.failure.value = null;
      this.revision.value++;
    } catch (error) {
      if (isAbort(error) || !this.#fetching.has(request)) return;
      const failure = asFailure(error);
      this.failure.value = failure;
      this.#wanted = [];
      clearTimeout(this.#timer);
      // Other refusals are tried again by the reader.
      if (isPassing(failure)) this.#timer = setTimeout(() => this.retry(), AGAIN_MS);
      return;
    } finally {
      this.#fetching.delete(request);
    }
    this.#next();
  }

  /** Lets the picture ask again for what it needs. */
  retry(): void {
    this.revision.value++;
  }

  /** The part of pieces that belongs to a tile, with memory of its own. */
  #cut(pieces: readonly Piece[], level: number, tile: number): Tile {
    const share = tileSamples(level) / this.#rate;
    let bytes = 0;
    const cut = pieces.map((piece, channel) => {
      const rate = this.#recorded.rates[channel] as number;
      const bin = (seconds: number): number => (seconds * rate - piece.first) / piece.samplesPerBin;
      const begin = Math.max(0, Math.floor(bin(tile * share) + 1e-6));
      const end = Math.max(begin, Math.min(piece.low.length, Math.ceil(bin((tile + 1) * share) - 1e-6)));
      const part = (values: ArrayLike<number>) => (values as Int16Array).slice(begin, end);
      const low = part(piece.low);
      const high = piece.high === piece.low ? low : part(piece.high);
      bytes += low.byteLength + (high === low ? 0 : high.byteLength);
      return { ...piece, first: piece.first + begin * piece.samplesPerBin, low, high };
    });
    return { pieces: cut, bytes };
  }

  #keep(key: string, tile: Tile): void {
    this.#tiles.set(key, tile);
    this.#bytes += tile.bytes;
    for (const [old, { bytes }] of this.#tiles) {
      if (this.#bytes <= KEPT_BYTES) break;
      if (old === key || old === keyOf(this.#top, 0)) continue;
      this.#tiles.delete(old);
      this.#bytes -= bytes;
    }
  }

  /** A tile, which thereby becomes the one used last. */
  #used(key: string): Tile | undefined {
    const tile = this.#tiles.get(key);
    if (!tile) return undefined;
    this.#tiles.delete(key);
    this.#tiles.set(key, tile);
    return tile;
  }

  #coarser(level: number, number: number): Tile | undefined {
    const start = number * tileSamples(level);
    for (const coarse of coarserLevels(level, this.#top)) {
      const tile = this.#used(keyOf(coarse, Math.floor(start / tileSamples(coarse))));
      if (tile) return tile;
    }
    return undefined;
  }
}

const keyOf = (level: number, tile: number): string => `${level}/${tile}`;
