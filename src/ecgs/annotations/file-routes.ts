/** `/ecgs/{id}/annotations/files`: files of annotations that are attached to a recording. */
import { notFound } from '../../errors.ts';
import { json, LOCATION, noContent } from '../../http/answers.ts';
import { type AnyOperation, operation } from '../../http/operation.ts';
import type { EcgDeps } from '../deps.ts';
import { attachFile, detachFile } from './attached-files.ts';
import { annotationsOf } from './decode-file.ts';
import { receivedFile } from './received-file.ts';
import { AttachedAnnotations, AttachedList, attachForm, attachQuery } from './schema.ts';
import { attachedView } from './view.ts';

export const annotationFileOperations = (deps: EcgDeps): AnyOperation[] => [
  listAnnotationFiles(deps),
  attachAnnotations(deps),
  readAnnotationFile(deps),
  detachAnnotations(deps),
];

const COMMON = { tag: 'ecgs', access: 'clinician' } as const;

/**
 * @openapi
 * /ecgs/{id}/annotations/files:
 *   get:
 *     summary: List the files of annotations that are attached to a recording
 *     description: All of them, the oldest first. Those that came with the recording are not among them.
 */
const listAnnotationFiles = ({ recordingsOf }: EcgDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'listAnnotationFiles',
    method: 'get',
    path: '/ecgs/:id/annotations/files',
    answers: { 200: json(AttachedList, 'All attached files') },
    handler: async ({ ctx, user, param }) => {
      const { attached = [] } = await recordingsOf(user.userId).get(param('id'));
      ctx.body = { items: attached.map(attachedView) };
    },
  });

/**
 * @openapi
 * /ecgs/{id}/annotations/files:
 *   post:
 *     summary: Attach a file of annotations to a recording
 *     description: >
 *       A WFDB annotation file (such as .atr, .qrs or .ecg), or an EDF+, DICOM or aECG file, of which only the
 *       annotations are kept: as the body, or in a form. It must fit the recording: its channels by their names, their
 *       sampling rates, and no annotation after the end. A file has at most 16 MiB; a recording has at most 10 attached
 *       files, with 200,000 annotations together. Attaching the same file again answers 200 with the existing one. The
 *       version of the recording does not change.
 */
const attachAnnotations = ({ config, database, recordingsOf, room, inUploadTurn }: EcgDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'attachAnnotations',
    method: 'post',
    path: '/ecgs/:id/annotations/files',
    query: attachQuery,
    receives: { 'multipart/form-data': attachForm, 'application/octet-stream': 'binary' },
    creates: true,
    answers: {
      201: json(AttachedAnnotations, 'Attached', LOCATION),
      200: json(AttachedAnnotations, 'This file is already attached', LOCATION),
    },
    errors: ['annotations-invalid', 'sampling-rate-unknown', 'too-many-annotations', 'too-many-uploads'],
    handler: async ({ ctx, user: { userId }, param, query, keep, confirm }) => {
      const own = recordingsOf(userId);
      const ecg = await own.get(param('id'), { deed: 'change' });
      await inUploadTurn(userId, async () => {
        await room.ensure();
        const sent = await receivedFile(ctx, query, config.limits);
        const found = await annotationsOf(ecg, sent, config.limits);
        await confirm();
        await attachFile(database, userId, param('id'), sent, found, async ({ file, isNew }, session) => {
          ctx.status = isNew ? 201 : 200;
          ctx.set('Location', `${ctx.path}/${file._id.toHexString()}`);
          ctx.body = { ...attachedView(file), warnings: found.warnings } satisfies AttachedAnnotations;
          await keep?.(session);
        });
      });
    },
  });

/**
 * @openapi
 * /ecgs/{id}/annotations/files/{fileId}:
 *   get:
 *     summary: Read about a file of annotations that is attached to a recording
 *     description: Its annotations are in the list of all annotations, with its id as `file`.
 */
const readAnnotationFile = ({ recordingsOf }: EcgDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'readAnnotationFile',
    method: 'get',
    path: '/ecgs/:id/annotations/files/:fileId',
    answers: { 200: json(AttachedAnnotations, 'The attached file') },
    handler: async ({ ctx, user, param }) => {
      const { attached = [] } = await recordingsOf(user.userId).get(param('id'));
      const file = attached.find(({ _id }) => _id.toHexString() === param('fileId'));
      if (!file) throw notFound();
      ctx.body = attachedView(file) satisfies AttachedAnnotations;
    },
  });

/**
 * @openapi
 * /ecgs/{id}/annotations/files/{fileId}:
 *   delete:
 *     summary: Delete an attached file with all its annotations
 */
const detachAnnotations = ({ database }: EcgDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'detachAnnotations',
    method: 'delete',
    path: '/ecgs/:id/annotations/files/:fileId',
    answers: noContent('Deleted'),
    handler: async ({ ctx, user, param }) => {
      await detachFile(database, user.userId, param('id'), param('fileId'));
      ctx.status = 204;
    },
  });
