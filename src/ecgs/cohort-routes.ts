/** `/insights/cohort`: how often all of a user's recordings cross zero, as JSON or CSV. */
import { jsonOrCsv } from '../http/answers.ts';
import { answerCsv, wantsCsv } from '../http/csv.ts';
import { type AnyOperation, operation } from '../http/operation.ts';
import { datesOf } from './date.ts';
import type { EcgDeps } from './deps.ts';
import { cohort } from './reading/cohort.ts';
import { Cohort, CohortGroup, cohortQuery } from './reading/cohort-schema.ts';

/** Of the CSV: all but the histogram. */
const COLUMNS = Object.keys(CohortGroup.omit({ histogram: true }).shape) as Exclude<keyof CohortGroup, 'histogram'>[];

/**
 * @openapi
 * /insights/cohort:
 *   get:
 *     summary: How often your recordings cross zero, over all of them
 *     description: >
 *       The distribution of the crossings per second of each standard lead over your recordings: percentiles, mean,
 *       standard deviation and a histogram. Only channels that are a standard lead count. Recordings without a date are
 *       in no range of dates, and those without a patient or an age in no selection by them. With Accept text/csv, one
 *       line for each group, without the histogram.
 */
export const readCohort = ({ database, zone }: EcgDeps): AnyOperation =>
  operation({
    id: 'readCohort',
    tag: 'ecgs',
    method: 'get',
    path: '/insights/cohort',
    access: 'clinician',
    query: cohortQuery,
    large: true,
    answers: jsonOrCsv(Cohort, 'The distributions; as CSV, one line for each group, without the histogram'),
    errors: ['cohort-too-large'],
    handler: async ({ ctx, user, query }) => {
      const asCsv = wantsCsv(ctx);
      const found: Cohort = await cohort(database, user.userId, datesOf(query, zone), query);
      if (!asCsv) ctx.body = found;
      else {
        const rows = found.groups.map((group) => COLUMNS.map((column) => group[column]));
        await answerCsv(ctx, 'cohort.csv', COLUMNS, rows);
      }
    },
  });
