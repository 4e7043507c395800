/** The comment on a recording, as shown and sent. These schemas are components of the API document. */
import { z } from 'zod';
import { longText } from '../../directory/fields.ts';
import { listOf, pageQuery } from '../../http/paging.ts';
import type { Limits } from '../../startup/config.ts';
import { time } from '../fields.ts';

/** Characters of a comment. */
const MAX_COMMENT = 10_000;

const version = {
  number: z.int().meta({ description: 'Number of the version of the text, from 1' }),
  text: z.string(),
  createdBy: z.string().meta({ description: 'Id of the user' }),
  createdAt: time,
  changedAt: time.meta({ description: 'When the text was last changed' }),
  signed: z
    .strictObject({
      by: z.string().meta({ description: 'Id of the user' }),
      name: z.string().meta({ description: 'The name of the user at that time' }),
      at: time,
    })
    .nullable()
    .meta({ description: 'Who signed it, and when; null: a draft' }),
};

export const CommentVersion = z.strictObject(version).meta({ id: 'EcgCommentVersion' });
export type CommentVersion = z.infer<typeof CommentVersion>;

export const EcgComment = z
  .strictObject({
    ecgId: z.string(),
    last: CommentVersion.nullable().meta({ description: 'The last version; null: there is no comment' }),
    version: z
      .int()
      .meta({ description: 'Increased by each change of the comment, 0 before the first; also the ETag' }),
  })
  .meta({ id: 'EcgComment' });
export type EcgComment = z.infer<typeof EcgComment>;

export const CommentText = z.strictObject({ text: longText(MAX_COMMENT) }).meta({ id: 'EcgCommentText' });

export const CommentVersions = listOf(CommentVersion)
  .pick({ items: true, nextCursor: true })
  .meta({ id: 'EcgCommentVersions' });

export const commentVersionsQuery = (limits: Limits) => {
  const { limit, cursor } = pageQuery(limits);
  return z.strictObject({ limit, cursor });
};

/** The cursor of the versions: the number of the last one. */
export const afterNumber = z.tuple([z.int().min(1)]);
