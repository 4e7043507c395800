/** The marks of a recording around the window: those of its file and the reader's own. */
import { type Signal, signal } from '@preact/signals';
import { api, type Schemas } from '../api/client.ts';
import { answered, asFailure, type Failure, isAbort } from '../api/failure.ts';

export type Mark = Schemas['EcgAnnotation'];

/** At most about so many marks are shown in one window and the pages beside it. */
const MOST = 500;
/** How long the window must have rested before its marks are asked for, in milliseconds. */
const REST_MS = 150;
/** How far a search for the next mark looks at first, in seconds; then ever farther. */
const FIRST_REACH = 20;
/** Windows are half-open: so many seconds more, and a mark at the very end of the recording is among those found. */
const BEYOND_END = 1;

export interface MarkQuery {
  /** Seconds, half-open. */
  from: number;
  to: number;
  cursor?: string;
}

/** Asks the service for a page of marks. @throws Failure */
export type AskMarks = (query: MarkQuery, stop?: AbortSignal) => Promise<{ items: Mark[]; nextCursor: string | null }>;

type Range = readonly [from: number, to: number];

/** A page of the marks of a recording. @throws Failure */
export const marksOf = async (id: string, query: MarkQuery, stop?: AbortSignal) =>
  answered(
    api.GET('/ecgs/{id}/annotations', {
      params: { path: { id }, query },
      ...(stop ? { signal: stop } : {}),
    }),
  );

export class Events {
  /** In order of time; those around the window, or all. */
  readonly marks: Signal<readonly Mark[]> = signal([]);
  /** Whether there are more marks in the window than are shown. */
  readonly isCut = signal(false);
  readonly failure = signal<Failure | null>(null);
  readonly #areAll: Signal<boolean>;
  readonly #duration: number;
  readonly #ask: AskMarks;
  /** The window that was wanted last. */
  #window: Range | null = null;
  /** What is loaded. */
  #loaded: Range = [0, -1];
  #stop = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param least marks of the whole recording: those of attached files and the reader's own come on top
   * @param duration seconds
   */
  constructor(least: number, duration: number, ask: AskMarks) {
    this.#areAll = signal(least <= MOST);
    this.#duration = duration;
    this.#ask = ask;
  }

  /** Whether the marks of the whole recording are loaded at once, because they are few. */
  get areAll(): boolean {
    return this.#areAll.value;
  }

  /** Loads the marks of a window and one page on each side, unless they are there. */
  want(from: number, to: number): void {
    clearTimeout(this.#timer);
    this.#window = [from, to];
    if (this.#loaded[0] <= from && to <= this.#loaded[1] && !this.isCut.peek()) return;
    this.#timer = setTimeout(() => void this.#load(from, to), REST_MS);
  }

  /** Whether the recording has marks, as far as is known. */
  get areAny(): boolean {
    return !this.areAll || this.marks.value.length > 0;
  }

  /** Those of a window. At the end of the recording, those that follow its last sample belong to it. */
  shown(from: number, to: number): Mark[] {
    const isLast = to >= this.#duration;
    return this.marks.value.filter(({ at, duration }) => at + (duration ?? 0) >= from && (isLast || at < to));
  }

  /** Loads them again, after one was added or removed. */
  async reload(): Promise<void> {
    if (this.#window && this.#loaded[1] >= 0) await this.#load(...this.#window);
  }

  async #load(from: number, to: number): Promise<void> {
    this.#stop.abort();
    this.#stop = new AbortController();
    const { signal: stop } = this.#stop;
    const page = to - from;
    const end = to + BEYOND_END;
    // The widest range whose marks are few enough.
    const ranges: Range[] = [
      [Math.max(0, from - page), end + page],
      [from, end],
    ];
    if (this.#areAll.peek()) ranges.unshift([0, Math.max(to, this.#duration) + BEYOND_END]);
    try {
      for (const range of ranges) {
        const { found, isCut } = await this.#allOf(range, stop);
        if (stop.aborted) return;
        if (isCut) this.#areAll.value = false;
        if (isCut && range !== ranges.at(-1)) continue;
        this.#loaded = range;
        this.isCut.value = isCut;
        this.failure.value = null;
        this.marks.value = found;
        return;
      }
    } catch (error) {
      if (isAbort(error) || stop.aborted) return;
      const failure = asFailure(error);
      // A window behind the last sample has no marks.
      if (failure.code === 'window-outside') this.marks.value = [];
      else this.failure.value = failure;
    }
  }

  /** The marks of a range, until there are too many. */
  async #allOf([from, to]: Range, stop: AbortSignal): Promise<{ found: Mark[]; isCut: boolean }> {
    const found: Mark[] = [];
    let cursor: string | null = null;
    do {
      const page = await this.#ask({ from, to, ...(cursor === null ? {} : { cursor }) }, stop);
      found.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null && found.length < MOST);
    return { found, isCut: cursor !== null };
  }

  /** The time of the next mark after a time, or of the last one before it; null if there is none. @throws Failure */
  async next(time: number, direction: 1 | -1, duration: number): Promise<number | null> {
    for (let reach = FIRST_REACH, edge = time; ; reach *= 4) {
      const far = direction === 1 ? edge + reach : edge - reach;
      const [from, to] = direction === 1 ? [edge, far + BEYOND_END] : [Math.max(0, far), edge];
      if (from < to && from < duration) {
        const found = await this.#first(from, to, time, direction);
        if (found !== null) return found;
      }
      edge = far;
      if (direction === 1 ? edge >= duration : edge <= 0) return null;
    }
  }

  async #first(from: number, to: number, time: number, direction: 1 | -1): Promise<number | null> {
    let found: number | null = null;
    let cursor: string | null = null;
    do {
      const page = await this.#ask({ from, to, ...(cursor === null ? {} : { cursor }) });
      for (const { at } of page.items) {
        if (direction === 1 && at > time + 1e-6) return at;
        if (direction === -1 && at < time - 1e-6) found = at;
      }
      cursor = page.nextCursor;
    } while (cursor !== null);
    return found;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#stop.abort();
  }
}
