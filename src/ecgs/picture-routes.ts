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
 *     summary: A recording on ECG paper, in true scale
 *     description: >
 *       Millimetres of the picture are millimetres of paper. Where samples are denser than 0.1 mm, each column shows its
 *       least and greatest value. A channel whose unit is no voltage is not to scale, and says so. No person is named
 *       unless `name` asks for it.
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
