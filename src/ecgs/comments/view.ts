/** Converts stored comments to answers. */
import type { StoredComment } from './model.ts';
import type { CommentVersion, EcgComment } from './schema.ts';
import type { Comment } from './store.ts';

/** A version as shown. */
export const versionView = ({
  number,
  text,
  createdBy,
  createdAt,
  changedAt,
  signed,
}: StoredComment): CommentVersion => ({
  number,
  text,
  createdBy: createdBy.toHexString(),
  createdAt: createdAt.toISOString(),
  changedAt: changedAt.toISOString(),
  signed: signed && { by: signed.by.toHexString(), name: signed.name, at: signed.at.toISOString() },
});

/** The comment as shown. */
export const commentView = (ecgId: string, { last, revision }: Comment): EcgComment => ({
  ecgId,
  last: last && versionView(last),
  version: revision,
});
