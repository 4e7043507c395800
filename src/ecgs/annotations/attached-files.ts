/** Files of annotations that are attached to a published recording: stored, and removed, as a whole. */
import { createHash } from 'node:crypto';
import { type Connection, mongo } from 'mongoose';
import { objectId } from '../../database/ids.ts';
import type { Along } from '../../database/transaction.ts';
import { notFound, Problem } from '../../errors.ts';
import { packedRuns } from '../store/annotations.ts';
import { auditAttached } from '../store/audited.ts';
import { attachedCollection } from '../store/content-model.ts';
import type { AttachedFile } from '../store/model.ts';
import { changingAsReader } from '../store/reader-change.ts';
import { type AnnotationFile, type FoundAnnotations, MAX_ATTACHED_ANNOTATIONS } from './decode-file.ts';

/** Files that may be attached to one recording. */
export const MAX_ATTACHED_FILES = 10;

/**
 * Stores the annotations of a file in one transaction. If this very file is attached already, nothing changes.
 * Errors: `not-found`, `too-many-annotations`, and those of `along`.
 */
export function attachFile(
  database: Connection,
  userId: string,
  id: string,
  { bytes, name }: AnnotationFile,
  { format, annotations }: FoundAnnotations,
  along: Along<{ file: AttachedFile; isNew: boolean }>,
): Promise<void> {
  const file = new mongo.ObjectId();
  const digest = createHash('sha256').update(bytes).digest();
  const runs = packedRuns(annotations);
  return changingAsReader(database, userId, id, async (ecg, session, add) => {
    const { attached = [], owner } = ecg;
    const same = attached.find((one) => digest.equals(one.digest.value()));
    if (same) return along({ file: same, isNew: false }, session);
    assertRoom(attached, annotations.length);
    const stored = runs.map((run) => ({ _id: new mongo.ObjectId(), ecg: ecg._id, owner, file, ...run }));
    await attachedCollection(database).insertMany(stored, { session });
    const added: AttachedFile = {
      _id: file,
      name,
      format,
      annotations: annotations.length,
      digest: new mongo.Binary(digest),
      createdAt: new Date(),
      createdBy: owner,
    };
    await add({ $push: { attached: added } });
    await auditAttached(database, session, ecg, {
      action: 'create',
      resource: 'annotation-file',
      id: file,
      along: { annotations: annotations.length },
    });
    await along({ file: added, isNew: true }, session);
  });
}

/** Removes a file with all its annotations. Errors: `not-found`. */
export function detachFile(database: Connection, userId: string, id: string, fileId: string): Promise<void> {
  return changingAsReader(database, userId, id, async (ecg, session, add) => {
    const file = objectId(fileId);
    const found = ecg.attached?.find(({ _id }) => _id.equals(file));
    if (!found) throw notFound();
    await attachedCollection(database).deleteMany({ ecg: ecg._id, file }, { session });
    await add({ $pull: { attached: { _id: file } } });
    await auditAttached(database, session, ecg, {
      action: 'delete',
      resource: 'annotation-file',
      id: file,
      along: { annotations: found.annotations },
    });
  });
}

function assertRoom(attached: readonly AttachedFile[], more: number): void {
  if (attached.length >= MAX_ATTACHED_FILES)
    throw new Problem(
      'too-many-annotations',
      `A recording may have at most ${MAX_ATTACHED_FILES} attached files of annotations. Delete one first.`,
    );
  const annotations = attached.reduce((sum, file) => sum + file.annotations, more);
  if (annotations > MAX_ATTACHED_ANNOTATIONS)
    throw new Problem(
      'too-many-annotations',
      `The attached files of a recording may have at most ${MAX_ATTACHED_ANNOTATIONS} annotations together; with ` +
        `this one they have ${annotations}. Delete one first.`,
    );
}
