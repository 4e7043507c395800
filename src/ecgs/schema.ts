/** What goes in and out of `/ecgs`. These schemas are the components of the API document. */
import { z } from 'zod';
import type { Limits } from '../startup/config.ts';
import { moment } from '../directory/fields.ts';
import { pageQuery } from '../http/paging.ts';
import {
  MAX_GAIN,
  MAX_ID_LENGTH,
  MAX_NOTES_LENGTH,
  MAX_REFERENCE_LENGTH,
  MAX_SAMPLING_RATE,
  MAX_UNIT_LENGTH,
  MAX_ZERO_LEVEL,
  MIN_GAIN,
  MIN_SAMPLING_RATE,
} from '../formats/common/bounds.ts';
import { FORMAT_IDS } from '../formats/types.ts';
import { CANONICAL_LEADS } from '../signal/leads.ts';
import { SAMPLE_TYPES } from '../signal/samples.ts';
import { isPlain } from '../signal/units.ts';

const reference = z.string().trim().min(1).max(MAX_REFERENCE_LENGTH);
const patient = reference.nullable().meta({
  description:
    'Id of a patient of the directory; a change of it takes the recording off its study, unless a study is named too',
});
const study = reference.nullable().meta({ description: 'Id of a study of that patient; alone it implies the patient' });
const notes = z.string().max(MAX_NOTES_LENGTH).nullable();
const samplingRate = z.number().min(MIN_SAMPLING_RATE).max(MAX_SAMPLING_RATE).meta({ description: 'Hz' });
const unit = z.string().trim().min(1).max(MAX_UNIT_LENGTH).meta({ description: 'Physical unit', example: 'mV' });
const gain = z
  .number()
  .meta({ description: 'Stored units per physical unit: physical = (stored − zeroLevel) / gain; not 0' });
const zeroLevel = z.number().meta({ description: 'The stored value of physical zero; crossings are counted about it' });
const lead = z
  .enum(CANONICAL_LEADS)
  .nullable()
  .meta({ description: 'The canonical lead; null where the name is no known spelling or another channel has it' });
const time = z.iso.datetime();
const seconds = z.number().nullable().meta({ description: 'Seconds; null while the sampling rate is unknown' });

const EcgUploadLead = z
  .looseObject({
    name: z.string(),
    number_of_samples: z.int().optional().meta({
      description:
        'Checked against the signal. Also read as numberOfSamples, "number of samples", num_samples, sample_size, total_samples',
    }),
    signal: z
      .array(z.number().nullable())
      .meta({ description: 'Integers, decimals, or null where a sample is missing' }),
    samplingRate: samplingRate.optional(),
    unit: unit.optional(),
    gain: gain.optional(),
    zeroLevel: zeroLevel.optional(),
  })
  .meta({ id: 'EcgUploadLead' });

/** Documents what `POST /ecgs` takes; the decoder in `formats/json` checks it, since no signal passes through a schema. */
export const EcgUpload = z
  .looseObject({
    id: z.string().optional().meta({
      description: 'Unique among your recordings; the same content again answers with the recording that exists',
    }),
    date: z.string().optional().meta({
      description:
        "ISO 8601; without a zone it is read in the clinic's, where a time that clocks skipped or showed twice is refused",
    }),
    samplingRate: samplingRate.optional(),
    unit: unit.optional(),
    gain: gain.optional(),
    zeroLevel: zeroLevel.optional(),
    patient: reference.optional(),
    study: reference.optional(),
    notes: z.string().optional(),
    leads: z.array(EcgUploadLead),
  })
  .meta({
    id: 'EcgUpload',
    description:
      'Keys may come in any order; rate, unit, gain and zero level count for all leads unless a lead has its own',
  });

const EcgChannel = z
  .strictObject({
    name: z.string(),
    lead,
    samplingRate: samplingRate.nullable(),
    unit: unit.nullable(),
    gain,
    zeroLevel,
    calibrated: z.boolean().meta({
      description: 'True where a unit of a physical quantity and its gain are known; elsewhere values are on no scale',
    }),
    sampleType: z.enum(SAMPLE_TYPES).meta({ description: 'The widest type its samples are kept in' }),
    samples: z.int().meta({ description: 'All samples, missing ones included' }),
    missing: z.int(),
    duration: seconds,
  })
  .meta({ id: 'EcgChannel' });
export type EcgChannel = z.infer<typeof EcgChannel>;

const Subject = z
  .strictObject({
    patientId: z.string().nullable(),
    patientName: z.string().nullable(),
    birthDate: z.string().nullable().meta({ description: 'ISO 8601' }),
    sex: z.enum(['male', 'female']).nullable(),
    studyId: z.string().nullable(),
  })
  .meta({ id: 'EcgSubject' });

