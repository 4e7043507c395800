/**
 * Recordings that were read in the last seconds, so that insights need no query. This instance forgets a recording when
 * it changes it; other instances see the change when their copy expires.
 */
import { LRUCache } from 'lru-cache';
import type { StoredEcg } from './model.ts';

/** Milliseconds; less than the 5 s within which a change must be visible everywhere. */
const MAX_AGE_MS = 4_000;
/** Estimated bytes of a recording and of each of its channels, with the answer made of it, without texts. */
const RECORDING_BYTES = 2_500;
const CHANNEL_BYTES = 1_500;

export class RecordingCache {
  readonly #entries: LRUCache<string, StoredEcg>;
  /** Number of changes so far. */
  #changes = 0;

  /** @param bytes of all entries together; 0: nothing is kept */
  constructor(bytes: number, maxAge = MAX_AGE_MS) {
    // A recording that is larger than an eighth is not kept: it would push out many others.
    const maxEntrySize = Math.max(1, Math.floor(bytes / 8));
    this.#entries = new LRUCache({ maxSize: Math.max(1, bytes), maxEntrySize, sizeCalculation: sizeOf, ttl: maxAge });
  }

  /** A recording as it was at most `maxAge` ago. Whether the user may see it is not checked here. */
  get(id: string): StoredEcg | null {
    return this.#entries.get(id) ?? null;
  }

  /**
   * Reads a recording and keeps it, unless one was changed meanwhile: what was read may be older than the change.
   */
  async reading(read: () => Promise<StoredEcg | null>): Promise<StoredEcg | null> {
    const before = this.#changes;
    const start = performance.now();
    const ecg = await read();
    if (ecg && this.#changes === before) this.#entries.set(ecg._id.toHexString(), ecg, { start });
    return ecg;
  }

  /** Forgets a recording while it is changed, also if it is unknown whether the change succeeded. */
  async changing<T>(id: string, change: () => Promise<T>): Promise<T> {
    this.#forget(id);
    try {
      return await change();
    } finally {
      this.#forget(id);
    }
  }

  #forget(id: string): void {
    this.#changes++;
    this.#entries.delete(id);
  }
}

/** Texts take up to two bytes a character. */
const sizeOf = ({ channels, notes }: StoredEcg): number =>
  RECORDING_BYTES + 2 * (notes?.length ?? 0) + channels.length * CHANNEL_BYTES;
