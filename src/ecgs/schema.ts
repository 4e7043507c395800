/** A recording as listed, read and changed. These schemas are components of the API document. */
import { z } from 'zod';
import { moment } from '../directory/fields.ts';
import { MAX_GAIN, MAX_ID_LENGTH, MAX_ZERO_LEVEL, MIN_GAIN } from '../formats/common/bounds.ts';
import { FORMAT_IDS } from '../formats/types.ts';
import { listOf } from '../http/paging.ts';
import { CALCULATED_LEADS } from '../signal/calculated-leads.ts';
import { SAMPLE_TYPES } from '../signal/samples.ts';
import { isPlain } from '../signal/units.ts';
import {
  channelFields,
  gain,
  lead,
  notes,
  patient,
  samplingRate,
  seconds,
  study,
  time,
  unit,
  zeroLevel,
} from './fields.ts';
import { EVIDENT } from './store/evident.ts';
import { OPEN_FACTS } from './store/model.ts';

const EcgChannel = z
  .strictObject({
    ...channelFields,
    sampleType: z.enum(SAMPLE_TYPES).meta({ description: 'The widest type in which its samples are stored' }),
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
    externalId: z.string().nullable().meta({ description: 'The id given in the upload' }),
    date: time.nullable(),
    patient,
    study,
    notes,
    format: z.enum(FORMAT_IDS).meta({ description: 'The format of the upload' }),
    fileName: z.string().nullable().meta({
      description: 'The name of the uploaded file, without folders; of several files, that of the first to be read',
      example: '100.hea',
    }),
    recordName: z
      .string()
      .nullable()
      .meta({ description: 'The name that the file gives the record; null if its format has none', example: '100' }),
    original: z
      .strictObject({ files: z.array(z.strictObject({ name: z.string().nullable(), bytes: z.int() })) })
      .nullable()
      .meta({ description: 'The uploaded files, for GET /ecgs/{id}/original; null if they are not kept' }),
    open: z.array(z.enum(OPEN_FACTS)).meta({ description: 'What the file leaves open, and PATCH may set and correct' }),
    subject: Subject.nullable().meta({
      description:
        'The subject according to the file. Only a suggestion: no patient of the directory is created from it',
    }),
    part: z.string().nullable().meta({
      description: 'Distinguishes it from the other recordings of its file; null if it is the only one',
      example: 'rhythm',
    }),
    siblings: z.array(z.string()).meta({ description: 'Ids of the other recordings in its file' }),
    annotations: z.int().meta({ description: 'Number of its marks' }),
    channels: z.array(EcgChannel),
    calculableLeads: z.array(z.enum(CALCULATED_LEADS)).meta({
      description: 'The limb leads that are not recorded, but can be calculated from leads I and II',
      example: ['III', 'aVR', 'aVL', 'aVF'],
    }),
    createdAt: time,
    updatedAt: time,
    version: z.int().meta({ description: 'Number of the version, increased by each change; also the ETag' }),
  })
  .meta({ id: 'Ecg' });
export type Ecg = z.infer<typeof Ecg>;

const ShortLead = z
  .strictObject({
    name: z.string(),
    lead,
    zeroCrossings: z.int(),
    crossingsPerSecond: z.number().nullable(),
  })
  .meta({ id: 'EcgShortLead' });

export const EcgShort = Ecg.omit({ original: true, open: true, siblings: true, channels: true, calculableLeads: true })
  .extend({
    patientName: z.string().nullable().meta({ description: 'According to the directory' }),
    duration: seconds.meta({ description: 'Seconds, of the longest channel; null while no sampling rate is known' }),
    samplingRate: samplingRate.nullable().meta({ description: 'Hz, of the fastest channel' }),
    checks: z.array(z.enum(EVIDENT)).meta({ description: 'Findings that need no samples' }),
    leads: z.array(ShortLead),
  })
  .meta({ id: 'EcgShort', description: 'A recording in a list with view=short' });
export type EcgShort = z.infer<typeof EcgShort>;

export const EcgList = listOf(z.union([Ecg, EcgShort])).meta({ id: 'EcgList' });
export type EcgList = z.infer<typeof EcgList>;

const givenUnit = unit
  .refine(isPlain, 'must not contain invisible characters')
  .meta({ ...unit.meta(), rule: 'Without invisible characters' });
const givenGain = gain.refine(
  (value) => Math.abs(value) >= MIN_GAIN && Math.abs(value) <= MAX_GAIN,
  `must have a magnitude of ${MIN_GAIN} to ${MAX_GAIN}`,
);
export const EcgPatch = z
  .strictObject({
    patient,
    study,
    notes,
    date: moment().nullable(),
    externalId: z.string().trim().min(1).max(MAX_ID_LENGTH).nullable(),
    samplingRate,
    unit: givenUnit,
    gain: givenGain,
    zeroLevel: zeroLevel.min(-MAX_ZERO_LEVEL).max(MAX_ZERO_LEVEL),
  })
  .partial()
  .refine((patch) => Object.keys(patch).length > 0, 'must have at least one field to change')
  .refine((patch) => patch.unit === undefined || patch.gain !== undefined, {
    path: ['gain'],
    message: 'must be given together with unit',
  })
  .refine((patch) => patch.gain === undefined || patch.unit !== undefined, {
    path: ['unit'],
    message: 'must be given together with gain',
  })
  .meta({
    id: 'EcgPatch',
    minProperties: 1,
    description:
      'date and externalId can be set, and corrected, if the file leaves them open; samplingRate, unit with ' +
      'gain, and zeroLevel on channels whose file leaves them open. What the file states cannot be changed',
  });
export type EcgPatch = z.infer<typeof EcgPatch>;
