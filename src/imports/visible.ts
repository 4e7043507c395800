/** Which imports a user sees: their own, and admins all of them. */
import { type Connection, type QueryFilter, Types } from 'mongoose';
import { isId } from '../database/ids.ts';
import { notFound } from '../errors.ts';
import type { Identity } from '../http/operation.ts';
import { importModel, type StoredImport } from './model.ts';
import { SHOWN } from './view.ts';

/** The start of every filter. */
export const visibleTo = (user: Identity): QueryFilter<StoredImport> => ({
  ...(user.role === 'admin' ? {} : { owner: new Types.ObjectId(user.userId) }),
  state: SHOWN,
});

/** Errors: `not-found`, the same for a missing, a foreign and a malformed id. */
export async function visibleImport(database: Connection, user: Identity, id: string): Promise<StoredImport> {
  const job = isId(id)
    ? await importModel(database)
        .findOne({ ...visibleTo(user), _id: new Types.ObjectId(id) })
        .lean()
    : null;
  if (!job) throw notFound();
  return job;
}

export const isImporter = (user: Identity, job: StoredImport): boolean => job.owner.toHexString() === user.userId;
