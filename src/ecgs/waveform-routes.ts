/** `/ecgs/{id}/waveform`: what a picture of a recording needs, at the cost of its pixels. */
import { Readable } from 'node:stream';
import { Problem } from '../errors.ts';
import { acceptedForm } from '../http/accepted.ts';
import { clientGone } from '../http/client-gone.ts';
import { type AnyOperation, operation } from '../http/operation.ts';
import { isUnchanged, NOT_MODIFIED, TAG } from '../http/unchanged.ts';
import type { EcgDeps } from './deps.ts';
import { assertFewCalculated, withCalculated } from './reading/calculated.ts';
import { chosenChannels } from './reading/chosen-channels.ts';
import { waveformQuery } from './reading/queries.ts';
import { EcgWaveform } from './reading/schema.ts';
import { waveformsAsBinary, waveformsAsJson } from './reading/waveform-body.ts';
import { valuesOf, waveformSpans } from './reading/waveform-plan.ts';
import { waveforms } from './reading/waveform.ts';

/**
 * @openapi
 * /ecgs/{id}/waveform:
 *   get:
 *     summary: Read what a picture of a time window needs
 *     description: |
 *       As much as a picture of that many pixels shows, for any window of a recording of any length. Where a pixel has
 *       at most 4 samples, a channel has `samples`. Otherwise it has the `minimum` and `maximum` of bins of
 *       `samplesPerBin` samples, a power of two, so that each pixel has between one and two bins; `first` is the first
 *       sample of the first bin. Bins begin at multiples of their size from the start of the recording, so the bins of
 *       one size are the same in every window, and those at the edges may extend beyond it. Values are in stored units;
 *       a missing sample, or a bin in which every sample is missing, is null. All channels share the window and its
 *       width in pixels, whatever their sampling rates and lengths. The tag changes with the version of the recording:
 *       with If-None-Match, an unchanged answer is a 304.
 *
 *       With Accept application/octet-stream, the first line is JSON in UTF-8, and the data follows, as for
 *       GET /ecgs/{id}/samples. In the line, `samples`, or `minimum` and `maximum`, are not the values but where they
 *       are: `type` (int16, int32, float32, float64), `offset` (bytes from the beginning of the data), `length`
 *       and `missing` (the value of a missing one; null: NaN). In Python:
 *
 *       ```python
 *       line, data = body.split(b'\n', 1)
 *       array = lambda a: numpy.frombuffer(data, a['type'], a['length'], a['offset'])
 *       lowest = [array(c['minimum']) for c in json.loads(line)['channels']]
 *       ```
 */
export const readWaveform = ({ config, database, recordingsOf }: EcgDeps): AnyOperation =>
  operation({
    id: 'readWaveform',
    tag: 'ecgs',
    method: 'get',
    path: '/ecgs/:id/waveform',
    access: 'clinician',
    query: waveformQuery,
    large: true,
    ifNoneMatch: true,
    answers: {
      200: {
        description: 'The waveforms',
        content: { 'application/json': EcgWaveform, 'application/octet-stream': 'binary' },
        headers: TAG,
      },
      ...NOT_MODIFIED,
    },
    errors: ['sampling-rate-unknown', 'window-outside', 'answer-too-large'],
    handler: async ({ ctx, user, param, query }) => {
      const form = acceptedForm(ctx, 'application/json', 'application/octet-stream');
      await recordingsOf(user.userId).reading(param('id'), {}, async (stored) => {
        const ecg = query.calculated ? withCalculated(stored) : stored;
        if (isUnchanged(ctx, `${ecg.version}-${form === 'application/json' ? 'json' : 'binary'}`)) return;
        const spans = waveformSpans(ecg, chosenChannels(ecg, query.channels), query, query.pixels);
        assertFewCalculated(ecg, spans);
        const values = spans.reduce((sum, span) => sum + valuesOf(span), 0);
        const { maxSamplesPerAnswer } = config.limits;
        if (values > maxSamplesPerAnswer)
          throw new Problem(
            'answer-too-large',
            `The picture needs ${values} values, but one answer may have at most ${maxSamplesPerAnswer} (setting ` +
              'MAX_SAMPLES_PER_ANSWER). Ask for fewer pixels, or name fewer channels.',
          );
        const found = await waveforms(ecg, spans, database, clientGone(ctx));
        ctx.type = form;
        ctx.body =
          form === 'application/json' ? Readable.from(waveformsAsJson(ecg, found)) : waveformsAsBinary(ecg, found);
      });
    },
  });
