/** `/ecgs/{id}/annotations`: the marks that came with a recording. */
import { z } from 'zod';
import type { Handler, Operations } from '../http/operations.ts';
import { decodeCursor, encodeCursor } from '../http/paging.ts';
import { readAnnotations } from './store/annotations.ts';
import { assertInside } from './reading/window.ts';
import { OwnRecordings } from './access.ts';
import type { EcgDeps } from './routes.ts';
import { type AnnotationList, annotationQuery, type AnnotationQuery } from './schema.ts';

export function annotationRoutes(api: Operations, deps: EcgDeps): void {
  api.add(
    'get',
    '/ecgs/:id/annotations',
    { access: 'clinician', query: annotationQuery(deps.config.limits) },
    list(deps),
  );
}

/**
 * @openapi
 * /ecgs/{id}/annotations:
 *   get:
 *     operationId: listAnnotations
 *     tags: [ecgs]
 *     x-access: clinician
 *     summary: The marks that came with a recording, in the order of time
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *       - { name: from, in: query, schema: { type: number }, description: 'Seconds from the first sample; those before it have negative times, and are there unless it is given' }
 *       - { name: to, in: query, schema: { type: number }, description: 'Seconds from the first sample, not included' }
 *       - { $ref: '#/components/parameters/Limit' }
 *       - { $ref: '#/components/parameters/Cursor' }
 *     responses:
 *       200:
 *         description: One page
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/EcgAnnotationList' }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       403: { $ref: '#/components/responses/Problem403' }
 *       404: { $ref: '#/components/responses/Problem404' }
 *       422: { $ref: '#/components/responses/Problem422' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 */
function list({ database }: EcgDeps): Handler<AnnotationQuery, undefined> {
  const place = z.tuple([z.int().min(0), z.int().min(0)]);
  return async ({ ctx, user, param, query }) => {
    const own = new OwnRecordings(database, user.userId);
    const ecg = await own.get(param('id'));
    const start = query.cursor === undefined ? ([0, 0] satisfies [number, number]) : decodeCursor(query.cursor, place);
    const { items, next } = await readAnnotations(database, ecg._id, query, start, query.limit);
    // Of a recording that is being deleted there are fewer marks than it had.
    if (next === null && ecg.annotations > 0) await own.get(param('id'));
    // Marks may lie behind the last sample: only where there are none either is nothing to be had.
    if (
      items.length === 0 &&
      query.cursor === undefined &&
      ecg.channels.every(({ samplingRate }) => samplingRate !== null)
    ) {
      assertInside(ecg.channels, query);
    }
    ctx.body = {
      items: items.map((annotation) => ({
        ...annotation,
        channel: annotation.channel === null ? null : (ecg.channels[annotation.channel]?.name ?? null),
      })),
      nextCursor: next && encodeCursor(next),
    } satisfies AnnotationList;
  };
}
