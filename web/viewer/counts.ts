/** How often each lead crosses zero: in the window, and in the whole recording; counted by the service. */
import { type Signal, signal } from '@preact/signals';
import { api, type Schemas } from '../api/client.ts';
import { answered, asFailure, type Failure, isAbort, isPassing } from '../api/failure.ts';

export type Insights = Schemas['Insights'];

/** How long the window must have rested before it is counted, in milliseconds. */
const REST_MS = 120;
/** How long after a failed request it is sent again, in milliseconds. */
const AGAIN_MS = 3_000;

export interface CountQuery {
  /** Seconds; without them, the whole recording. */
  from?: number;
  to?: number;
  /** Physical. */
  deadBand?: number;
  /** All if omitted. */
  channels?: string;
}

/** Asks the service for the counts of a window. @throws Failure */
export type AskCounts = (query: CountQuery, stop: AbortSignal) => Promise<Insights>;

/** The insights of a recording, or of a window of it. @throws Failure */
export async function insightsOf(id: string, query: CountQuery, stop: AbortSignal): Promise<Insights> {
  return answered(api.GET('/ecgs/{id}/insights', { params: { path: { id }, query }, signal: stop }));
}

export class Counts {
  /** Of the window and the dead-band wanted last; null until they are there. */
  readonly window: Signal<Insights | null> = signal(null);
  readonly whole: Signal<Insights>;
  /** The dead-band with which the whole recording was counted. */
  readonly wholeBand = signal(0);
  readonly isCounting = signal(false);
  readonly failure = signal<Failure | null>(null);
  readonly #ask: AskCounts;
  #stop = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #counted = '';

  /** @param whole the counts of the whole recording without dead-band */
  constructor(whole: Insights, ask: AskCounts) {
    this.#ask = ask;
    this.whole = signal(whole);
  }

  /** Counts again when the window or the dead-band has changed, once they have rested. @param deadBand physical */
  want(from: number, to: number, deadBand: number): void {
    const key = `${from}/${to}/${deadBand}`;
    if (key === this.#counted) return;
    this.#counted = key;
    // Numbers of another window must not be read as those of this one.
    this.#stop.abort();
    this.window.value = null;
    this.isCounting.value = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#count(from, to, deadBand), REST_MS);
  }

  async #count(from: number, to: number, deadBand: number): Promise<void> {
    this.#stop = new AbortController();
    const { signal: stop } = this.#stop;
    this.isCounting.value = true;
    try {
      const [window, whole] = await Promise.all([
        this.#ask({ from, to, deadBand }, stop),
        deadBand === this.wholeBand.peek() ? null : this.#ask({ deadBand }, stop),
      ]);
      if (stop.aborted) return;
      this.window.value = window;
      if (whole) {
        this.whole.value = whole;
        this.wholeBand.value = deadBand;
      }
      this.failure.value = null;
      this.isCounting.value = false;
    } catch (error) {
      if (isAbort(error) || stop.aborted) return;
      const failure = asFailure(error);
      this.failure.value = failure;
      this.isCounting.value = false;
      if (isPassing(failure)) this.#timer = setTimeout(() => void this.#count(from, to, deadBand), AGAIN_MS);
      else this.#counted = '';
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#stop.abort();
  }
}
