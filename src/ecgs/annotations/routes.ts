/** `/ecgs/{id}/annotations`: the marks that came with a recording or an attached file, and the reader's own. */
import type { Context } from 'koa';
import { z } from 'zod';
import { created, noContent, pageOrCsv, versioned } from '../../http/answers.ts';
import { columnsOf } from '../../http/csv-columns.ts';
import { etag } from '../../http/etag.ts';
import { answerList, LIST } from '../../http/list-csv.ts';
import { type AnyOperation, operation } from '../../http/operation.ts';
import { decodeCursor, page } from '../../http/paging.ts';
import type { EcgDeps } from '../deps.ts';
import { downloadName } from '../download-name.ts';
import { assertInside } from '../reading/window.ts';
import type { StoredEcg } from '../store/model.ts';
import { changedFields, newFields } from './given.ts';
import { changeMark, createMark, readMark, removeMark } from './marks.ts';
import { mergedAnnotations } from './merged.ts';
import type { StoredMark } from './model.ts';
import {
  type Annotation,
  AnnotationList,
  AnnotationPatch,
  annotationQuery,
  NewAnnotation,
  OwnAnnotation,
  position,
} from './schema.ts';
import { annotationView, ownView } from './view.ts';

export const annotationOperations = (deps: EcgDeps): AnyOperation[] => [
  listAnnotations(deps),
  createAnnotation(deps),
  readAnnotation(deps),
  changeAnnotation(deps),
  removeAnnotation(deps),
];

const COMMON = { tag: 'ecgs', access: 'clinician' } as const;
/** Those of files have fewer fields than own ones. */
const COLUMNS = columnsOf(OwnAnnotation.extend({ file: z.string().optional() }));

/**
 * @openapi
 * /ecgs/{id}/annotations:
 *   get:
 *     summary: List the annotations of a recording, in order of time
 *     description: >
 *       Those that came with it, those of attached files, and your own. Those of files cannot be changed; those of
 *       attached files are removed with their file.
 */
const listAnnotations = ({ config, database, recordingsOf }: EcgDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'listAnnotations',
    method: 'get',
    path: '/ecgs/:id/annotations',
    query: annotationQuery(config.limits),
    answers: pageOrCsv(AnnotationList),
    ...LIST,
    errors: [...LIST.errors, 'window-outside'],
    handler: async ({ ctx, user, param, query }) => {
      const own = recordingsOf(user.userId);
      const ecg = await own.get(param('id'));
      const { cursor: _cursor, limit: _limit, ...filter } = query;
      await answerList<Annotation>(
        { ctx, query: { ...query, total: false } },
        { name: `annotations-${downloadName(ecg)}`, columns: COLUMNS },
        {
          page: async (cursor, limit) => {
            const after = cursor === undefined ? null : decodeCursor(cursor, position);
            const found = await mergedAnnotations(database, ecg, filter, after, limit + 1);
            const { items, nextCursor } = page(found, limit, (one) => one.position);
            // A recording that is being deleted has fewer annotations than it states.
            if (nextCursor === null && ecg.annotations > 0) await own.get(param('id'));
            // Annotations may follow the last sample: only if there are none either is the window outside.
            if (items.length === 0 && after === null && hasTimes(ecg)) assertInside(ecg.channels, query);
            return { items: items.map((one) => annotationView(ecg, one)), nextCursor };
          },
          count: async (atMost) => (await mergedAnnotations(database, ecg, filter, null, atMost)).length,
        },
      );
    },
  });

const hasTimes = ({ channels }: StoredEcg): boolean => channels.every(({ samplingRate }) => samplingRate !== null);

function answer(ctx: Context, ecg: StoredEcg, mark: StoredMark): void {
  ctx.set('ETag', etag(mark.version));
  ctx.body = ownView(ecg, mark) satisfies OwnAnnotation;
}

/**
 * @openapi
 * /ecgs/{id}/annotations:
 *   post:
 *     summary: Annotate a recording
 *     description: >
 *       A point in time (`at`) or a period (`from` and `to`) inside the recording, of one channel or of all. A
 *       measurement has a `kind` and its `ms`, `mV` or both; for a QT interval with `rrMs`, the answer contains QTc by
 *       four formulas. A recording has at most 10,000 own annotations. Its version does not change: they have versions
 *       of their own.
 *     requestBody:
 *       content:
 *         application/json:
 *           example:
 *             from: 1.2
 *             to: 1.6
 *             channel: II
 *             text: Measured at the end of the T wave
 *             value: { kind: QT, ms: 400, rrMs: 820 }
 */
const createAnnotation = ({ database }: EcgDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'createAnnotation',
    method: 'post',
    path: '/ecgs/:id/annotations',
    body: NewAnnotation,
    creates: true,
    answers: created(OwnAnnotation),
    errors: ['too-many-annotations', 'sampling-rate-unknown', 'window-outside'],
    handler: async ({ ctx, user, param, body, keep }) =>
      createMark(
        database,
        user.userId,
        param('id'),
        (ecg) => newFields(ecg, body),
        async ({ ecg, mark }, session) => {
          ctx.status = 201;
          ctx.set('Location', `${ctx.path}/${mark._id.toHexString()}`);
          answer(ctx, ecg, mark);
          await keep?.(session);
        },
      ),
  });

/**
 * @openapi
 * /ecgs/{id}/annotations/{annotationId}:
 *   get:
 *     summary: Read one of your annotations
 */
const readAnnotation = ({ database, recordingsOf }: EcgDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'readAnnotation',
    method: 'get',
    path: '/ecgs/:id/annotations/:annotationId',
    answers: versioned(OwnAnnotation, 'The annotation'),
    handler: async ({ ctx, user, param }) => {
      const ecg = await recordingsOf(user.userId).get(param('id'));
      answer(ctx, ecg, await readMark(database, ecg._id, param('annotationId')));
    },
  });

/**
 * @openapi
 * /ecgs/{id}/annotations/{annotationId}:
 *   patch:
 *     summary: Change one of your annotations
 *     requestBody: { content: { application/json: { example: { text: Premature, code: V } } } }
 */
const changeAnnotation = ({ database }: EcgDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'changeAnnotation',
    method: 'patch',
    path: '/ecgs/:id/annotations/:annotationId',
    body: AnnotationPatch,
    ifMatch: true,
    answers: versioned(OwnAnnotation, 'The annotation'),
    errors: ['sampling-rate-unknown', 'window-outside'],
    handler: async ({ ctx, user, param, body, version }) => {
      const target = { id: param('annotationId'), version };
      const { ecg, mark } = await changeMark(database, user.userId, param('id'), target, (recording, before) =>
        changedFields(recording, body, before),
      );
      answer(ctx, ecg, mark);
    },
  });

/**
 * @openapi
 * /ecgs/{id}/annotations/{annotationId}:
 *   delete:
 *     summary: Delete one of your annotations
 */
const removeAnnotation = ({ database }: EcgDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'removeAnnotation',
    method: 'delete',
    path: '/ecgs/:id/annotations/:annotationId',
    ifMatch: true,
    answers: noContent('Deleted'),
    handler: async ({ ctx, user, param, version }) => {
      await removeMark(database, user.userId, param('id'), { id: param('annotationId'), version });
      ctx.status = 204;
    },
  });
