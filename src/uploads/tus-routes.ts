/** The operations of the tus protocol. */
import type { Context } from 'koa';
import { Problem } from '../errors.ts';
import { allowOf } from '../http/addressed.ts';
import { LOCATION } from '../http/answers.ts';
import { bodyBytes } from '../http/body-bytes.ts';
import { type AnyOperation, operation } from '../http/operation.ts';
import { beginUpload } from './begin.ts';
import { type FoundUpload, ownUpload } from './find.ts';
import type { StoredUpload } from './model.ts';
import { receive, tooLong } from './receive.ts';
import type { UploadDeps } from './deps.ts';
import {
  bytesHeaders,
  creationHeaders,
  TUS_OPTIONS,
  TUS_RESUMABLE,
  tusHeaders,
  UPLOAD_EXPIRES,
  UPLOAD_LENGTH,
  UPLOAD_METADATA,
  UPLOAD_OFFSET,
} from './schema.ts';
import { terminate } from './terminate.ts';
import {
  assertTusVersion,
  CHECKSUM_ALGORITHMS,
  checksumIn,
  fileNameIn,
  httpDate,
  OFFSET_OCTETS,
  TUS_EXTENSIONS,
  TUS_VERSION,
} from './tus.ts';

/** HEAD comes first: otherwise the GET of the same path would answer it. */
export const tusOperations = (deps: UploadDeps): AnyOperation[] => [
  describeUploads(deps),
  createUpload(deps),
  askUpload(deps),
  continueUpload(deps),
  removeUpload(deps),
];

const COMMON = { tag: 'uploads', access: 'clinician', precondition: assertTusVersion } as const;

/**
 * @openapi
 * /uploads:
 *   options:
 *     summary: What of the tus protocol is supported
 */
const describeUploads = ({ config }: UploadDeps): AnyOperation =>
  operation({
    tag: 'uploads',
    access: 'public',
    id: 'describeUploads',
    method: 'options',
    path: '/uploads',
    answers: { 204: { description: 'In the headers', headers: { ...TUS_RESUMABLE, ...TUS_OPTIONS } } },
    handler: async ({ ctx }) => {
      ctx.set({
        Allow: allowOf(ctx),
        'Tus-Version': TUS_VERSION,
        'Tus-Extension': TUS_EXTENSIONS.join(','),
        'Tus-Max-Size': String(config.limits.maxUploadBytes),
        'Tus-Checksum-Algorithm': CHECKSUM_ALGORITHMS.join(','),
      });
      ctx.status = 204;
    },
  });

/**
 * @openapi
 * /uploads:
 *   post:
 *     summary: Begin a resumable upload of one file
 *     description: >
 *       Creation of tus 1.0. The length must be known, and there is no body. The file is then sent with PATCH, in
 *       requests of any size. When all files of a recording are complete, POST /ecgs with their ids makes the
 *       recording. An upload expires UPLOAD_LIFETIME_SECONDS after its last byte. The lengths of your uploads that are
 *       not yet recordings count towards MAX_PENDING_UPLOAD_BYTES_PER_USER.
 */
const createUpload = ({ config: { limits }, database, room }: UploadDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'createUpload',
    method: 'post',
    path: '/uploads',
    creates: true,
    headers: creationHeaders,
    answers: { 201: { description: 'Begun', headers: { ...LOCATION, ...TUS_RESUMABLE, ...UPLOAD_EXPIRES } } },
    errors: ['tus-version-unsupported', 'body-too-large', 'upload-quota-exceeded'],
    handler: async ({ ctx, user, headers, keep }) => {
      const length = headers['Upload-Length'];
      const metadata = headers['Upload-Metadata'] ?? null;
      const name = fileNameIn(metadata);
      if (length > limits.maxUploadBytes)
        throw new Problem(
          'body-too-large',
          `A file may have at most ${limits.maxUploadBytes} bytes (setting MAX_UPLOAD_BYTES).`,
        );
      await room.ensure();
      await beginUpload(database, user.userId, { name, metadata, length }, limits, async (upload, session) => {
        ctx.body = null;
        ctx.status = 201;
        ctx.set('Location', `${ctx.path}/${upload._id.toHexString()}`);
        ctx.set('Upload-Expires', httpDate(upload.expiresAt));
        await keep?.(session);
      });
    },
  });

