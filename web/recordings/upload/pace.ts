/** How fast bytes go, and how long it will take. Pure: times are given. */

/** Milliseconds that are looked back at. */
const WINDOW_MS = 5_000;
/** Below it, nothing is said. */
const LEAST_MS = 500;

export class Pace {
  #points: { at: number; bytes: number }[] = [];

  /** @param bytes so far; fewer than before: it goes on from there. @param at milliseconds */
  note(bytes: number, at: number): void {
    if (bytes < (this.#points.at(-1)?.bytes ?? 0)) this.#points = [];
    this.#points.push({ at, bytes });
    const since = at - WINDOW_MS;
    while (this.#points.length > 2 && (this.#points[1]?.at ?? at) <= since) this.#points.shift();
  }

  /** Bytes per second; null while it is not known. */
  get rate(): number | null {
    const first = this.#points[0];
    const last = this.#points.at(-1);
    if (!first || !last || last.at - first.at < LEAST_MS || last.bytes <= first.bytes) return null;
    return ((last.bytes - first.bytes) * 1_000) / (last.at - first.at);
  }

  /** Whole seconds until so many more bytes are sent; null while it is not known. */
  secondsFor(bytes: number): number | null {
    const { rate } = this;
    return rate === null ? null : Math.ceil(bytes / rate);
  }

  /** After a pause, the time of the pause does not count. */
  restart(): void {
    this.#points = [];
  }
}
