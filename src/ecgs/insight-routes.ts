/** `/ecgs/{id}/insights`: how often each channel crosses zero, as JSON or CSV. */
import { jsonOrCsv } from '../http/answers.ts';
import { clientGone } from '../http/client-gone.ts';
import { contentTag } from '../http/content-tags.ts';
import { answerCsv, type Cell, wantsCsv } from '../http/csv.ts';
import { type AnyOperation, operation } from '../http/operation.ts';
import { isKnown } from '../http/unchanged.ts';
import type { EcgDeps } from './deps.ts';
import { downloadName } from './download-name.ts';
import { insights } from './reading/insights.ts';
import { type InsightsQuery, insightsQuery } from './reading/queries.ts';
import { ChannelInsights, Insights } from './reading/schema.ts';
import type { StoredEcg } from './store/model.ts';

const OF_CHANNEL = Object.keys(ChannelInsights.shape) as (keyof typeof ChannelInsights.shape)[];
const COLUMNS = [...OF_CHANNEL, 'from', 'to', 'deadBand', 'gaps'];

/** Whether the answer needs more than the recording's document. */
const readsSamples = ({ from, to, deadBand, gaps }: InsightsQuery): boolean =>
  from !== undefined || to !== undefined || deadBand > 0 || gaps === 'bridge';

/**
 * @openapi
 * /ecgs/{id}/insights:
 *   get:
 *     summary: How often each channel crosses zero, and its statistics
 *     description: >
 *       With Accept text/csv, one line for each channel, with the window and the options in separate columns; text that
 *       a spreadsheet would read as a formula is prefixed with an apostrophe.
 */
export const readInsights = ({ database, recordingsOf }: EcgDeps): AnyOperation => {
  /** The bytes of answers from a recording's document alone, for as long as the document is cached. */
  const ofDocuments = new WeakMap<StoredEcg, { bytes: Buffer; tag: string }>();
  return operation({
    id: 'readInsights',
    tag: 'ecgs',
    method: 'get',
    path: '/ecgs/:id/insights',
    access: 'clinician',
    query: insightsQuery,
    large: readsSamples,
    answers: jsonOrCsv(Insights, 'The insights; as CSV, one line for each channel'),
    errors: ['sampling-rate-unknown', 'window-outside'],
    handler: async ({ ctx, user, param, query }) => {
      const asCsv = wantsCsv(ctx);
      const withBlockTables = query.from !== undefined || query.to !== undefined;
      const own = recordingsOf(user.userId);
      const signal = readsSamples(query) ? clientGone(ctx) : undefined;
      const mayBeCached = !readsSamples(query);
      if (mayBeCached && !asCsv && query.channels === undefined) {
        const { bytes, tag } = await own.reading(param('id'), { mayBeCached }, async (ecg) => {
          const known = ofDocuments.get(ecg);
          if (known) return known;
          const made = Buffer.from(JSON.stringify(await insights(ecg, query, database)));
          const answer = { bytes: made, tag: contentTag(made) };
          ofDocuments.set(ecg, answer);
          return answer;
        });
        if (isKnown(ctx, tag)) return;
        ctx.type = 'json';
        ctx.body = bytes;
        return;
      }
      await own.reading(param('id'), { withBlockTables, mayBeCached }, async (ecg) => {
        const found: Insights = await insights(ecg, query, database, signal);
        if (!asCsv) ctx.body = found;
        else await answerCsv(ctx, `insights-${downloadName(ecg)}.csv`, COLUMNS, rowsOf(found));
      });
    },
  });
};

/** Every line repeats the query, so that lines of several answers can be combined. */
function rowsOf({ channels, window, definition: { deadBand, gaps } }: Insights): Cell[][] {
  const asked = [window?.from ?? null, window?.to ?? null, deadBand, gaps];
  return channels.map((channel) => [...OF_CHANNEL.map((column) => channel[column]), ...asked]);
}
