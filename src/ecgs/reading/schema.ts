/** The data read from a recording: insights, samples, annotations. These schemas are components of the API document. */
import { z } from 'zod';
import { SAMPLE_TYPES } from '../../signal/samples.ts';
import { channelFields, gain, lead, samplingRate, seconds, unit, zeroLevel } from '../fields.ts';

const statistic = z.number().nullable().meta({ description: "In the channel's unit; null if no sample is present" });
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
          'How crossings are counted: a change of sign between successive non-zero samples, relative to the ' +
          'zero level; ' +
          'nothing is counted across a missing sample',
      }),
    window: z
      .strictObject({ from: z.number(), to: z.number().nullable() })
      .nullable()
      .meta({ description: 'Seconds, half-open' }),
    channels: z.array(ChannelInsights),
  })
  .meta({ id: 'Insights' });
export type Insights = z.infer<typeof Insights>;

const counts = z.array(z.int());
const statistics = z.array(statistic);
export const InsightSeries = z
  .strictObject({
    ecgId: z.string(),
    definition: Insights.shape.definition,
    window: z.number().meta({ description: 'Seconds of each window' }),
    channels: z.array(
      z.strictObject({
        name: z.string(),
        lead,
        unit: unit.nullable(),
        calibrated: z.boolean(),
        samplingRate,
        samples: counts.meta({ description: 'Of each window; all samples, missing ones included' }),
        missing: counts,
        zeroCrossings: counts,
        minimum: statistics,
        maximum: statistics,
        mean: statistics,
      }),
    ),
  })
  .meta({ id: 'InsightSeries', description: 'Channels in the requested order' });

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
    sampleType: z.enum(SAMPLE_TYPES).meta({ description: 'The widest sample type in the range' }),
    first: z.int().meta({ description: 'Index of the first sample, from 0' }),
    count: z.int(),
    samples: z.array(z.number().nullable()).meta({ description: 'In stored units; null if missing' }),
  })
  .meta({ id: 'ChannelSamples' });
export type ChannelSamples = z.infer<typeof ChannelSamples>;

const { first, samples } = ChannelSamples.shape;

const calculated = z.literal(true).optional().meta({
  description: 'Only for a lead that is not recorded, but calculated from leads I and II',
});

export const EcgSamples = z
  .strictObject({
    ecgId: z.string(),
    channels: z.array(z.strictObject({ ...channelFields, calculated, first, samples })),
  })
  .meta({ id: 'EcgSamples', description: 'Channels in the requested order' });

const bins = z.array(z.number().nullable()).optional();

export const EcgWaveform = z
  .strictObject({
    ecgId: z.string(),
    channels: z.array(
      z.strictObject({
        ...channelFields,
        calculated,
        first: z.int().meta({ description: 'Index of the first sample, or of the first one of the first bin, from 0' }),
        samplesPerBin: z.int().meta({ description: '1: `samples`; otherwise `minimum` and `maximum`' }),
        samples: samples.optional(),
        minimum: bins.meta({ description: 'The lowest value of each bin; null if every sample is missing' }),
        maximum: bins.meta({ description: 'The highest value of each bin; null if every sample is missing' }),
      }),
    ),
  })
  .meta({ id: 'EcgWaveform', description: 'Channels in the requested order' });
