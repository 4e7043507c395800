/** `/attendances/indicators`: the service indicators of a period. */
import type { Connection } from 'mongoose';
import { jsonOrCsv } from '../http/answers.ts';
import { answerCsv, wantsCsv } from '../http/csv.ts';
import { type AnyOperation, operation } from '../http/operation.ts';
import { type Calendar, indicators } from './indicators.ts';
import { IndicatorGroup, Indicators, indicatorsQuery } from './schema.ts';

/** Of the CSV. */
const COLUMNS = Object.keys(IndicatorGroup.shape) as (keyof IndicatorGroup)[];

/**
 * @openapi
 * /attendances/indicators:
 *   get:
 *     summary: Service indicators of a period
 *     description: >
 *       Indicators of the attendances whose deadline is in the period. Days and months are in the clinic's time zone.
 *       A technician or base that does not exist has no attendances. With Accept text/csv, the groups as CSV;
 *       text that a spreadsheet would read as a formula is prefixed with an apostrophe.
 */
export const readIndicators = (database: Connection, calendar: Calendar): AnyOperation =>
  operation({
    id: 'readIndicators',
    tag: 'attendances',
    method: 'get',
    path: '/attendances/indicators',
    access: 'user',
    query: indicatorsQuery,
    large: true,
    answers: jsonOrCsv(Indicators, 'The indicators; as CSV, one line for each group'),
    handler: async ({ ctx, query }) => {
      const asCsv = wantsCsv(ctx);
      const found: Indicators = await indicators(database, calendar, query);
      if (!asCsv) ctx.body = found;
      else {
        const rows = found.groups.map((group) => COLUMNS.map((column) => group[column]));
        await answerCsv(ctx, `indicators-${query.from}-${query.to}.csv`, COLUMNS, rows);
      }
    },
  });
