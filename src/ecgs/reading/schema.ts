/** What is read of a recording: insights, samples, annotations. These schemas are components of the API document. */
import { z } from 'zod';
import type { Limits } from '../../startup/config.ts';
import { pageQuery } from '../../http/paging.ts';
import { SAMPLE_TYPES } from '../../signal/samples.ts';
import { gain, lead, samplingRate, seconds, unit, zeroLevel } from '../fields.ts';

/** Written as in JSON, which is also what JavaScript and Python print; what overflows a double is refused. */
const signedNumber = z
  .string()
  .regex(/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/, 'must be a number as JSON writes it, such as 2, 0.5 or 1e-7')
  .transform(Number)
  .pipe(z.number('must be smaller than 1.8e308'));
const number = signedNumber.pipe(z.number().min(0, 'must not be negative'));
const inOrder = ({ from, to }: { from?: number | undefined; to?: number | undefined }): boolean =>
  from === undefined || to === undefined || from <= to;
const OUT_OF_ORDER = { path: ['to'], message: 'must not lie before from' };
const window = { from: number.optional(), to: number.optional() };

export const samplesQuery = z.strictObject(window).refine(inOrder, OUT_OF_ORDER);
export type SamplesQuery = z.infer<typeof samplesQuery>;

export const insightsQuery = z
  .strictObject({
    ...window,
    deadBand: number.default(0),
    gaps: z.enum(['break', 'bridge']).default('break'),
  })
  .refine(inOrder, OUT_OF_ORDER);
export type InsightsQuery = z.infer<typeof insightsQuery>;

const statistic = z.number().nullable().meta({ description: "In the channel's unit; null where no sample is present" });
export const ChannelInsights = z
  .strictObject({
    name: z.string(),
    lead,
    samples: z.int(),
    missing: z.int(),
    duration: seconds,
    zeroCrossings: z.int(),
    crossingsPerSecond: z.number().nullable(),
    minimum: statistic,
    maximum: statistic,
    mean: statistic,
    standardDeviation: z.number().nullable().meta({ description: "Of the population, in the channel's unit" }),
    unit: unit.nullable(),
    calibrated: z.boolean(),
    samplingRate: samplingRate.nullable(),
  })
  .meta({ id: 'ChannelInsights' });

export const Insights = z
  .strictObject({
    ecgId: z.string(),
    definition: z
      .strictObject({ name: z.string(), version: z.int(), deadBand: z.number(), gaps: z.enum(['break', 'bridge']) })
      .meta({
        description:
          'What counts: a change of sign between successive samples that are not zero, about the zero level; ' +
          'a missing sample breaks the run',
      }),
    window: z
      .strictObject({ from: z.number(), to: z.number().nullable() })
      .nullable()
      .meta({ description: 'Seconds, half-open' }),
    channels: z.array(ChannelInsights),
  })
  .meta({ id: 'Insights' });
export type Insights = z.infer<typeof Insights>;

export const ChannelSamples = z
  .strictObject({
    ecgId: z.string(),
    channel: z.string(),
    lead,
    samplingRate: samplingRate.nullable(),
    unit: unit.nullable(),
    gain,
    zeroLevel,
    calibrated: z.boolean(),
    sampleType: z.enum(SAMPLE_TYPES).meta({ description: 'The widest type in the range' }),
    first: z.int().meta({ description: 'Number of the first sample, from 0' }),
    count: z.int(),
    samples: z.array(z.number().nullable()).meta({ description: 'In stored units; null where missing' }),
  })
  .meta({ id: 'ChannelSamples' });
export type ChannelSamples = z.infer<typeof ChannelSamples>;

const Annotation = z
  .strictObject({
    at: z.number().meta({ description: 'Seconds from the first sample; negative before it' }),
    duration: z.number().nullable().meta({ description: 'Seconds; null for a moment' }),
    channel: z.string().nullable().meta({ description: 'Name of the channel it belongs to; null: all' }),
    code: z
      .string()
      .nullable()
      .meta({ description: "The format's own code, for example N for a normal beat in WFDB", example: 'N' }),
    text: z.string().nullable(),
  })
  .meta({ id: 'EcgAnnotation' });

export const AnnotationList = z
  .strictObject({ items: z.array(Annotation), nextCursor: z.string().nullable() })
  .meta({ id: 'EcgAnnotationList' });
export type AnnotationList = z.infer<typeof AnnotationList>;

export const annotationQuery = (limits: Limits) => {
  const { limit, cursor } = pageQuery(limits);
  // Marks may lie before the first sample.
  return z
    .strictObject({ from: signedNumber.optional(), to: signedNumber.optional(), limit, cursor })
    .refine(inOrder, OUT_OF_ORDER);
};
export type AnnotationQuery = z.infer<ReturnType<typeof annotationQuery>>;
