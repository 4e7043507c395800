/** `/ecgs/{id}/insights/series`: the insights of successive windows, as JSON or CSV. */
import { pipeline, Readable } from 'node:stream';
import { format } from '@fast-csv/format';
import { clientGone } from '../http/client-gone.ts';
import { csvHead, csvOptions, wantsCsv } from '../http/csv.ts';
import { type AnyOperation, operation } from '../http/operation.ts';
import { isUnchanged, NOT_MODIFIED, TAG } from '../http/unchanged.ts';
import type { EcgDeps } from './deps.ts';
import { downloadName } from './download-name.ts';
import { chosenChannels } from './reading/chosen-channels.ts';
import { seriesQuery } from './reading/queries.ts';
import { InsightSeries } from './reading/schema.ts';
import { SERIES_COLUMNS, seriesAsJson, seriesRows } from './reading/series-body.ts';
import { insightSeries } from './reading/series.ts';

/**
 * @openapi
 * /ecgs/{id}/insights/series:
 *   get:
 *     summary: Read the trend of every channel over a recording
 *     description: |
 *       Crossings, missing samples, minimum, maximum and mean of successive windows from the first sample on, by column
 *       for plots: value k is that of the window from k · `window` to (k + 1) · `window` seconds, and the same as
 *       GET /ecgs/{id}/insights gives for it. Counting starts anew in each window. The last window of a channel may be
 *       shorter; a shorter channel has fewer windows. A window without a sample that is not missing has null for its
 *       values.
 *
 *       Windows of whole minutes (60, 120, …) are made from stored summaries, so a day costs as much as a minute.
 *       Others, of at least 10 seconds, are counted from the samples: at most 2,000 of each channel.
 *
 *       With Accept text/csv, one line for each channel and window; text that a spreadsheet would read as a formula is
 *       prefixed with an apostrophe. The tag changes with the version of the recording: with If-None-Match, an
 *       unchanged answer is a 304.
 */
export const readInsightSeries = ({ config, database, recordingsOf }: EcgDeps): AnyOperation =>
  operation({
    id: 'readInsightSeries',
    tag: 'ecgs',
    method: 'get',
    path: '/ecgs/:id/insights/series',
    access: 'clinician',
    query: seriesQuery,
    large: true,
    ifNoneMatch: true,
    answers: {
      200: {
        description: 'The series; as CSV, one line for each channel and window',
        content: { 'application/json': InsightSeries, 'text/csv': 'text' },
        headers: TAG,
      },
      ...NOT_MODIFIED,
    },
    errors: ['sampling-rate-unknown', 'answer-too-large'],
    handler: async ({ ctx, user, param, query: { window, channels } }) => {
      const asCsv = wantsCsv(ctx);
      await recordingsOf(user.userId).reading(param('id'), {}, async (ecg) => {
        // Minutes and blocks merge in another order, so that a mean may differ in its last digits.
        if (isUnchanged(ctx, `${ecg.version}-${asCsv ? 'csv' : 'json'}`, true)) return;
        const numbers = chosenChannels(ecg, channels);
        const { maxSamplesPerAnswer } = config.limits;
        const series = await insightSeries(ecg, numbers, window, maxSamplesPerAnswer, database, clientGone(ctx));
        if (!asCsv) {
          ctx.type = 'application/json';
          ctx.body = Readable.from(seriesAsJson(ecg, window, series));
          return;
        }
        const lines = Readable.from(seriesRows(window, series));
        ctx.body = pipeline(lines, format(csvOptions(SERIES_COLUMNS)), () => undefined);
        csvHead(ctx, `insights-series-${downloadName(ecg)}.csv`);
      });
    },
  });
