/** `/ecgs/{id}/ecg.svg`: a recording on ECG paper. */
import { z } from 'zod';
import { clientGone } from '../http/client-gone.ts';
import type { Handler, Operations } from '../http/operations.ts';
import { GAINS, LAYOUTS, SPEEDS } from '../paper/types.ts';
import { channelNames } from './export-routes.ts';
import { picture } from './reading/picture.ts';
import { OwnRecordings } from './access.ts';
import type { EcgDeps } from './routes.ts';
import { samplesQuery } from './schema.ts';

const { from, to } = samplesQuery.shape;
const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true');
const oneOf = (values: readonly number[], usual: number) => z.enum(values.map(String)).transform(Number).default(usual);

const pictureQuery = z
  .strictObject({
    from: from.default(0),
    to,
    layout: z.enum(LAYOUTS).optional(),
    speed: oneOf(SPEEDS, 25),
    gain: oneOf(GAINS, 10),
    channels: channelNames.optional(),
    crossings: flag,
    name: flag,
  })
  .refine((query) => query.to === undefined || query.from < query.to, {
    path: ['to'],
    message: 'must lie behind from',
  });
type PictureQuery = z.infer<typeof pictureQuery>;

export function pictureRoutes(api: Operations, deps: EcgDeps): void {
  api.add('get', '/ecgs/:id/ecg.svg', { access: 'clinician', query: pictureQuery, large: true }, draw(deps));
}

/**
 * @openapi
 * /ecgs/{id}/ecg.svg:
 *   get:
 *     operationId: drawEcg
 *     tags: [ecgs]
 *     x-access: clinician
 *     summary: A recording on ECG paper, in true scale
 *     description: >
 *       Millimetres of the picture are millimetres of paper. Where samples are denser than 0.1 mm, each column shows its least and greatest value. A channel whose unit is no
 *       voltage is not to scale, and says so. No person is named unless `name` asks for it.
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *       - { name: from, in: query, schema: { type: number, minimum: 0, default: 0 }, description: 'Seconds from the start, before the end of the recording' }
 *       - { name: to, in: query, schema: { type: number, minimum: 0 }, description: Seconds from the start; 10 s after `from` or the end of the recording unless given }
 *       - { name: layout, in: query, schema: { type: string, enum: [3x4, 6x2, 12x1, stacked] }, description: '3×4 with a rhythm strip where the twelve leads are there, else stacked; columns are continuous in time' }
 *       - { name: speed, in: query, schema: { type: number, enum: [5, 10, 12.5, 25, 50], default: 25 }, description: mm/s }
 *       - { name: gain, in: query, schema: { type: number, enum: [2.5, 5, 10, 20, 40], default: 10 }, description: mm/mV }
 *       - { name: channels, in: query, schema: { type: string, minLength: 1 },
 *           description: 'Names or leads with commas between; only these, stacked in this order unless another layout is named.
 *           Repeat the parameter for a name that holds a comma' }
 *       - { name: crossings, in: query, schema: { type: boolean, default: false }, description: Draws the zero level and a tick at every crossing }
 *       - { name: name, in: query, schema: { type: boolean, default: false }, description: 'Writes the patient''s name on it, where the recording brought one' }
 *     responses:
 *       200:
 *         description: The sheet
 *         content:
 *           image/svg+xml:
 *             schema: { type: string }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       403: { $ref: '#/components/responses/Problem403' }
 *       404: { $ref: '#/components/responses/Problem404' }
 *       422: { $ref: '#/components/responses/Problem422' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 */
function draw({ config, database }: EcgDeps): Handler<PictureQuery, undefined> {
  return async ({ ctx, user, param, query }) => {
    ctx.body = await new OwnRecordings(database, user.userId).reading(param('id'), {}, (ecg) =>
      picture(ecg, query, config.clinicTimezone, database, clientGone(ctx)),
    );
    ctx.type = 'image/svg+xml; charset=utf-8';
  };
}
