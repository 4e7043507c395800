/** `/ecgs/{id}/samples`: several channels of a recording at once, as they were recorded. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import { Problem } from '../errors.ts';
import { begun } from '../http/begun.ts';
import { clientGone } from '../http/client-gone.ts';
import type { Handler, Operations } from '../http/operations.ts';
import { OwnRecordings } from './access.ts';
import { channelNames } from './export-routes.ts';
import { chosenChannels } from './reading/chosen-channels.ts';
import { RecordingReader } from './reading/recording-reader.ts';
import { answeredSpans } from './reading/samples.ts';
import { samplesAsBinary, samplesAsJson } from './reading/samples-body.ts';
import type { EcgDeps } from './routes.ts';
import { ChannelSamples, samplesQuery } from './schema.ts';

const { lead, samplingRate, unit, gain, zeroLevel, calibrated, first, samples } = ChannelSamples.shape;

export const EcgSamples = z
  .strictObject({
    ecgId: z.string(),
    channels: z.array(
      z.strictObject({ name: z.string(), lead, samplingRate, unit, gain, zeroLevel, calibrated, first, samples }),
    ),
  })
  .meta({ id: 'EcgSamples', description: 'Channels in the order in which they were asked for' });

const severalQuery = samplesQuery.safeExtend({ channels: channelNames.optional() });
type SeveralQuery = z.infer<typeof severalQuery>;

export function samplesRoutes(api: Operations, deps: EcgDeps): void {
  api.add('get', '/ecgs/:id/samples', { access: 'clinician', query: severalQuery, large: true }, readSeveral(deps));
}

/**
 * @openapi
 * /ecgs/{id}/samples:
 *   get:
 *     operationId: readEcgSamples
 *     tags: [ecgs]
 *     x-access: clinician
 *     summary: The samples of several channels at once, as recorded
 *     description: |
 *       In stored units, streamed. At most MAX_SAMPLES_PER_ANSWER samples of all channels together.
 *
 *       With Accept application/octet-stream the first line is JSON in UTF-8, and data follow it: little-endian arrays, one
 *       a channel. For each channel the line says what the JSON form says beside the samples, and `type` (int16, int32,
 *       float32, float64: the widest type that the channel is kept in), `offset` (bytes from the beginning of the data),
 *       `length` (samples) and `missing` (the value that stands for a missing sample; null: NaN). Spaces before the line's
 *       end make the data, and with them every array, begin at a multiple of 8 bytes. A program in Python reads it so:
 *
 *       ```python
 *       line, data = body.split(b'\n', 1)
 *       channels = json.loads(line)['channels']
 *       arrays = [numpy.frombuffer(data, c['type'], c['length'], c['offset']) for c in channels]
 *       ```
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *       - { name: from, in: query, schema: { type: number, minimum: 0 },
 *           description: 'Seconds from the start, before the end of the recording' }
 *       - { name: to, in: query, schema: { type: number, minimum: 0 },
 *           description: 'Seconds from the start, not included; what lies behind the end is left out' }
 *       - { name: channels, in: query, schema: { type: string, minLength: 1 },
 *           description: 'Names or leads with commas between; only these, in this order. Repeat the parameter for a name
 *           that holds a comma' }
 *     responses:
 *       200:
 *         description: The samples
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/EcgSamples' }
 *           application/octet-stream:
 *             schema: { type: string, format: binary }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       403: { $ref: '#/components/responses/Problem403' }
 *       404: { $ref: '#/components/responses/Problem404' }
 *       406: { $ref: '#/components/responses/Problem406' }
 *       422: { $ref: '#/components/responses/Problem422' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 */
function readSeveral({ config, database }: EcgDeps): Handler<SeveralQuery, undefined> {
  return async ({ ctx, user, param, query }) => {
    const form = ctx.accepts('application/json', 'application/octet-stream');
    if (!form) throw new Problem('not-acceptable', 'Accept application/json or application/octet-stream.');
    await new OwnRecordings(database, user.userId).reading(param('id'), {}, async (ecg) => {
      const numbers = chosenChannels(ecg, query.channels);
      const spans = answeredSpans(ecg, numbers, query, config.limits.maxSamplesPerAnswer);
      const { read } = new RecordingReader(database, ecg._id, spans, clientGone(ctx));
      ctx.vary('Accept');
      if (form === 'application/json') {
        ctx.body = Readable.from(await begun(samplesAsJson(ecg, spans, read)));
      } else {
        const { bytes, length } = samplesAsBinary(ecg, spans, read);
        ctx.body = Readable.from(await begun(bytes));
        ctx.length = length;
      }
      ctx.type = form;
    });
  };
}
