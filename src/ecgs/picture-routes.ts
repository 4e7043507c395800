/** `/ecgs/{id}/ecg.svg`: a recording on ECG paper. */
import { clientGone } from '../http/client-gone.ts';
import { type AnyOperation, operation } from '../http/operation.ts';
import type { EcgDeps } from './deps.ts';
import { picture } from './reading/picture.ts';
import { pictureQuery } from './reading/queries.ts';

/**
 * @openapi
 * /ecgs/{id}/ecg.svg:
 *   get:
 *     summary: Draw a recording on ECG paper, true to scale
 *     description: >
 *       One millimetre of the picture is one millimetre of paper. Where samples are closer than 0.1 mm, each column
 *       shows its lowest and highest value. A channel whose unit is not a voltage is not to scale and is labelled so.
 *       No person is named unless `name` is true.
 */
export const drawEcg = ({ zone, database, recordingsOf }: EcgDeps): AnyOperation =>
  operation({
    id: 'drawEcg',
    tag: 'ecgs',
    method: 'get',
    path: '/ecgs/:id/ecg.svg',
    access: 'clinician',
    query: pictureQuery,
    large: true,
    answers: { 200: { description: 'The sheet', content: { 'image/svg+xml': 'text' } } },
    errors: ['sampling-rate-unknown', 'window-outside', 'answer-too-large'],
    handler: async ({ ctx, user, param, query }) => {
      ctx.body = await recordingsOf(user.userId).reading(param('id'), {}, (ecg) =>
        picture(ecg, query, zone, database, clientGone(ctx)),
      );
      ctx.type = 'image/svg+xml; charset=utf-8';
    },
  });
