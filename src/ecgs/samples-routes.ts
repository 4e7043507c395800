/** `/ecgs/{id}/samples`: several channels of a recording at once, as they were recorded. */
import { Readable } from 'node:stream';
import { acceptedForm } from '../http/accepted.ts';
import { begun } from '../http/begun.ts';
import { clientGone } from '../http/client-gone.ts';
import { type AnyOperation, operation } from '../http/operation.ts';
import type { EcgDeps } from './deps.ts';
import { readWithCalculated, withCalculated } from './reading/calculated.ts';
import { chosenChannels } from './reading/chosen-channels.ts';
import { severalSamplesQuery } from './reading/queries.ts';
import { samplesAsBinary, samplesAsJson } from './reading/samples-body.ts';
import { answeredSpans } from './reading/samples.ts';
import { EcgSamples } from './reading/schema.ts';

/**
 * @openapi
 * /ecgs/{id}/samples:
 *   get:
 *     summary: Read the samples of several channels, as recorded
 *     description: |
 *       In stored units, streamed. At most MAX_SAMPLES_PER_ANSWER samples for all channels together.
 *
 *       With Accept application/octet-stream, the first line is JSON in UTF-8. The data follows: one little-endian
 *       array for each channel. For each channel, the line has all fields of the JSON form except the samples, and
 *       `type` (int16, int32, float32, float64: the widest type in which the channel is stored), `offset` (bytes from
 *       the beginning of the data), `length` (samples) and `missing` (the value of a missing sample; null: NaN).
 *       Spaces at the end of the line align the data, and so every array, to a multiple of 8 bytes. In Python:
 *
 *       ```python
 *       line, data = body.split(b'\n', 1)
 *       channels = json.loads(line)['channels']
 *       arrays = [numpy.frombuffer(data, c['type'], c['length'], c['offset']) for c in channels]
 *       ```
 */
export const readEcgSamples = ({ config, database, recordingsOf }: EcgDeps): AnyOperation =>
  operation({
    id: 'readEcgSamples',
    tag: 'ecgs',
    method: 'get',
    path: '/ecgs/:id/samples',
    access: 'clinician',
    query: severalSamplesQuery,
    large: true,
    answers: {
      200: {
        description: 'The samples',
        content: { 'application/json': EcgSamples, 'application/octet-stream': 'binary' },
      },
    },
    errors: ['sampling-rate-unknown', 'window-outside', 'answer-too-large'],
    handler: async ({ ctx, user, param, query }) => {
      const form = acceptedForm(ctx, 'application/json', 'application/octet-stream');
      await recordingsOf(user.userId).reading(param('id'), {}, async (stored) => {
        const ecg = query.calculated ? withCalculated(stored) : stored;
        const numbers = chosenChannels(ecg, query.channels);
        const spans = answeredSpans(ecg, numbers, query, config.limits.maxSamplesPerAnswer);
        const read = readWithCalculated(ecg, spans, database, clientGone(ctx));
        if (form === 'application/json') {
          ctx.body = Readable.from(await begun(samplesAsJson(ecg, spans, read)));
        } else {
          const { bytes, length } = samplesAsBinary(ecg, spans, read);
          ctx.body = Readable.from(await begun(bytes));
          ctx.length = length;
        }
        ctx.type = form;
      });
    },
  });
