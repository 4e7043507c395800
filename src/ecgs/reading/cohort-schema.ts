/** `GET /insights/cohort`: query and answer. These schemas are components of the API document. */
import { z } from 'zod';
import { moment } from '../../directory/fields.ts';
import { SEXES } from '../../directory/patients/schema.ts';
import { someOf, wholeNumber } from '../../http/query-values.ts';
import { CANONICAL_LEADS } from '../../signal/leads.ts';

/** Years of an age. */
const MAX_AGE = 150;
/** Width of the histogram's bins, in crossings per second. */
export const BIN_WIDTH = 1;
/** Years of one group of ages. */
export const AGE_BAND = 10;
export const PERCENTILES = [5, 25, 50, 75, 95] as const;

const age = wholeNumber(0, MAX_AGE);

export const cohortQuery = z
  .strictObject({
    lead: someOf(CANONICAL_LEADS).optional().meta({ description: 'One or more, separated by commas. Default: all' }),
    dateFrom: moment().optional().meta({ description: 'Recorded then or later' }),
    dateTo: moment().optional().meta({ description: 'Recorded before' }),
    sex: z.enum(SEXES).optional().meta({ description: "The patient's" }),
    ageFrom: age.optional().meta({
      description: 'The least completed years of the patient on the day of the recording (UTC)',
    }),
    ageTo: age.optional().meta({
      description: 'The most completed years of the patient on the day of the recording (UTC)',
    }),
    groupBy: z
      .enum(['none', 'sex', 'age'])
      .default('none')
      .meta({
        description:
          `Whether each lead is divided by the patients' sex, or by their age in bands of ${AGE_BAND} years. ` +
          'Recordings without a patient, or without a known age, are a group of their own',
      }),
  })
  .refine(({ ageFrom: from, ageTo: to }) => from === undefined || to === undefined || from <= to, {
    path: ['ageTo'],
    message: 'must not be less than ageFrom',
  });
export type CohortQuery = z.infer<typeof cohortQuery>;

const rate = z.number().nullable().meta({ description: 'Crossings per second; null if no recording has a rate' });
const percentile = rate.meta({
  description: 'Crossings per second: the least value that this share of the recordings does not exceed',
});

export const CohortGroup = z
  .strictObject({
    lead: z.enum(CANONICAL_LEADS),
    sex: z.enum(SEXES).nullable().meta({ description: 'Null if not grouped by sex, or if there is no patient' }),
    ageFrom: z
      .int()
      .nullable()
      .meta({ description: `The first of ${AGE_BAND} years of age; null if not grouped by age, or if it is unknown` }),
    recordings: z.int().meta({ description: 'Recordings that have this lead and a rate of crossings' }),
    withoutRate: z.int().meta({
      description: 'Recordings that have this lead, but no sampling rate or no sample; counted nowhere else',
    }),
    minimum: rate,
    p5: percentile,
    p25: percentile,
    p50: percentile,
    p75: percentile,
    p95: percentile,
    maximum: rate,
    mean: rate,
    standardDeviation: rate.meta({ description: 'Of the population, in crossings per second' }),
    histogram: z
      .array(
        z.strictObject({
          from: z.number().meta({ description: 'Crossings per second, inclusive' }),
          to: z.number().meta({ description: 'Exclusive' }),
          recordings: z.int(),
        }),
      )
      .meta({ description: 'In ascending order; bins without a recording are left out' }),
  })
  .meta({ id: 'CohortGroup' });
export type CohortGroup = z.infer<typeof CohortGroup>;

export const Cohort = z
  .strictObject({
    definition: z
      .strictObject({ name: z.string(), version: z.int(), deadBand: z.number(), gaps: z.enum(['break', 'bridge']) })
      .meta({ description: 'How crossings are counted, as in the insights of a recording' }),
    binWidth: z.number().meta({ description: "Width of the histogram's bins, in crossings per second" }),
    groups: z.array(CohortGroup).meta({ description: 'Only those with recordings, in the order of the leads' }),
  })
  .meta({ id: 'Cohort' });
export type Cohort = z.infer<typeof Cohort>;
