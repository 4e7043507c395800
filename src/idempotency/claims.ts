/** Takes, keeps and releases the keys of requests. A key is one document, and every step is one write of it. */
import { type ClientSession, type Connection, Types } from 'mongoose';
import { isDuplicateKey } from '../database/duplicate-key.ts';
import { type KeptAnswer, keyCollection, type StoredKey } from './model.ts';

/** A running request without a sign of life for this long is dead: a repeat takes its place. */
const SILENT_MS = 15_000;
/** How often a running request shows a sign of life. */
export const HEARTBEAT_MS = 5_000;
/** How long an answer is kept. */
const KEPT_MS = 24 * 60 * 60 * 1_000;
/** A key that is being completed is locked by a transaction: nobody waits longer for it. */
const MAX_TIME_MS = 1_000;

/** The key of one request. */
export interface Claim {
  id: string;
  holder: Types.ObjectId;
}

/** Milliseconds from now, on the database's clock. */
const after = (ms: number) => ({ $add: ['$$NOW', ms] });

/**
 * Takes a key, unless another request has it.
 * @param fingerprint null if the body has not been read
 * @returns the document: the claim's own, or that of the request that came first
 * Errors: those of the database, also while the first request is completing.
 */
export async function takeKey(
  database: Connection,
  { id, holder }: Claim,
  fingerprint: string | null,
): Promise<StoredKey> {
  // A missing time counts as past, so that the first request creates the document.
  const isDead = { $and: [{ $eq: ['$state', 'running'] }, { $lte: ['$aliveUntil', '$$NOW'] }] };
  const isFree = { $or: [{ $lte: ['$expiresAt', '$$NOW'] }, isDead] };
  const own = {
    _id: id,
    holder,
    state: 'running',
    fingerprint: { $literal: fingerprint },
    aliveUntil: after(SILENT_MS),
    answer: null,
    expiresAt: after(KEPT_MS),
  };
  const take = [{ $replaceWith: { $cond: [isFree, own, '$$ROOT'] } }];
  const options = { upsert: true, returnDocument: 'after', maxTimeMS: MAX_TIME_MS } as const;
  for (let tries = 1; ; tries++) {
    try {
      const found = await keyCollection(database).findOneAndUpdate({ _id: id }, take, options);
      if (found) return found;
      throw new Error('the database made no key and no error');
    } catch (error) {
      // Two requests have created it at the same time; now it is there.
      if (!isDuplicateKey(error) || tries > 1) throw error;
    }
  }
}

const running = ({ id, holder }: Claim) => ({ _id: id, holder, state: 'running' }) as const;

/** A sign of life of the request. Errors: those of the database. */
export async function renewKey(database: Connection, claim: Claim): Promise<void> {
  const alive = [{ $set: { aliveUntil: after(SILENT_MS), expiresAt: after(KEPT_MS) } }];
  await keyCollection(database).updateOne(running(claim), alive, { maxTimeMS: MAX_TIME_MS });
}

/**
 * Keeps an answer for a day. Returns false if another request has taken the key, because this one was dead.
 * @param session the transaction of what the answer tells. Errors: those of the database
 */
export async function completeKey(
  database: Connection,
  claim: Claim,
  fingerprint: string | null,
  answer: KeptAnswer,
  session: ClientSession | null,
): Promise<boolean> {
  const kept = { state: 'done', fingerprint, answer, aliveUntil: null };
  const done = [{ $set: { ...literals(kept), expiresAt: after(KEPT_MS) } }];
  const { matchedCount } = await keyCollection(database).updateOne(running(claim), done, session ? { session } : {});
  return matchedCount === 1;
}

/** Otherwise a text that begins with a dollar sign would be a field's name. */
const literals = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, { $literal: value }]));

/**
 * Releases a key, so that the request may be sent again. Errors: those of the database.
 * @param isUndone whether the request has certainly had no effect. Otherwise the key is released only if nothing was
 * completed
 */
export async function releaseKey(database: Connection, { id, holder }: Claim, isUndone: boolean): Promise<void> {
  const own = isUndone ? { _id: id, holder } : running({ id, holder });
  await keyCollection(database).deleteOne(own, { maxTimeMS: MAX_TIME_MS });
}

export const newClaim = (id: string): Claim => ({ id, holder: new Types.ObjectId() });
