/** A semaphore with a bounded queue: so many at once, so many waiting, the next is turned away. */
import { Problem } from '../errors.ts';

/** Whoever comes when so many wait already is turned away. */
export const MAX_WAITING = 100;
/** Milliseconds after which whoever still waits is turned away: what runs may be waiting for the database. */
const MAX_WAIT = 8_000;

export class Gate {
  readonly #width: number;
  readonly #maxWaiting: number;
  readonly #maxWait: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** @param width how many run at once; @param maxWaiting how many may wait for that, and @param maxWait how long, ms */
  constructor(width: number, maxWaiting = MAX_WAITING, maxWait = MAX_WAIT) {
    this.#width = width;
    this.#maxWaiting = maxWaiting;
    this.#maxWait = maxWait;
  }

  /** Runs the work in its turn, first come, first served. Errors: `too-busy`, and what the work throws. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#width) this.#running += 1;
    else await this.#wait();
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      // The place is handed on rather than freed, so that a newcomer cannot slip in before the one who waits.
      if (next) next();
      else this.#running -= 1;
    }
  }

  #wait(): Promise<void> {
    if (this.#waiting.length >= this.#maxWaiting) throw tooBusy();
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        reject(tooBusy());
      }, this.#maxWait);
      this.#waiting.push(enter);
    });
  }
}

const tooBusy = (): Problem =>
  new Problem('too-busy', 'Too many log-ins are being checked at this moment. Try again in a second.', {
    headers: { 'Retry-After': '1' },
  });
