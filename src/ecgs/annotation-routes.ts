/** `/ecgs/{id}/annotations`: the marks that came with a recording. */
import { z } from 'zod';
import { onePage } from '../http/answers.ts';
import { type AnyOperation, operation } from '../http/operation.ts';
import { decodeCursor, encodeCursor } from '../http/paging.ts';
import type { EcgDeps } from './deps.ts';
import { assertInside } from './reading/window.ts';
import { annotationQuery } from './reading/queries.ts';
import { AnnotationList } from './reading/schema.ts';
import { readAnnotations } from './store/annotations.ts';

/** Position of a mark in the cursor. */
const place = z.tuple([z.int().min(0), z.int().min(0)]);

/**
 * @openapi
 * /ecgs/{id}/annotations:
 *   get:
 *     summary: List the marks of a recording, in order of time
 */
export const listAnnotations = ({ config, database, recordingsOf }: EcgDeps): AnyOperation =>
  operation({
    id: 'listAnnotations',
    tag: 'ecgs',
    method: 'get',
    path: '/ecgs/:id/annotations',
    access: 'clinician',
    query: annotationQuery(config.limits),
    answers: onePage(AnnotationList),
    errors: ['invalid-cursor', 'window-outside'],
    handler: async ({ ctx, user, param, query }) => {
      const own = recordingsOf(user.userId);
      const ecg = await own.get(param('id'));
      const start =
        query.cursor === undefined ? ([0, 0] satisfies [number, number]) : decodeCursor(query.cursor, place);
      const { items, next } = await readAnnotations(database, ecg._id, query, start, query.limit);
      // A recording that is being deleted has fewer marks than it states.
      if (next === null && ecg.annotations > 0) await own.get(param('id'));
      // Marks may follow the last sample: only if there are none either is the window outside.
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
    },
  });
