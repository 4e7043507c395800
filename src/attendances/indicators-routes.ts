/** `/attendances/indicators`: the service indicators of a period. */
import type { Connection } from 'mongoose';
import { answerCsv, wantsCsv } from '../http/csv.ts';
import type { Handler } from '../http/operations.ts';
import { type Calendar, indicators } from './indicators.ts';
import { IndicatorGroup, type Indicators, type IndicatorsQuery } from './schema.ts';

/** Of the CSV. */
const COLUMNS = Object.keys(IndicatorGroup.shape) as (keyof IndicatorGroup)[];

/**
 * @openapi
 * /attendances/indicators:
 *   get:
 *     operationId: readIndicators
 *     tags: [attendances]
 *     x-access: user
 *     summary: Service indicators of a period
 *     description: >
 *       Of the attendances whose deadline lies in the period. Days and months are those of the clinic's time zone; a technician or base that does not exist has no attendances.
 *       With Accept text/csv the groups as CSV, where text that a spreadsheet would take for a formula stands behind an apostrophe.
 *     parameters:
 *       - { name: from, in: query, required: true, schema: { type: string, format: date, minLength: 1 },
 *           example: '2026-01-01', description: 'First day, included' }
 *       - { name: to, in: query, required: true, schema: { type: string, format: date, minLength: 1 },
 *           example: '2026-12-31', description: 'Last day, included' }
 *       - { name: groupBy, in: query, schema: { type: string, enum: [technician, base, month, none], default: none } }
 *       - { name: technician, in: query, schema: { type: string, minLength: 1, maxLength: 200 },
 *           description: 'Its id or its name' }
 *       - { name: base, in: query, schema: { type: string, minLength: 1, maxLength: 200 },
 *           description: 'Its id or its name' }
 *     responses:
 *       200:
 *         description: The indicators; as CSV one line a group
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/Indicators' }
 *           text/csv:
 *             schema: { type: string }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       406: { $ref: '#/components/responses/Problem406' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 */
export function readIndicators(database: Connection, calendar: Calendar): Handler<IndicatorsQuery, undefined> {
  return async ({ ctx, query }) => {
    const asCsv = wantsCsv(ctx);
    const found: Indicators = await indicators(database, calendar, query);
    if (!asCsv) ctx.body = found;
    else {
      const rows = found.groups.map((group) => COLUMNS.map((column) => group[column]));
      await answerCsv(ctx, `indicators-${query.from}-${query.to}.csv`, COLUMNS, rows);
    }
  };
}
