/** A semaphore with a bounded queue: when both the running and the waiting places are taken, work is rejected. */
import { Problem } from '../errors.ts';

/** Default length of the queue. */
export const MAX_WAITING = 100;
/** Milliseconds after which waiting work is rejected: the running work may be waiting for the database. */
const MAX_WAIT = 8_000;

export class Gate {
  readonly #width: number;
  readonly #maxWaiting: number;
  readonly #maxWait: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /**
   * @param width how many may run at the same time
   * @param maxWaiting how many may wait
   * @param maxWait how long they may wait, in milliseconds
   */
  constructor(width: number, maxWaiting = MAX_WAITING, maxWait = MAX_WAIT) {
    this.#width = width;
    this.#maxWaiting = maxWaiting;
    this.#maxWait = maxWait;
  }

  /** Runs the work when it is its turn, first come, first served. Errors: `too-busy`, and those of the work. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#width) this.#running += 1;
    else await this.#wait();
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      // The place is passed on rather than freed, so that new work cannot overtake waiting work.
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
  new Problem('too-busy', 'Too many log-ins are being checked at the moment. Try again in a second.', {
    headers: { 'Retry-After': '1' },
  });
