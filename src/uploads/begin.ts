/** Begins uploads, as far as the quota of their user allows. */
import { type ClientSession, type Connection, Types } from 'mongoose';
import { type Along, inTransaction } from '../database/transaction.ts';
import { Problem } from '../errors.ts';
import type { Limits } from '../startup/config.ts';
import { guardCollection } from '../users/model.ts';
import { ownedBy, PENDING } from './find.ts';
import { type StoredUpload, uploadModel } from './model.ts';

export interface NewUpload {
  name: string | null;
  metadata: string | null;
  length: number;
}

/** When an upload expires that is used now, by the clock of the database. */
export const expiry = ({ uploadLifetimeSeconds }: Pick<Limits, 'uploadLifetimeSeconds'>): object => ({
  $add: ['$$NOW', 1_000 * uploadLifetimeSeconds],
});

/**
 * Stores a new upload. All uploads that a user begins write the same document, so that two at once never exceed the
 * quota together.
 * @param along what else belongs to the transaction
 * Errors: `upload-quota-exceeded`, those of `along`, and those of the database.
 */
export async function beginUpload(
  database: Connection,
  userId: string,
  { name, metadata, length }: NewUpload,
  limits: Limits,
  along: Along<StoredUpload>,
): Promise<StoredUpload> {
  const _id = new Types.ObjectId();
  const made: Omit<StoredUpload, 'createdAt' | 'expiresAt'> = {
    _id,
    owner: new Types.ObjectId(userId),
    name,
    metadata,
    length,
    offset: 0,
    fence: 0,
    state: length === 0 ? 'complete' : 'receiving',
    hasPieces: true,
    bytesRead: 0,
    claim: null,
    recordings: [],
    problem: null,
    version: 1,
  };
  const times = { createdAt: '$$NOW', expiresAt: expiry(limits) };
  return inTransaction(database, async (session) => {
    const guard = { _id: `uploads of ${userId}` };
    await guardCollection(database).updateOne(guard, { $inc: { changes: 1 } }, { upsert: true, session });
    const stored = await uploadModel(database)
      .findOneAndUpdate(
        // Every upload has a state, so this never matches an existing one.
        { _id, state: { $exists: false } },
        [{ $replaceWith: { $mergeObjects: [{ $literal: made }, times] } }],
        { upsert: true, returnDocument: 'after', session },
      )
      .lean<StoredUpload>();
    if (!stored) throw new Error('an upsert returned nothing');
    const refusal = await excess(database, userId, limits, session);
    if (refusal) throw refusal;
    await along(stored, session);
    return stored;
  });
}

/** What to say if the user has more than the quota. */
async function excess(
  database: Connection,
  userId: string,
  { maxPendingUploads, maxPendingUploadBytes }: Limits,
  session: ClientSession,
): Promise<Problem | null> {
  const pending = await uploadModel(database)
    .find({ $and: [ownedBy(userId), { state: { $in: PENDING } }] }, { length: 1 })
    .session(session)
    .lean<{ length: number }[]>();
  const bytes = pending.reduce((sum, { length }) => sum + length, 0);
  const limit =
    pending.length > maxPendingUploads
      ? `${maxPendingUploads} uploads (setting MAX_PENDING_UPLOADS_PER_USER)`
      : bytes > maxPendingUploadBytes && `${maxPendingUploadBytes} bytes (setting MAX_PENDING_UPLOAD_BYTES_PER_USER)`;
  if (!limit) return null;
  return new Problem(
    'upload-quota-exceeded',
    `Your uploads that are not yet recordings may have at most ${limit} together. Make recordings of those that are ` +
      'complete with POST /ecgs, or delete those that you do not need; GET /uploads lists them.',
  );
}
