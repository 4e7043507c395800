/** Requests about several recordings, and their results. These schemas are components of the API document. */
import { z } from 'zod';
import { catalogue, type ErrorCode } from '../../errors.ts';
import { MAX_ID_LENGTH } from '../../formats/common/bounds.ts';
import { FORMAT_IDS } from '../../formats/types.ts';
import { patient, study } from '../fields.ts';

/** Recordings in one request. */
export const MAX_BULK_ITEMS = 200;

const item = z.strictObject({
  id: z.string().min(1).max(MAX_ID_LENGTH),
  version: z.int().min(1).meta({ description: 'The version that you have seen: another one is left alone' }),
});
export type BulkItem = z.infer<typeof item>;

const items = z
  .array(item)
  .min(1)
  .max(MAX_BULK_ITEMS)
  .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'must not name a recording twice')
  .meta({ description: 'Each recording once' });

export const BulkDelete = z.strictObject({ items }).meta({ id: 'EcgBulkDelete' });

export const BulkAttach = z
  .strictObject({ items, patient: patient.optional(), study: study.optional() })
  .refine((body) => body.patient !== undefined || body.study !== undefined, 'must have a patient or a study')
  .meta({ id: 'EcgBulkAttach', description: 'With `patient`, `study` or both; null detaches' });

export const BulkExport = z
  .strictObject({
    items,
    format: z.enum(FORMAT_IDS).meta({ description: 'GET /formats shows which formats can be written' }),
    deidentify: z
      .boolean()
      .default(false)
      .meta({ description: 'Removes or replaces everything that identifies a person, also in the manifest' }),
  })
  .meta({ id: 'EcgBulkExport' });

const outcome = {
  status: z.int().meta({ description: 'What a request for this recording alone would have been answered with' }),
  code: z
    .enum(catalogue().map((row) => row.code) as [ErrorCode, ...ErrorCode[]])
    .nullable()
    .meta({ description: 'The code of the problem; null: done' }),
  detail: z.string().nullable().meta({ description: 'What happened, and what to do about it; null: done' }),
};

const counts = {
  done: z.int().meta({ description: 'Number of recordings for which it was done' }),
  failed: z.int().meta({ description: 'Number of the others' }),
};

export const BulkResults = z
  .strictObject({
    items: z.array(
      z.strictObject({
        id: z.string(),
        ...outcome,
        version: z.int().nullable().meta({ description: 'The new version; null if there is none, or not done' }),
      }),
    ),
    ...counts,
  })
  .meta({ id: 'EcgBulkResults', description: 'One result for each recording, in the order of the request' });
export type BulkResults = z.infer<typeof BulkResults>;
export type BulkResult = BulkResults['items'][number];
