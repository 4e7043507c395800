/** `POST /ecgs`: the upload of a recording. */
import { z } from 'zod';
import type { Along } from '../database/transaction.ts';
import { ETAG, json, LOCATION } from '../http/answers.ts';
import { type AnyOperation, operation } from '../http/operation.ts';
import { toInstant } from './date.ts';
import type { EcgDeps } from './deps.ts';
import { answerUpload, siblingsBeside } from './upload/answer.ts';
import { ingest } from './upload/ingest.ts';
import { ingestUploads } from './upload/from-uploads.ts';
import { uploadForm, uploadQuery } from './upload/metadata.ts';
import { EcgFromUploads } from './upload/naming.ts';
import type { Ingested } from './upload/prove.ts';
import { openRequest } from './upload/request.ts';
import { EcgUpload, UploadedEcg } from './upload/schema.ts';

/**
 * @openapi
 * /ecgs:
 *   post:
 *     summary: Upload a recording
 *     description: >
 *       In any format of GET /formats, recognised by its content: as the body, or, if a recording has several files, as
 *       multipart/form-data with the files in any order. The upload is streamed: the body may have any size up to
 *       MAX_UPLOAD_BYTES and is never held in memory as a whole. Nothing is visible before everything is stored.
 *       Uploading the same content again answers 200 with the existing recording, if the id is the same, or if the
 *       upload has no id and the same patient, study, notes, subject and annotations. Without an id and with another
 *       value of one of these, it is refused with a 409 that names the recording. With a file, the parameters below
 *       (in multipart also as form fields) give what the JSON format contains itself. id, date, patient, study and
 *       notes replace those of the file; samplingRate, unit, gain and zeroLevel only fill in what the file leaves open.
 *       How a text table is read is settled by decimal and columns, where a warning asks for them; they are parameters
 *       of the query or of a body that names uploads, and no form fields.
 *       Large files over a bad line are uploaded first with /uploads, and a JSON body of at most 64 KiB names them:
 *       `{"uploads": ["…"]}`, with the same parameters. If no recording can be made of them, they are kept, so that
 *       other parameters can be tried. Once it is made, the same request is answered 200 with the same recording.
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
export function uploadEcg(given: EcgDeps): AnyOperation {
  const { config, zone, database, room, uploads, inUploadTurn, recordingsOf } = given;
  const deps = { database, uploads, zone, blockEncoding: config.blockEncoding, keepOriginals: config.keepOriginals };
  return operation({
    id: 'uploadEcg',
    tag: 'ecgs',
    method: 'post',
    path: '/ecgs',
    access: 'clinician',
    query: uploadQuery,
    receives: {
      'application/json': z.union([EcgUpload, EcgFromUploads]),
      'multipart/form-data': uploadForm,
      'application/octet-stream': 'binary',
    },
    creates: true,
    answers: {
      201: json(
        UploadedEcg,
        'The recording. If the file contains several, the first of them, which is the rhythm if there is one; ' +
          'siblings names the others',
        { ...LOCATION, ...ETAG },
      ),
      200: json(UploadedEcg, 'The existing recording', { ...LOCATION, ...ETAG }),
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
      'not-found',
      'upload-expired',
      'upload-incomplete',
      'upload-in-use',
      'upload-used',
    ],
    handler: async ({ ctx, user: { userId }, query, keep, confirm }) => {
      // Refused before the body, which may take hours.
      if (query.date != null) toInstant(query.date, zone);
      const { duplicate = 'refuse', ...said } = query;
      const own = recordingsOf(userId);
      const ingested = await inUploadTurn(userId, async () => {
        const along: Along<Ingested[]> = async (made, session) => {
          answerUpload(ctx, made);
          await keep?.(session);
        };
        const common = { userId, duplicate, confirm, along: keep && along };
        const opened = await openRequest(ctx, said, config.limits, room);
        if (!('uploads' in opened)) return ingest({ ...common, source: opened }, deps);
        const { date } = opened.said;
        if (date != null) toInstant(date, zone);
        const more = { limits: config.limits, own };
        return ingestUploads(opened, common, { ...deps, ...more });
      });
      answerUpload(ctx, ingested, await siblingsBeside(ingested, own));
    },
  });
}
