/** What goes in and out of `/ecgs`. These schemas are the components of the API document. */
import { z } from 'zod';
import type { Limits } from '../config.ts';
import { pageQuery } from '../http/paging.ts';
import { MAX_ID_LENGTH, MAX_NOTES_LENGTH, MAX_REFERENCE_LENGTH, MAX_SAMPLING_RATE, MAX_UNIT_LENGTH, MIN_SAMPLING_RATE } from '../formats/bounds.ts';
import { CANONICAL_LEADS } from '../signal/leads.ts';
import { SAMPLE_TYPES } from '../signal/samples.ts';

const reference = z.string().trim().min(1).max(MAX_REFERENCE_LENGTH);
const patient = reference.nullable().meta({ description: 'Id of a patient of the directory; a change of it takes the recording off its study, unless a study is named too' });
const study = reference.nullable().meta({ description: 'Id of a study of that patient; alone it implies the patient' });
const notes = z.string().max(MAX_NOTES_LENGTH).nullable();
const samplingRate = z.number().min(MIN_SAMPLING_RATE).max(MAX_SAMPLING_RATE).meta({ description: 'Hz' });
const unit = z.string().trim().min(1).max(MAX_UNIT_LENGTH).meta({ description: 'Physical unit', example: 'mV' });
const gain = z.number().meta({ description: 'Stored units per physical unit: physical = (stored − zeroLevel) / gain; not 0' });
const zeroLevel = z.number().meta({ description: 'The stored value of physical zero; crossings are counted about it' });
const lead = z.enum(CANONICAL_LEADS).nullable().meta({ description: 'The canonical lead; null where the name is no known spelling or another channel has it' });
const time = z.iso.datetime();
const seconds = z.number().nullable().meta({ description: 'Seconds; null while the sampling rate is unknown' });

const EcgUploadLead = z.looseObject({
  name: z.string(),
  number_of_samples: z.int().optional().meta({ description: 'Checked against the signal. Also read as numberOfSamples, "number of samples", num_samples, sample_size, total_samples' }),
  signal: z.array(z.number().nullable()).meta({ description: 'Integers, decimals, or null where a sample is missing' }),
  samplingRate: samplingRate.optional(), unit: unit.optional(), gain: gain.optional(), zeroLevel: zeroLevel.optional(),
}).meta({ id: 'EcgUploadLead' });

/** Documents what `POST /ecgs` takes; the decoder in `formats/json` checks it, since no signal passes through a schema. */
export const EcgUpload = z.looseObject({
  id: z.string().optional().meta({ description: 'Unique among your recordings; the same content again answers with the recording that exists' }),
  date: z.string().optional().meta({ description: 'ISO 8601; without a zone it is read in the clinic\'s' }),
  samplingRate: samplingRate.optional(), unit: unit.optional(), gain: gain.optional(), zeroLevel: zeroLevel.optional(),
  patient: reference.optional(), study: reference.optional(), notes: z.string().optional(),
  leads: z.array(EcgUploadLead),
}).meta({ id: 'EcgUpload', description: 'Keys may come in any order; rate, unit, gain and zero level count for all leads unless a lead has its own' });

const EcgChannel = z.strictObject({
  name: z.string(), lead,
  samplingRate: samplingRate.nullable(), unit: unit.nullable(), gain, zeroLevel,
  calibrated: z.boolean().meta({ description: 'False where the gain is a format\'s default and not a calibration' }),
  sampleType: z.enum(SAMPLE_TYPES).meta({ description: 'The widest type its samples are kept in' }),
  samples: z.int().meta({ description: 'All samples, missing ones included' }),
  missing: z.int(),
  duration: seconds,
}).meta({ id: 'EcgChannel' });
export type EcgChannel = z.infer<typeof EcgChannel>;

export const Ecg = z.strictObject({
  id: z.string(),
  externalId: z.string().nullable().meta({ description: 'The id that the upload gave' }),
  date: time.nullable(), patient, study, notes,
  format: z.string(),
  channels: z.array(EcgChannel),
  createdAt: time, updatedAt: time,
  version: z.int().meta({ description: 'Counts the changes; the ETag is made of it' }),
}).meta({ id: 'Ecg' });
export type Ecg = z.infer<typeof Ecg>;

