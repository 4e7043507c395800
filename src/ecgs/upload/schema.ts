/** What `POST /ecgs` takes and answers. These schemas are components of the API document. */
import { z } from 'zod';
import { gain, reference, samplingRate, unit, zeroLevel } from '../fields.ts';
import { Ecg } from '../schema.ts';

const EcgUploadLead = z
  .looseObject({
    name: z.string(),
    number_of_samples: z
      .int()
      .optional()
      .meta({
        description:
          'Must match the signal. Also accepted as numberOfSamples, "number of samples", num_samples, sample_size, ' +
          'total_samples',
      }),
    signal: z.array(z.number().nullable()).meta({ description: 'Integers, decimals, or null for a missing sample' }),
    samplingRate: samplingRate.optional(),
    unit: unit.optional(),
    gain: gain.optional(),
    zeroLevel: zeroLevel.optional(),
  })
  .meta({ id: 'EcgUploadLead' });

/** Describes the body of `POST /ecgs`. The decoder in `formats/json` checks it: no signal passes through a schema. */
export const EcgUpload = z
  .looseObject({
    id: z.string().optional().meta({
      description: 'Unique among your recordings; uploading the same content again answers with the existing recording',
    }),
    date: z
      .string()
      .optional()
      .meta({
        description:
          "ISO 8601. Without a zone, the clinic's time zone is used; a time that clocks skipped or repeated there is " +
          'refused',
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
      'Keys may be in any order. Rate, unit, gain and zero level apply to all leads unless a lead has its own',
  });

export const UploadedEcg = Ecg.extend({
  siblings: z
    .array(z.strictObject({ id: z.string(), part: Ecg.shape.part }))
    .meta({ description: 'The other recordings in its file' }),
  warnings: z.array(z.string()).meta({
    description: 'What was not kept or had to be assumed; warnings about a sibling begin with its part',
  }),
}).meta({ id: 'UploadedEcg' });
export type UploadedEcg = z.infer<typeof UploadedEcg>;
