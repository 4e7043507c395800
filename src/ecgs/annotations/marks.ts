/** The reader's own annotations: read, made, changed and removed. */
import { type ClientSession, type Connection, mongo, type QueryFilter } from 'mongoose';
import { objectId } from '../../database/ids.ts';
import { wholeDocuments } from '../../database/models.ts';
import type { Along } from '../../database/transaction.ts';
import { assertVersion, changesNothing, type Target } from '../../database/versions.ts';
import { notFound, Problem } from '../../errors.ts';
import { auditAttached } from '../store/audited.ts';
import type { AnnotationFilter } from '../store/annotations.ts';
import type { ObjectId, StoredEcg } from '../store/model.ts';
import { changingAsReader } from '../store/reader-change.ts';
import { markModel, type StoredMark } from './model.ts';

/** Own annotations of one recording. */
export const MAX_OWN_ANNOTATIONS = 10_000;

/** What a reader sets, as it is stored. */
export type MarkFields = Pick<StoredMark, 'at' | 'duration' | 'channel' | 'code' | 'text' | 'value'>;

/** Own annotations of a recording in order of time. @param more further conditions */
export function readMarks(
  database: Connection,
  ecg: ObjectId,
  { from, to, code }: AnnotationFilter,
  more: QueryFilter<StoredMark>,
  most: number,
): Promise<StoredMark[]> {
  const window = { ...(from !== undefined && { $gte: from }), ...(to !== undefined && { $lt: to }) };
  const meant = { ecg, ...(Object.keys(window).length > 0 && { at: window }), ...(code !== undefined && { code }) };
  return markModel(database)
    .find({ $and: [meant, more] })
    .sort({ at: 1, _id: 1 })
    .limit(most)
    .lean<StoredMark[]>()
    .exec();
}

/** Errors: `not-found`. */
export async function readMark(database: Connection, ecg: ObjectId, id: string): Promise<StoredMark> {
  const found = await markModel(database)
    .findOne({ _id: objectId(id), ecg })
    .lean<StoredMark>();
  if (!found) throw notFound();
  return found;
}

/**
 * Makes an annotation on a recording.
 * @param fieldsFor the fields for this recording
 * Errors: `not-found`, `too-many-annotations`, and those of `fieldsFor` and `along`.
 */
export function createMark(
  database: Connection,
  userId: string,
  id: string,
  fieldsFor: (ecg: StoredEcg) => MarkFields,
  along: Along<{ ecg: StoredEcg; mark: StoredMark }>,
): Promise<void> {
  const _id = new mongo.ObjectId();
  return changingAsReader(database, userId, id, async (ecg, session, add) => {
    const fields = fieldsFor(ecg);
    if ((ecg.marks ?? 0) >= MAX_OWN_ANNOTATIONS)
      throw new Problem(
        'too-many-annotations',
        `A recording may have at most ${MAX_OWN_ANNOTATIONS} annotations of its reader. Delete some, or attach a ` +
          'file of annotations.',
      );
    const now = new Date();
    const { owner } = ecg;
    const common = { createdBy: owner, createdAt: now, changedAt: now, version: 1 };
    const mark: StoredMark = { _id, ecg: ecg._id, owner, ...fields, ...common };
    await wholeDocuments(markModel(database)).insertOne(mark, { session });
    await add({ $inc: { marks: 1 } });
    await auditAttached(database, session, ecg, { action: 'create', resource: 'annotation', id: _id });
    await along({ ecg, mark }, session);
  });
}

/**
 * Changes an annotation.
 * @param changed the fields, made of those that it has
 * Errors: `not-found`, `version-stale`, and those of `changed`.
 */
export function changeMark(
  database: Connection,
  userId: string,
  id: string,
  target: Target,
  changed: (ecg: StoredEcg, before: StoredMark) => Partial<MarkFields>,
): Promise<{ ecg: StoredEcg; mark: StoredMark }> {
  return changingAsReader(database, userId, id, async (ecg, session) => {
    const before = await markAt(database, ecg, target, session);
    const fields = changed(ecg, before);
    if (changesNothing(before, fields)) return { ecg, mark: before };
    const changes = { ...fields, changedAt: new Date(), version: before.version + 1 };
    await markModel(database).updateOne({ _id: before._id }, { $set: changes }, { session });
    await auditAttached(database, session, ecg, {
      action: 'update',
      resource: 'annotation',
      id: before._id,
      fields: Object.keys(fields),
    });
    return { ecg, mark: { ...before, ...changes } };
  });
}

/** Errors: `not-found`, `version-stale`. */
export function removeMark(database: Connection, userId: string, id: string, target: Target): Promise<void> {
  return changingAsReader(database, userId, id, async (ecg, session, add) => {
    const { _id } = await markAt(database, ecg, target, session);
    await markModel(database).deleteOne({ _id }, { session });
    await add({ $inc: { marks: -1 } });
    await auditAttached(database, session, ecg, { action: 'delete', resource: 'annotation', id: _id });
  });
}

async function markAt(
  database: Connection,
  ecg: StoredEcg,
  { id, version }: Target,
  session: ClientSession,
): Promise<StoredMark> {
  const mark = await markModel(database)
    .findOne({ _id: objectId(id), ecg: ecg._id })
    .session(session)
    .lean<StoredMark>();
  assertVersion(mark, version);
  return mark;
}
