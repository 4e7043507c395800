/** `/ecgs/{id}/insights`: how often each channel crosses zero, as JSON or CSV. */
import { clientGone } from '../http/client-gone.ts';
import { answerCsv, type Cell, wantsCsv } from '../http/csv.ts';
import type { Handler, Operations } from '../http/operations.ts';
import { insights } from './reading/insights.ts';
import { OwnRecordings } from './access.ts';
import type { EcgDeps } from './routes.ts';
import { ChannelInsights, type Insights, insightsQuery, type InsightsQuery } from './schema.ts';

const OF_CHANNEL = Object.keys(ChannelInsights.shape) as (keyof typeof ChannelInsights.shape)[];
const COLUMNS = [...OF_CHANNEL, 'from', 'to', 'deadBand', 'gaps'];

/** What is not answered from the recording's document alone. */
const readsSamples = ({ from, to, deadBand, gaps }: InsightsQuery): boolean =>
  from !== undefined || to !== undefined || deadBand > 0 || gaps === 'bridge';

export function insightRoutes(api: Operations, deps: EcgDeps): void {
  const declared = { access: 'clinician', query: insightsQuery, large: readsSamples } as const;
  api.add('get', '/ecgs/:id/insights', declared, readInsights(deps));
}

/**
 * @openapi
 * /ecgs/{id}/insights:
 *   get:
 *     operationId: readInsights
 *     tags: [ecgs]
 *     x-access: clinician
 *     summary: How often each channel crosses zero, and its statistics
 *     description: >
 *       With Accept text/csv one line a channel, with the window and the options in columns of their own; text that
 *       a spreadsheet would take for a formula stands behind an apostrophe.
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *       - { name: from, in: query, schema: { type: number, minimum: 0 },
 *           description: 'Seconds from the start, before the end of the recording; counting starts afresh here' }
 *       - { name: to, in: query, schema: { type: number, minimum: 0 },
 *           description: 'Seconds from the start, not included; what lies behind the end is left out' }
 *       - { name: deadBand, in: query, schema: { type: number, minimum: 0, default: 0 },
 *           description: 'In the channel''s unit: the sign changes only beyond this distance from zero' }
 *       - { name: gaps, in: query, schema: { type: string, enum: [break, bridge], default: break },
 *           description: 'Whether the sign survives missing samples' }
 *     responses:
 *       200:
 *         description: The insights; as CSV one line a channel
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/Insights' }
 *           text/csv:
 *             schema: { type: string }
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
function readInsights({ database }: EcgDeps): Handler<InsightsQuery, undefined> {
  return async ({ ctx, user, param, query }) => {
    const asCsv = wantsCsv(ctx);
    const withBlockTables = query.from !== undefined || query.to !== undefined;
    const own = new OwnRecordings(database, user.userId);
    const read = own.reading(param('id'), { withBlockTables }, (ecg) =>
      insights(ecg, query, database, clientGone(ctx)),
    );
    const found: Insights = await read;
    if (!asCsv) ctx.body = found;
    else await answerCsv(ctx, `insights-${found.ecgId}.csv`, COLUMNS, rowsOf(found));
  };
}

/** What was asked for stands in every line: lines of several answers can be put together. */
function rowsOf({ channels, window, definition: { deadBand, gaps } }: Insights): Cell[][] {
  const asked = [window?.from ?? null, window?.to ?? null, deadBand, gaps];
  return channels.map((channel) => [...OF_CHANNEL.map((column) => channel[column]), ...asked]);
}
