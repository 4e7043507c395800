/** Begins uploads, as far as the quota of their user allows. */
import { type Connection, Types } from 'mongoose';
import { Problem } from '../errors.ts';
import type { Limits } from '../startup/config.ts';
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
 * Stores a new upload. The quota is checked afterwards, when everything that others begin meanwhile can be seen: so two
 * requests at once never exceed it together, although both may be refused.
 * Errors: `upload-quota-exceeded`, and those of the database.
 */
export async function beginUpload(
  database: Connection,
  userId: string,
  { name, metadata, length }: NewUpload,
  limits: Limits,
): Promise<StoredUpload> {
  const uploads = uploadModel(database);
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
  const stored = await uploads
    .findOneAndUpdate(
      // Every upload has a state, so this never matches an existing one.
      { _id, state: { $exists: false } },
      [{ $replaceWith: { $mergeObjects: [{ $literal: made }, times] } }],
      { upsert: true, returnDocument: 'after' },
    )
    .lean<StoredUpload>();
  if (!stored) throw new Error('an upsert returned nothing');
  const refusal = await excess(database, userId, limits);
  if (!refusal) return stored;
  await uploads.deleteOne({ _id });
  throw refusal;
}

/** What to say if the user has more than the quota. */
async function excess(
  database: Connection,
  userId: string,
  { maxPendingUploads, maxPendingUploadBytes }: Limits,
): Promise<Problem | null> {
  const pending = await uploadModel(database)
    .find({ $and: [ownedBy(userId), { state: { $in: PENDING } }] }, { length: 1 })
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
