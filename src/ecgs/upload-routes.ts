/** `POST /ecgs`: the upload of a recording. */
import { z } from 'zod';
import { ETAG, json, LOCATION } from '../http/answers.ts';
import { type AnyOperation, operation } from '../http/operation.ts';
import { toInstant } from './date.ts';
import type { EcgDeps } from './deps.ts';
import { answerUpload } from './upload/answer.ts';
import { ingest } from './upload/ingest.ts';
import { uploadForm, uploadQuery } from './upload/metadata.ts';
import { openRequest } from './upload/request.ts';
import { EcgUpload, UploadedEcg, UploadedEcgs } from './upload/schema.ts';

/**
 * @openapi
 * /ecgs:
 *   post:
 *     summary: Upload a recording
 *     description: >
 *       In any format of GET /formats, recognised by its content: as the body, or as multipart/form-data where a
 *       recording has several files (in any order). Streamed: the body may have any size up to MAX_UPLOAD_BYTES and is
 *       never held whole. Nothing of it is visible before all of it is stored. The same content again answers 200 with
 *       the recording that exists: under the same id, or where the upload has none, with the same patient, study and
 *       notes; with others it is refused with 409, which names the recording. With a file, the parameters below (in
 *       multipart also as form fields) say what the JSON form says itself. id, date, patient, study and notes replace
 *       those of the file; samplingRate, unit, gain and zeroLevel only fill what the file leaves open.
 *     requestBody:
 *       content:
 *         application/json:
 *           example:
 *             id: example-1
 *             date: '2026-01-15T09:30:00Z'
 *             samplingRate: 500
 *             unit: mV
 *             gain: 1000
 *             leads: [{ name: II, number_of_samples: 6, signal: [12, -7, 0, -3, null, 5] }]
 */
export function uploadEcg({ config, database, room, uploads, inUploadTurn }: EcgDeps): AnyOperation {
  const deps = { database, uploads, clinicTimezone: config.clinicTimezone };
  return operation({
    id: 'uploadEcg',
    tag: 'ecgs',
    method: 'post',
    path: '/ecgs',
    access: 'clinician',
    query: uploadQuery,
    receives: {
      'application/json': EcgUpload,
      'multipart/form-data': uploadForm,
      'application/octet-stream': 'binary',
    },
    answers: {
      201: json(
        z.union([UploadedEcg, UploadedEcgs]),
        'The recording; or all of them where the file holds several, the rhythm first. Location and ETag come with a ' +
          'single one',
        { ...LOCATION, ...ETAG },
      ),
      200: json(z.union([UploadedEcg, UploadedEcgs]), 'What was there already', { ...LOCATION, ...ETAG }),
    },
    errors: [
      'malformed-json',
      'malformed-file',
      'content-exists',
      'external-id-taken',
      'format-unknown',
      'recording-invalid',
      'reference-unknown',
      'too-many-uploads',
    ],
    handler: async ({ ctx, user: { userId }, query, confirm }) => {
      // Refused before hours of a body have come.
      if (query.date != null) toInstant(query.date, config.clinicTimezone);
      const { duplicate = 'refuse', ...said } = query;
      const ingested = await inUploadTurn(userId, async () => {
        const source = await openRequest(ctx, said, config.limits, room);
        return ingest({ userId, source, duplicate, confirm }, deps);
      });
      answerUpload(ctx, ingested);
    },
  });
}