export const Ecg = z
  .strictObject({
    id: z.string(),
    externalId: z.string().nullable().meta({ description: 'The id that the upload gave' }),
    date: time.nullable(),
    patient,
    study,
    notes,
    format: z.enum(FORMAT_IDS).meta({ description: 'The format of the upload' }),
    subject: Subject.nullable().meta({
      description:
        'Whom the file says it was recorded of: a suggestion, which no patient of the directory was made from',
    }),
    part: z.string().nullable().meta({
      description: 'What tells it from the other recordings of its file; null where it was the only one',
      example: 'rhythm',
    }),
    siblings: z.array(z.string()).meta({ description: 'Ids of the other recordings of its file' }),
    annotations: z.int().meta({ description: 'How many marks came with it' }),
    channels: z.array(EcgChannel),
    createdAt: time,
    updatedAt: time,
    version: z.int().meta({ description: 'Counts the changes; the ETag is made of it' }),
  })
  .meta({ id: 'Ecg' });
export type Ecg = z.infer<typeof Ecg>;

export const UploadedEcg = Ecg.extend({
  warnings: z.array(z.string()).meta({ description: 'What was in the upload and is not kept' }),
}).meta({ id: 'UploadedEcg' });
export type UploadedEcg = z.infer<typeof UploadedEcg>;

export const UploadedEcgs = z
  .strictObject({ items: z.array(UploadedEcg) })
  .meta({ id: 'UploadedEcgs', description: 'The recordings of a file that holds several' });
export type UploadedEcgs = z.infer<typeof UploadedEcgs>;

export const EcgList = z
  .strictObject({
    items: z.array(Ecg),
    nextCursor: z.string().nullable(),
    total: z.int().optional(),
    totalIsLowerBound: z.boolean().optional(),
  })
  .meta({ id: 'EcgList' });
export type EcgList = z.infer<typeof EcgList>;

const givenUnit = unit.refine(isPlain, 'must not hold characters that cannot be seen');
const givenGain = gain.refine(
  (value) => Math.abs(value) >= MIN_GAIN && Math.abs(value) <= MAX_GAIN,
  `must have a magnitude of ${MIN_GAIN} to ${MAX_GAIN}`,
);
export const EcgPatch = z
  .strictObject({
    patient,
    study,
    notes,
    samplingRate,
    unit: givenUnit,
    gain: givenGain,
    zeroLevel: zeroLevel.min(-MAX_ZERO_LEVEL).max(MAX_ZERO_LEVEL),
  })
  .partial()
  .refine((patch) => Object.keys(patch).length > 0, 'names nothing to change')
  .refine((patch) => patch.unit === undefined || patch.gain !== undefined, {
    path: ['gain'],
    message: 'is set together with unit: give both',
  })
  .refine((patch) => patch.gain === undefined || patch.unit !== undefined, {
    path: ['unit'],
    message: 'is set together with gain: give both',
  })
  .meta({
    id: 'EcgPatch',
    minProperties: 1,
    description:
      'samplingRate, unit with gain, and zeroLevel are set, and may be corrected, on the channels whose file left them open; what the file states stays',
  });
export type EcgPatch = z.infer<typeof EcgPatch>;

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
          'What counts: a change of sign between successive samples that are not zero, about the zero level; a missing sample breaks the run',
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

const RecordingFormat = z
  .strictObject({
    id: z.enum(FORMAT_IDS),
    title: z.string(),
    extensions: z.array(z.string()).meta({ example: ['.hea', '.dat'] }),
    mediaType: z.string(),
    isRead: z.boolean(),
    isWritten: z.boolean(),
    experimental: z.boolean().meta({ description: 'True while no file of an independent writer has been met' }),
    notes: z.array(z.string()),
  })
  .meta({ id: 'RecordingFormat' });

export const FormatList = z
  .strictObject({
    items: z.array(RecordingFormat),
    limits: z.strictObject({
      maxUploadBytes: z.int(),
      maxChannels: z.int(),
      maxNameLength: z.int(),
      maxMetadataBytes: z.int(),
      maxDepth: z.int(),
    }),
  })
  .meta({ id: 'FormatList' });
export type FormatList = z.infer<typeof FormatList>;

export const annotationQuery = (limits: Limits) => {
  const { limit, cursor } = pageQuery(limits);
  // Marks may lie before the first sample.
  return z
    .strictObject({ from: signedNumber.optional(), to: signedNumber.optional(), limit, cursor })
    .refine(inOrder, OUT_OF_ORDER);
};
export type AnnotationQuery = z.infer<ReturnType<typeof annotationQuery>>;

export const insightsQuery = z
  .strictObject({
    ...window,
    deadBand: number.default(0),
    gaps: z.enum(['break', 'bridge']).default('break'),
  })
  .refine(inOrder, OUT_OF_ORDER);
export type InsightsQuery = z.infer<typeof insightsQuery>;

export const ecgListQuery = (limits: Limits) =>
  z.strictObject({
    ...pageQuery(limits),
    dateFrom: moment().optional(),
    dateTo: moment().optional(),
    patient: reference.optional(),
    study: reference.optional(),
    externalId: z.string().min(1).max(MAX_ID_LENGTH).optional(),
  });
export type EcgListQuery = z.infer<ReturnType<typeof ecgListQuery>>;