export const UploadedEcg = Ecg.extend({
  warnings: z.array(z.string()).meta({ description: 'What was in the upload and is not kept' }),
}).meta({ id: 'UploadedEcg' });
export type UploadedEcg = z.infer<typeof UploadedEcg>;

export const EcgList = z.strictObject({
  items: z.array(Ecg), nextCursor: z.string().nullable(), total: z.int().optional(), totalIsLowerBound: z.boolean().optional(),
}).meta({ id: 'EcgList' });
export type EcgList = z.infer<typeof EcgList>;

export const EcgPatch = z.strictObject({ patient, study, notes, samplingRate, unit }).partial()
  .refine((patch) => Object.keys(patch).length > 0, 'names nothing to change')
  .meta({ id: 'EcgPatch', minProperties: 1, description: 'samplingRate and unit are set once, on the channels where they are unknown' });
export type EcgPatch = z.infer<typeof EcgPatch>;

const statistic = z.number().nullable().meta({ description: 'In the channel\'s unit; null where no sample is present' });
const ChannelInsights = z.strictObject({
  name: z.string(), lead,
  samples: z.int(), missing: z.int(), duration: seconds,
  zeroCrossings: z.int(),
  crossingsPerSecond: z.number().nullable(),
  minimum: statistic, maximum: statistic, mean: statistic,
  standardDeviation: z.number().nullable().meta({ description: 'Of the population, in the channel\'s unit' }),
  unit: unit.nullable(), calibrated: z.boolean(), samplingRate: samplingRate.nullable(),
}).meta({ id: 'ChannelInsights' });

export const Insights = z.strictObject({
  ecgId: z.string(),
  definition: z.strictObject({ name: z.string(), version: z.int(), deadBand: z.number(), gaps: z.enum(['break', 'bridge']) })
    .meta({ description: 'What counts: a change of sign between successive samples that are not zero, about the zero level; a missing sample breaks the run' }),
  window: z.strictObject({ from: z.number(), to: z.number().nullable() }).nullable().meta({ description: 'Seconds, half-open' }),
  channels: z.array(ChannelInsights),
}).meta({ id: 'Insights' });
export type Insights = z.infer<typeof Insights>;

export const ChannelSamples = z.strictObject({
  ecgId: z.string(), channel: z.string(), lead,
  samplingRate: samplingRate.nullable(), unit: unit.nullable(), gain, zeroLevel, calibrated: z.boolean(),
  sampleType: z.enum(SAMPLE_TYPES).meta({ description: 'The widest type in the range' }),
  first: z.int().meta({ description: 'Number of the first sample, from 0' }),
  count: z.int(),
  samples: z.array(z.number().nullable()).meta({ description: 'In stored units; null where missing' }),
}).meta({ id: 'ChannelSamples' });
export type ChannelSamples = z.infer<typeof ChannelSamples>;

/** Written as in JSON; the empty text is no number. */
const number = z.string().regex(/^\d{1,15}(\.\d{1,15})?$/, 'must be a number that is not negative').transform(Number);
const inOrder = ({ from, to }: { from?: number | undefined; to?: number | undefined }): boolean => from === undefined || to === undefined || from <= to;
const OUT_OF_ORDER = { path: ['to'], message: 'must not lie before from' };
const window = { from: number.optional(), to: number.optional() };

export const samplesQuery = z.strictObject(window).refine(inOrder, OUT_OF_ORDER);
export type SamplesQuery = z.infer<typeof samplesQuery>;

export const insightsQuery = z.strictObject({
  ...window, deadBand: number.default(0), gaps: z.enum(['break', 'bridge']).default('break'),
}).refine(inOrder, OUT_OF_ORDER);
export type InsightsQuery = z.infer<typeof insightsQuery>;

export const ecgListQuery = (limits: Limits) => z.strictObject({
  ...pageQuery(limits),
  dateFrom: z.union([z.iso.date(), z.iso.datetime({ offset: true, local: true })]).optional(),
  dateTo: z.union([z.iso.date(), z.iso.datetime({ offset: true, local: true })]).optional(),
  patient: reference.optional(), study: reference.optional(), externalId: z.string().min(1).max(MAX_ID_LENGTH).optional(),
});
export type EcgListQuery = z.infer<ReturnType<typeof ecgListQuery>>;
