/** Input and output of `/uploads`. These schemas validate requests and are components of the API document. */
import { z } from 'zod';
import { catalogue, type ErrorCode } from '../errors.ts';
import { listOf, pageQuery } from '../http/paging.ts';
import type { Limits } from '../startup/config.ts';
import { TUS_VERSION } from './tus.ts';

export const UPLOAD_STATES = ['receiving', 'complete', 'ingesting', 'failed', 'done'] as const;

const time = z.iso.datetime();
const bytes = z.int().min(0);

export const Upload = z
  .strictObject({
    id: z.string().meta({ example: '665f1c2ab7e4d1a2c3b4d5e6' }),
    name: z.string().nullable().meta({ description: 'The filename of the metadata' }),
    state: z.enum(UPLOAD_STATES).meta({
      description:
        'complete: all bytes are stored; ingesting: a recording is being made of them; failed: that was not ' +
        'possible, and may be tried again with other parameters; done: the bytes are removed',
    }),
    length: bytes.meta({ description: 'Bytes of the file' }),
    offset: bytes.meta({ description: 'Bytes that are stored; the upload goes on here' }),
    progress: z
      .strictObject({ bytesRead: bytes, bytesTotal: bytes })
      .meta({ description: 'How much of the file has been read to make the recording' }),
    recordings: z.array(z.string()).meta({ description: 'The ids of the recordings that were made of it' }),
    problem: z
      .strictObject({
        code: z.enum(catalogue().map((row) => row.code) as [ErrorCode, ...ErrorCode[]]),
        title: z.string(),
        status: z.int(),
        detail: z.string(),
        errors: z.array(z.strictObject({ path: z.string(), message: z.string() })),
      })
      .nullable()
      .meta({ description: 'Why no recording could be made: the problem that POST /ecgs was answered with' }),
    createdAt: time,
    expiresAt: time.meta({ description: 'Moves with every byte and every use' }),
    version: z.int().meta({ description: 'Grows with every change' }),
  })
  .meta({ id: 'Upload' });
export type Upload = z.infer<typeof Upload>;

export const UploadList = listOf(Upload).meta({ id: 'UploadList' });
export type UploadList = z.infer<typeof UploadList>;

export const uploadListQuery = (limits: Limits) => z.strictObject(pageQuery(limits));

const WHOLE = /^\d{1,15}$/;
const whole = (description: string, example: number) =>
  z
    .string()
    .regex(WHOLE, 'must be a whole number')
    .transform(Number)
    .meta({ type: 'integer', pattern: undefined, minimum: 0, description, example });

const version = z.string().meta({ description: 'The version of tus', example: TUS_VERSION });

/** Headers of every request. */
export const tusHeaders = z.object({ 'Tus-Resumable': version });

/** Headers of a request that begins an upload. */
export const creationHeaders = z.object({
  'Tus-Resumable': version,
  'Upload-Length': whole('Bytes of the file, at most Tus-Max-Size', 4),
  'Upload-Metadata': z.string().max(4_096).optional().meta({
    description: 'Keys, each with a base64 value, separated by commas. `filename` is the name of the file',
    example: 'filename MTAwLmhlYQ==',
  }),
});

/** Headers of a request with bytes. */
export const bytesHeaders = z.object({
  'Tus-Resumable': version,
  'Upload-Offset': whole('Where the bytes belong: the offset that HEAD answers', 0),
  'Upload-Checksum': z.string().optional().meta({
    description:
      'sha1 or sha256, a space, and the digest of the body in base64. If it differs, nothing of the body is kept',
    example: 'sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=',
  }),
});

const shown = (description: string) => z.string().meta({ description });

/** Headers of answers. */
export const UPLOAD_OFFSET = { 'Upload-Offset': z.int().meta({ description: 'Bytes that are stored' }) };
export const UPLOAD_EXPIRES = { 'Upload-Expires': shown('When it expires, as a date of HTTP') };
export const TUS_RESUMABLE = { 'Tus-Resumable': shown('The version of tus') };
export const UPLOAD_LENGTH = { 'Upload-Length': z.int().meta({ description: 'Bytes of the file' }) };
export const UPLOAD_METADATA = { 'Upload-Metadata': shown('As it was sent') };
export const TUS_OPTIONS = {
  'Tus-Version': shown('The versions of tus'),
  'Tus-Extension': shown('The extensions of tus'),
  'Tus-Max-Size': z.int().meta({ description: 'The greatest length of a file (MAX_UPLOAD_BYTES)' }),
  'Tus-Checksum-Algorithm': shown('The algorithms for Upload-Checksum'),
};