/**
 * @openapi
 * /uploads/{id}:
 *   head:
 *     summary: Ask where an upload goes on
 */
const askUpload = ({ database }: UploadDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'askUpload',
    method: 'head',
    path: '/uploads/:id',
    headers: tusHeaders,
    answers: {
      200: {
        description: 'The offset. Upload-Metadata is sent if there is any',
        headers: { ...TUS_RESUMABLE, ...UPLOAD_OFFSET, ...UPLOAD_LENGTH, ...UPLOAD_METADATA, ...UPLOAD_EXPIRES },
      },
    },
    errors: ['tus-version-unsupported', 'upload-expired'],
    handler: async ({ ctx, user, param }) => {
      const upload = await ownUpload(database, user.userId, param('id'));
      ctx.status = 200;
      ctx.set('Upload-Length', String(upload.length));
      if (upload.metadata !== null) ctx.set('Upload-Metadata', upload.metadata);
      showOffset(ctx, upload);
    },
  });

function showOffset(ctx: Context, { offset, expiresAt }: StoredUpload): void {
  ctx.set('Upload-Offset', String(offset));
  ctx.set('Upload-Expires', httpDate(expiresAt));
}

/**
 * @openapi
 * /uploads/{id}:
 *   patch:
 *     summary: Continue an upload
 *     description: >
 *       The body is stored in pieces of 1 MiB while it arrives. If the connection breaks, HEAD tells how much is
 *       stored: at most the last piece must be sent again. With Upload-Checksum, the body is stored as a whole or not
 *       at all. If several requests continue an upload at the same offset, one of them succeeds and the others are
 *       answered with 409. Where PATCH cannot be sent, a POST with X-HTTP-Method-Override is the same; so it is for
 *       HEAD and DELETE.
 */
const continueUpload = ({ config: { limits }, database, room, inUploadTurn }: UploadDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'continueUpload',
    method: 'patch',
    path: '/uploads/:id',
    headers: bytesHeaders,
    receives: { [OFFSET_OCTETS]: 'binary' },
    answers: { 204: { description: 'Stored', headers: { ...TUS_RESUMABLE, ...UPLOAD_OFFSET, ...UPLOAD_EXPIRES } } },
    errors: ['tus-version-unsupported', 'upload-expired', 'offset-stale', 'checksum-mismatch', 'too-many-uploads'],
    handler: async ({ ctx, user: { userId }, param, headers, confirm }) => {
      const upload = await ownUpload(database, userId, param('id'));
      if (ctx.request.type !== OFFSET_OCTETS)
        throw new Problem('media-type-unsupported', `Send the bytes as ${OFFSET_OCTETS}.`);
      const checksum = checksumIn(headers['Upload-Checksum']);
      assertOffset(upload, headers['Upload-Offset']);
      if (Number(ctx.get('Content-Length')) > upload.length - upload.offset) throw tooLong();
      await room.ensure();
      const stored = await inUploadTurn(userId, async () =>
        receive(upload, bodyBytes(ctx, limits), checksum, { database, room, limits, confirm }),
      );
      ctx.status = 204;
      showOffset(ctx, stored);
    },
  });

/** Errors: `offset-stale`. */
function assertOffset({ offset }: FoundUpload, sent: number): void {
  if (sent === offset) return;
  throw new Problem('offset-stale', `The upload goes on at ${offset}, not at ${sent}.`);
}

/**
 * @openapi
 * /uploads/{id}:
 *   delete:
 *     summary: Give up an upload, or forget that a recording was made of it
 */
const removeUpload = ({ database }: UploadDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'removeUpload',
    method: 'delete',
    path: '/uploads/:id',
    headers: tusHeaders,
    answers: { 204: { description: 'Its bytes are removed; recordings are kept', headers: TUS_RESUMABLE } },
    errors: ['tus-version-unsupported', 'upload-expired', 'upload-in-use'],
    handler: async ({ ctx, user, param }) => {
      await terminate(database, await ownUpload(database, user.userId, param('id')));
      ctx.status = 204;
    },
  });
