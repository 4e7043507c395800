/** Input and output of `/imports`. These schemas validate requests and are components of the API document. */
import { z } from 'zod';
import type { Limits } from '../startup/config.ts';
import { listOf, pageQuery } from '../http/paging.ts';
import { text } from '../text/plain-text.ts';

const time = z.iso.datetime();

export const IMPORT_STATES = ['queued', 'running', 'completed', 'failed', 'cancelled'] as const;

const flag = z.enum(['true', 'false']);

const fields = {
  kind: z.string().trim().min(1).max(100).optional(),
  source: text().optional().meta({
    description: 'The system that the identifiers in the file come from; compared with the `system` of identifiers',
    default: 'csv',
  }),
  createMissing: flag.optional().meta({
    description: 'Whether missing patients or encounters that a row refers to are created; otherwise such a row fails',
    default: 'false',
  }),
  dryRun: flag.optional().meta({ description: 'Checks and counts everything, but writes nothing', default: 'false' }),
};

/** The form fields besides the file. */
export const ImportFields = z.strictObject(fields);
export type ImportFields = z.infer<typeof ImportFields>;

/** Documents the form of `POST /imports`. @param kinds what can be imported */
export const importUpload = (kinds: readonly string[]) =>
  z.strictObject({
    file: z.string().meta({
      format: 'binary',
      description: 'One CSV file with a header: UTF-8 or windows-1252; comma, semicolon or tab',
    }),
    ...fields,
    kind: z.enum(kinds).optional().meta({ description: 'Default: recognised by the header' }),
  });

const count = z.int().min(0);

export const Import = z
  .strictObject({
    id: z.string().meta({ example: '665f1c2ab7e4d1a2c3b4d5e6' }),
    userId: z.string().meta({ description: 'Who imports' }),
    state: z.enum(IMPORT_STATES),
    failure: z
      .string()
      .nullable()
      .meta({ description: 'Why the import failed as a whole. Rows imported before are kept' }),
    warnings: z.array(z.string()).meta({
      description: 'What of the file was passed over, such as columns that are not known',
    }),
    kind: z.string().nullable().meta({ description: 'Null until the header has been read' }),
    fileName: z.string().nullable(),
    encoding: z.enum(['utf-8', 'windows-1252']).meta({
      description:
        'UTF-8 if the file begins with its byte order mark or is valid UTF-8; otherwise windows-1252, which ' +
        'includes Latin-1',
    }),
    source: z.string(),
    createMissing: z.boolean(),
    dryRun: z.boolean(),
    bytes: z.strictObject({ total: count, done: count }),
    rows: z.strictObject({
      total: count.meta({ description: 'Rows processed so far: ok + unchanged + failed' }),
      ok: count.meta({ description: 'created + updated' }),
      created: count,
      updated: count,
      unchanged: count,
      failed: count,
    }),
    alsoCreated: z
      .record(z.string(), count)
      .meta({ description: 'What else was created, such as patients that rows refer to' }),
    errors: count.meta({ description: 'Entries in the error report, at most 100,000' }),
    rate: z.number().nullable().meta({ description: 'Rows a second since the import was last started or resumed' }),
    estimatedEnd: time.nullable().meta({ description: 'Null unless the import is running and has made progress' }),
    createdAt: time,
    startedAt: time.nullable(),
    updatedAt: time,
    endedAt: time.nullable(),
    version: z.int().meta({ description: 'Number of the version, increased by each change; also the ETag' }),
  })
  .meta({ id: 'Import' });
export type Import = z.infer<typeof Import>;

export const ImportList = listOf(Import).meta({ id: 'ImportList' });
export type ImportList = z.infer<typeof ImportList>;

export const ImportError = z
  .strictObject({
    line: z.int().meta({ description: 'Line of the file on which the row begins; the header is on line 1' }),
    column: z.string().nullable().meta({ description: 'Null if the error is about the whole row' }),
    value: z.string().nullable().meta({ description: 'The value in the file; shown only to the user who imported it' }),
    reason: z.string(),
  })
  .meta({ id: 'ImportError' });
export type ImportError = z.infer<typeof ImportError>;

export const ImportErrorList = listOf(ImportError).meta({ id: 'ImportErrorList' });
export type ImportErrorList = z.infer<typeof ImportErrorList>;

/** The query of `GET /imports` and of the error report. */
export const importListQuery = (limits: Limits) => z.strictObject(pageQuery(limits));
