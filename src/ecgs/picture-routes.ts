/** `/ecgs/{id}/ecg.svg`: a recording on ECG paper. */
import { type AnyOperation, operation } from '../http/operation.ts';
import { OwnRecordings } from './store/recordings.ts';
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
export const drawEcg = ({ config, database }: EcgDeps): AnyOperation =>
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
      ctx.body = await new OwnRecordings(database, user.userId).reading(param('id'), {}, (ecg) =>
        picture(ecg, query, config.clinicTimezone, database),
      );
      ctx.type = 'image/svg+xml; charset=utf-8';
    },
  });
