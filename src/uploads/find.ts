/** Uploads of a user: everybody else's do not exist for them. */
import { type Connection, type QueryFilter, Types } from 'mongoose';
import { objectId } from '../database/ids.ts';
import { notFound, Problem } from '../errors.ts';
import { EVERY_FIELD, type StoredState, type StoredUpload, uploadModel } from './model.ts';

/** An upload as it is by the clock of the database. */
export interface FoundUpload extends StoredUpload {
  isExpired: boolean;
  /** Whether a recording is being made of it. */
  isClaimed: boolean;
}

/** The states in which its bytes count. */
export const PENDING: readonly StoredState[] = ['receiving', 'complete', 'ingesting', 'failed'];

const BY_ITS_CLOCK = {
  ...EVERY_FIELD,
  isExpired: { $or: [{ $eq: ['$state', 'expired'] }, { $lt: ['$expiresAt', '$$NOW'] }] },
  isClaimed: { $gt: ['$claim.until', '$$NOW'] },
};

/** The start of every filter. */
export const ownedBy = (userId: string): QueryFilter<StoredUpload> => ({
  owner: new Types.ObjectId(userId),
  state: { $ne: 'terminated' },
});

const CURRENT = { $expr: { $gte: ['$expiresAt', '$$NOW'] } };

/** Uploads of a user that have not expired, the latest first. */
export async function findUploads(
  database: Connection,
  userId: string,
  more: QueryFilter<StoredUpload>,
  limit: number,
): Promise<FoundUpload[]> {
  return uploadModel(database)
    .find({ ...ownedBy(userId), ...CURRENT, ...more }, BY_ITS_CLOCK)
    .sort({ _id: -1 })
    .limit(limit)
    .lean<FoundUpload[]>();
}

/** @param cap where to stop counting */
export const countUploads = async (database: Connection, userId: string, cap: number): Promise<number> =>
  uploadModel(database)
    .countDocuments({ ...ownedBy(userId), ...CURRENT })
    .limit(cap);

/** Errors: `not-found`, the same for a missing, a foreign and a malformed id; `upload-expired`. */
export async function ownUpload(database: Connection, userId: string, id: string): Promise<FoundUpload> {
  const found = await uploadModel(database)
    .findOne({ ...ownedBy(userId), _id: objectId(id) }, BY_ITS_CLOCK)
    .lean<FoundUpload>();
  if (!found) throw notFound();
  if (found.isExpired)
    throw new Problem('upload-expired', 'It was not used in time (setting UPLOAD_LIFETIME_SECONDS). Begin a new one.');
  return found;
}
