/** `/ecgs/{id}/comment`: the reader's comment on a recording, which is signed and versioned. */
import type { Context } from 'koa';
import { noContent, pageOrCsv, versioned } from '../../http/answers.ts';
import { columnsOf } from '../../http/csv-columns.ts';
import { etag } from '../../http/etag.ts';
import { answerList, LIST } from '../../http/list-csv.ts';
import { type AnyOperation, operation } from '../../http/operation.ts';
import { decodeCursor, page } from '../../http/paging.ts';
import type { EcgDeps } from '../deps.ts';
import { downloadName } from '../download-name.ts';
import {
  afterNumber,
  CommentText,
  CommentVersion,
  CommentVersions,
  commentVersionsQuery,
  EcgComment,
} from './schema.ts';
import { commentView, versionView } from './view.ts';
import { type Comment, discardComment, lastVersion, signComment, versionsBelow, writeComment } from './store.ts';

export const commentOperations = (deps: EcgDeps): AnyOperation[] => [
  readComment(deps),
  putComment(deps),
  removeComment(deps),
  sign(deps),
  listCommentVersions(deps),
];

const COMMON = { tag: 'ecgs', access: 'clinician' } as const;
const COLUMNS = columnsOf(CommentVersion);

function answer(ctx: Context, id: string, comment: Comment): void {
  ctx.set('ETag', etag(comment.revision));
  ctx.body = commentView(id, comment);
}

/**
 * @openapi
 * /ecgs/{id}/comment:
 *   get:
 *     summary: Read your comment on a recording
 *     description: >
 *       The last version. Before the first one, `last` is null and the version is 0, so that If-Match can also name the
 *       comment that does not exist yet. The version of the recording does not change.
 */
const readComment = ({ database, recordingsOf }: EcgDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'readComment',
    method: 'get',
    path: '/ecgs/:id/comment',
    answers: versioned(EcgComment, 'The comment'),
    handler: async ({ ctx, user, param }) => {
      // Read first: a tag that is too old is refused later, one that is too new would hide a change.
      const { _id, commentRevision: revision = 0 } = await recordingsOf(user.userId).get(param('id'));
      answer(ctx, param('id'), { last: await lastVersion(database, _id), revision });
    },
  });

/**
 * @openapi
 * /ecgs/{id}/comment:
 *   put:
 *     summary: Write your comment on a recording
 *     description: >
 *       Changes the draft. If the last version is signed, this begins a new one: what is signed is never changed. The
 *       same text again changes nothing. A comment has at most 100 versions.
 *     requestBody:
 *       content: { application/json: { example: { text: "Sinus rhythm, normal axis. No change since 2025." } } }
 */
const putComment = ({ database }: EcgDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'putComment',
    method: 'put',
    path: '/ecgs/:id/comment',
    body: CommentText,
    ifMatch: true,
    answers: versioned(EcgComment, 'The comment'),
    errors: ['too-many-versions'],
    handler: async ({ ctx, user, param, body, version }) =>
      answer(ctx, param('id'), await writeComment(database, user.userId, param('id'), version, body.text)),
  });

/**
 * @openapi
 * /ecgs/{id}/comment:
 *   delete:
 *     summary: Discard the draft of your comment
 *     description: Versions that are signed stay.
 */
const removeComment = ({ database }: EcgDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'discardComment',
    method: 'delete',
    path: '/ecgs/:id/comment',
    ifMatch: true,
    answers: noContent('Discarded'),
    errors: ['comment-signed'],
    handler: async ({ ctx, user, param, version }) => {
      await discardComment(database, user.userId, param('id'), version);
      ctx.status = 204;
    },
  });

/**
 * @openapi
 * /ecgs/{id}/comment/sign:
 *   post:
 *     summary: Sign your comment on a recording
 *     description: >
 *       The last version gets your name and the time, and is never changed from then on; sheets show it. Signing again
 *       changes nothing.
 */
const sign = ({ database }: EcgDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'signComment',
    method: 'post',
    path: '/ecgs/:id/comment/sign',
    ifMatch: true,
    answers: versioned(EcgComment, 'The comment'),
    errors: ['nothing-to-sign'],
    handler: async ({ ctx, user, param, version }) =>
      answer(ctx, param('id'), await signComment(database, user.userId, param('id'), version)),
  });

/**
 * @openapi
 * /ecgs/{id}/comment/versions:
 *   get:
 *     summary: List the versions of your comment on a recording, the latest first
 */
const listCommentVersions = ({ config, database, recordingsOf }: EcgDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'listCommentVersions',
    method: 'get',
    path: '/ecgs/:id/comment/versions',
    query: commentVersionsQuery(config.limits),
    answers: pageOrCsv(CommentVersions),
    ...LIST,
    handler: async ({ ctx, user, param, query }) => {
      const ecg = await recordingsOf(user.userId).get(param('id'));
      await answerList<CommentVersion>(
        { ctx, query: { ...query, total: false } },
        { name: `comment-${downloadName(ecg)}`, columns: COLUMNS },
        {
          page: async (cursor, limit) => {
            const below = cursor === undefined ? Infinity : decodeCursor(cursor, afterNumber)[0];
            const found = await versionsBelow(database, ecg._id, below, limit + 1);
            const { items, nextCursor } = page(found, limit, ({ number }) => [number]);
            return { items: items.map(versionView), nextCursor };
          },
          count: async (atMost) => (await versionsBelow(database, ecg._id, Infinity, atMost)).length,
        },
      );
    },
  });
