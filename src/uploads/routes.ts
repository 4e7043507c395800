/** `/uploads`: files that are uploaded over a bad line, and continued where it was cut. */
import { Types } from 'mongoose';
import { z } from 'zod';
import { ID } from '../database/ids.ts';
import { Problem } from '../errors.ts';
import { acceptedForm } from '../http/accepted.ts';
import { pageOrCsv } from '../http/answers.ts';
import { answerEvents, polledEvents } from '../http/event-stream.ts';
import { columnsOf } from '../http/csv-columns.ts';
import { answerList, LIST } from '../http/list-csv.ts';
import { type AnyOperation, operation } from '../http/operation.ts';
import { decodeCursor, page } from '../http/paging.ts';
import type { UploadDeps } from './deps.ts';
import { countUploads, findUploads, ownUpload } from './find.ts';
import { Upload, UploadList, uploadListQuery } from './schema.ts';
import { tusOperations } from './tus-routes.ts';
import { uploadView } from './view.ts';

export const uploadOperations = (deps: UploadDeps): AnyOperation[] => [
  ...tusOperations(deps),
  listUploads(deps),
  readUpload(deps),
];

const COMMON = { tag: 'uploads', access: 'clinician' } as const;
const CSV = { name: 'uploads', columns: columnsOf(Upload) };

const afterId = z.tuple([z.string().regex(ID)]);

/**
 * @openapi
 * /uploads:
 *   get:
 *     summary: List your uploads, the latest first
 *     description: Without those that have expired.
 */
const listUploads = ({ config, database }: UploadDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'listUploads',
    method: 'get',
    path: '/uploads',
    query: uploadListQuery(config.limits),
    answers: pageOrCsv(UploadList),
    ...LIST,
    handler: async (call) => {
      const { user } = call;
      await answerList<Upload>(call, CSV, {
        page: async (cursor, limit) => {
          const after =
            cursor === undefined ? {} : { _id: { $lt: new Types.ObjectId(decodeCursor(cursor, afterId)[0]) } };
          const found = await findUploads(database, user.userId, after, limit + 1);
          const { items, nextCursor } = page(found, limit, ({ _id }) => [_id.toHexString()]);
          return { items: items.map(uploadView), nextCursor };
        },
        count: async (atMost) => countUploads(database, user.userId, atMost),
      });
    },
  });

/** States in which nothing more happens without another request. */
const ENDED: readonly Upload['state'][] = ['done', 'failed'];

/**
 * @openapi
 * /uploads/{id}:
 *   get:
 *     summary: Read the progress of an upload, once or live
 *     description: >
 *       With Accept text/event-stream, server-sent events: `progress` after every change, at most twice a second, and
 *       `end` when a recording was made or could not be made, each with the upload as JSON. If the connection breaks,
 *       connect again; the first event has the current state. The stream ends when the token ends or the upload is
 *       gone.
 */
const readUpload = ({ config, database, eventStreams, stopping }: UploadDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'readUpload',
    method: 'get',
    path: '/uploads/:id',
    answers: {
      200: {
        description: 'The upload, or its events',
        content: { 'application/json': Upload, 'text/event-stream': 'text' },
      },
    },
    errors: ['upload-expired', 'too-many-streams'],
    handler: async ({ ctx, user, param, confirm }) => {
      const form = acceptedForm(ctx, 'application/json', 'text/event-stream');
      const look = async (): Promise<Upload> => uploadView(await ownUpload(database, user.userId, param('id')));
      const now = await look();
      if (form === 'application/json') {
        ctx.body = now;
        return;
      }
      const idleMs = config.limits.uploadIdleMs;
      answerEvents({ ctx, user, confirm, eventStreams, stopping, idleMs }, (watching) =>
        polledEvents(async () => {
          const view = await look().catch(goneOrThrown);
          return view && { view, isOver: ENDED.includes(view.state) };
        }, watching),
      );
    },
  });

/** Null if an upload is gone. */
function goneOrThrown(error: unknown): null {
  if (error instanceof Problem) return null;
  throw error;
}
