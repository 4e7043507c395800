/** A limited number of places per user at the same time, counted in this process. */
import type { Problem } from '../errors.ts';

export class PlacesPerUser {
  readonly #taken = new Map<string, number>();
  readonly #most: number;
  readonly #refusal: () => Problem;

  /** @param most places per user. @param refusal the error for a request beyond that */
  constructor(most: number, refusal: () => Problem) {
    this.#most = most;
    this.#refusal = refusal;
  }

  /** Takes a place. @returns releases it; to be called once. Errors: the refusal */
  take(userId: string): () => void {
    const others = this.#taken.get(userId) ?? 0;
    if (others >= this.#most) throw this.#refusal();
    this.#taken.set(userId, others + 1);
    return () => {
      const left = (this.#taken.get(userId) ?? 1) - 1;
      if (left === 0) this.#taken.delete(userId);
      else this.#taken.set(userId, left);
    };
  }
}
