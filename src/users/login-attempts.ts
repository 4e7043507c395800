/**
 * Records failed log-ins, and the addresses of recent successful ones. It does so in the database, so that all
 * instances count together and a restart forgets nothing. Accounts and addresses are keyed hashes, and documents
 * expire.
 */
import { createHmac } from 'node:crypto';
import type { Connection } from 'mongoose';
import { isDuplicateKey } from '../database/duplicate-key.ts';
import { loginCollection } from './model.ts';

/** Seconds after which a few failures are forgotten. */
const WINDOW = 15 * 60;
/** Seconds for which failures are remembered once they have caused a delay. */
const LONG_WINDOW = 24 * 60 * 60;
/** Seconds of the first delay; every further failure doubles it. */
const FIRST_DELAY = 30;
export const LONGEST_DELAY = 15 * 60;
/** Days for which an address of a successful log-in is remembered. */
const KNOWN_DAYS = 30;

/** This many seconds from now, on the database's clock. */
const inSeconds = (seconds: unknown) => ({ $add: ['$$NOW', { $multiply: [1_000, seconds] }] });

export class LoginAttempts {
  readonly #database: Connection;
  readonly #secret: string;

  /** @param secret the same for all instances */
  constructor(database: Connection, secret: string) {
    this.#database = database;
    this.#secret = secret;
  }

  /** The id under which something is counted. */
  id(kind: 'account' | 'pair' | 'known', ...parts: string[]): string {
    return `${kind} ${createHmac('sha256', this.#secret)
      .update(JSON.stringify([kind, ...parts]))
      .digest('base64url')}`;
  }

  /**
   * Counts an attempt as failed, unless it has to wait. Times are those of the database.
   * @param free how many may fail without a delay; after these, every failure doubles the delay of the next attempt
   * @returns milliseconds to wait; 0: the attempt may be made
   */
  async count(id: string, free: number): Promise<number> {
    const isFresh = { $gt: ['$forgetAt', '$$NOW'] };
    const mayTry = { $eq: ['$wait', 0] };
    const isDelayed = { $gte: ['$failures', free] };
    const delay = {
      $min: [LONGEST_DELAY, { $multiply: [FIRST_DELAY, { $pow: [2, { $subtract: ['$failures', free] }] }] }],
    };
    const update = [
      // A missing time counts as past, so that the first attempt creates the document.
      { $set: { failures: { $cond: [isFresh, '$failures', 0] }, until: { $cond: [isFresh, '$until', '$$NOW'] } } },
      {
        $set: {
          wait: { $max: [0, { $subtract: ['$until', '$$NOW'] }] },
          forgetBefore: { $cond: [isFresh, '$forgetAt', '$$NOW'] },
        },
      },
      { $set: { failures: { $add: ['$failures', { $cond: [mayTry, 1, 0] }] } } },
      {
        $set: {
          until: { $cond: [{ $and: [mayTry, isDelayed] }, inSeconds(delay), '$until'] },
          forgetAt: { $cond: [mayTry, inSeconds({ $cond: [isDelayed, LONG_WINDOW, WINDOW] }), '$forgetAt'] },
        },
      },
    ];
    for (;;) {
      try {
        const attempts = await loginCollection(this.#database).findOneAndUpdate({ _id: id }, update, {
          upsert: true,
          returnDocument: 'after',
        });
        return attempts?.wait ?? 0;
      } catch (error) {
        // Two attempts created the document at the same time.
        if (!isDuplicateKey(error)) throw error;
      }
    }
  }

  /** Takes back an attempt that was counted and has not failed. */
  async giveBack(id: string): Promise<void> {
    const failures = { $max: [0, { $subtract: ['$failures', 1] }] };
    const forgetAt = { $ifNull: ['$forgetBefore', '$forgetAt'] };
    await loginCollection(this.#database).updateOne({ _id: id }, [{ $set: { failures, until: '$$NOW', forgetAt } }]);
  }

  /** Forgets the failures. */
  async forget(id: string): Promise<void> {
    await loginCollection(this.#database).deleteOne({ _id: id });
  }

  /** Remembers an address from which somebody has logged in. */
  async know(id: string): Promise<void> {
    await loginCollection(this.#database).updateOne(
      { _id: id },
      [{ $set: { forgetAt: { $add: ['$$NOW', KNOWN_DAYS * 86_400_000] } } }],
      {
        upsert: true,
      },
    );
  }

  async isKnown(id: string): Promise<boolean> {
    return (
      (await loginCollection(this.#database).findOne(
        { _id: id, $expr: { $gt: ['$forgetAt', '$$NOW'] } },
        { projection: { _id: 1 } },
      )) !== null
    );
  }
}
