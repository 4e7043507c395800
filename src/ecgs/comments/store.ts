/**
 * The reader's comment on a recording, in versions. A draft may be changed and discarded; what is signed is never
 * changed: the next edit begins a new version.
 */
import { type ClientSession, type Connection, mongo } from 'mongoose';
import { wholeDocuments } from '../../database/models.ts';
import { notFound, Problem } from '../../errors.ts';
import { userModel } from '../../users/model.ts';
import { auditAttached } from '../store/audited.ts';
import type { ObjectId, StoredEcg } from '../store/model.ts';
import { changingAsReader } from '../store/reader-change.ts';
import { commentModel, type StoredComment } from './model.ts';

/** Versions of one comment. */
export const MAX_VERSIONS = 100;

/** The comment as it is now: its last version (null: there is none), and how often it has been changed. */
export interface Comment {
  last: StoredComment | null;
  revision: number;
}

/** The last version; null if there is none. */
export const lastVersion = (
  database: Connection,
  ecg: ObjectId,
  session: ClientSession | null = null,
): Promise<StoredComment | null> =>
  commentModel(database).findOne({ ecg }).sort({ number: -1 }).session(session).lean<StoredComment>().exec();

/** The last version that is signed; null if there is none. */
export const lastSigned = (database: Connection, ecg: ObjectId): Promise<StoredComment | null> =>
  commentModel(database)
    .findOne({ ecg, signed: { $ne: null } })
    .sort({ number: -1 })
    .lean<StoredComment>()
    .exec();

/** Versions below a number, the latest first. */
export const versionsBelow = (
  database: Connection,
  ecg: ObjectId,
  number: number,
  most: number,
): Promise<StoredComment[]> =>
  commentModel(database)
    .find({ ecg, number: { $lt: number } })
    .sort({ number: -1 })
    .limit(most)
    .lean<StoredComment[]>()
    .exec();

/** Writes a draft. Errors: `not-found`, `version-stale`, `too-many-versions`. */
export const writeComment = (
  database: Connection,
  userId: string,
  id: string,
  version: number | null,
  text: string,
): Promise<Comment> =>
  changing(database, userId, id, version, async (ecg, last, session) => {
    if (last?.text === text) return 'unchanged';
    const now = new Date();
    if (last && last.signed === null) {
      await commentModel(database).updateOne({ _id: last._id }, { $set: { text, changedAt: now } }, { session });
      await auditAttached(database, session, ecg, {
        action: 'update',
        resource: 'comment',
        id: last._id,
        fields: ['text'],
      });
      return { ...last, text, changedAt: now };
    }
    const number = (last?.number ?? 0) + 1;
    if (number > MAX_VERSIONS)
      throw new Problem('too-many-versions', `A comment may have at most ${MAX_VERSIONS} versions.`);
    const { owner } = ecg;
    const said = { number, text, createdBy: owner, createdAt: now, changedAt: now, signed: null };
    const made: StoredComment = { _id: new mongo.ObjectId(), ecg: ecg._id, owner, ...said };
    await wholeDocuments(commentModel(database)).insertOne(made, { session });
    await auditAttached(database, session, ecg, { action: 'create', resource: 'comment', id: made._id });
    return made;
  });

/**
 * Signs the last version; if it is signed already, nothing changes. Errors: `not-found`, `version-stale`,
 * `nothing-to-sign`.
 */
export const signComment = (
  database: Connection,
  userId: string,
  id: string,
  version: number | null,
): Promise<Comment> =>
  changing(database, userId, id, version, async (ecg, last, session) => {
    if (!last) throw new Problem('nothing-to-sign', 'Write a comment first, with PUT.');
    if (last.signed) return 'unchanged';
    const user = await userModel(database).findById(ecg.owner, { fullName: 1 }).session(session).lean();
    if (!user) throw notFound();
    const signed = { by: ecg.owner, name: user.fullName, at: new Date() };
    await commentModel(database).updateOne({ _id: last._id }, { $set: { signed } }, { session });
    await auditAttached(database, session, ecg, { action: 'sign', resource: 'comment', id: last._id });
    return { ...last, signed };
  });

/** Discards the draft; earlier versions stay. Errors: `not-found`, `version-stale`, `comment-signed`. */
export const discardComment = (
  database: Connection,
  userId: string,
  id: string,
  version: number | null,
): Promise<Comment> =>
  changing(database, userId, id, version, async (ecg, last, session) => {
    if (!last) throw notFound();
    if (last.signed)
      throw new Problem('comment-signed', 'What is signed is kept. Write a new version of the comment, with PUT.');
    await commentModel(database).deleteOne({ _id: last._id }, { session });
    await auditAttached(database, session, ecg, { action: 'delete', resource: 'comment', id: last._id });
    return null;
  });

/** @param change gets the last version, and returns what is then the last one; null: the one before */
function changing(
  database: Connection,
  userId: string,
  id: string,
  version: number | null,
  change: (
    ecg: StoredEcg,
    last: StoredComment | null,
    session: ClientSession,
  ) => Promise<StoredComment | 'unchanged' | null>,
): Promise<Comment> {
  return changingAsReader(database, userId, id, async (ecg, session, add) => {
    const revision = ecg.commentRevision ?? 0;
    if (version !== null && version !== revision)
      throw new Problem('version-stale', `The comment is now at version ${revision}. Read it again.`);
    const last = await lastVersion(database, ecg._id, session);
    const changed = await change(ecg, last, session);
    if (changed === 'unchanged') return { last, revision };
    await add({ $set: { commentRevision: revision + 1 } });
    return { last: changed ?? (await lastVersion(database, ecg._id, session)), revision: revision + 1 };
  });
}
