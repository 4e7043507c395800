/** `/ecgs/{id}/export`: a recording converted to another format. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import { formatById } from '../formats/registry.ts';
import type { EncodedFile } from '../formats/types.ts';
import { attach } from '../http/attachment.ts';
import { begun } from '../http/begun.ts';
import { clientGone } from '../http/client-gone.ts';
import { type AnyOperation, operation } from '../http/operation.ts';
import { zipped } from '../http/zipped.ts';
import type { EcgDeps } from './deps.ts';
import { EXPORT_WARNINGS, warningsHeader } from './export-warnings.ts';
import { exported } from './reading/export.ts';
import { exportQuery } from './reading/queries.ts';

/**
 * @openapi
 * /ecgs/{id}/export:
 *   get:
 *     summary: Export a recording in another format
 *     description: >
 *       Streamed; a format with several files is sent as a zip. Files are named after the uploaded file. The digits are
 *       those of the recording. If the format stores integers only (WFDB, DICOM and aECG of 32 bits, EDF of 16),
 *       other samples become integers with another gain: with the same physical values if that is possible, otherwise
 *       rounded. A recording that a format cannot store (such as one without a sampling rate in EDF) is refused with
 *       the reason; what it stores inexactly is said in sentences in the header `Export-Warnings`, a JSON array, such
 *       as the steps to which samples are rounded. DICOM needs a date: for a recording without one, give `date`.
 *       `deidentify` leaves out date, ids, notes, patient and the texts of marks, also in file headers, and generates
 *       new ids if a format needs them, also for the names of the files. DICOM has the standard leads in their usual
 *       order.
 */
export const exportEcg = ({ zone, database, recordingsOf }: EcgDeps): AnyOperation =>
  operation({
    id: 'exportEcg',
    tag: 'ecgs',
    method: 'get',
    path: '/ecgs/:id/export',
    access: 'clinician',
    query: exportQuery,
    large: true,
    answers: {
      200: {
        description: 'The file, or a zip of several files; its name is in Content-Disposition',
        content: { 'application/octet-stream': 'binary' },
        headers: {
          [EXPORT_WARNINGS]: z
            .string()
            .optional()
            .meta({ description: 'What is stored inexactly, as a JSON array of sentences' }),
        },
      },
    },
    errors: ['sampling-rate-unknown', 'window-outside', 'date-missing', 'format-unfit', 'answer-too-large'],
    handler: async ({ ctx, user, param, query }) => {
      const withBlockTables = query.from !== undefined || query.to !== undefined;
      await recordingsOf(user.userId).reading(param('id'), { withBlockTables }, async (ecg) => {
        const { files: written, warnings } = await exported(ecg, query, zone, database, clientGone(ctx));
        const [first, ...others] = written;
        if (!first) throw new Error(`the encoder of ${query.format} made no file`);
        // A failure before the first bytes can still be reported; after them only by breaking the connection.
        const files = [{ ...first, bytes: await begun(first.bytes) }, ...others];
        if (warnings.length > 0) ctx.set(EXPORT_WARNINGS, warningsHeader(warnings));
        if (others.length === 0) {
          attach(ctx, first.name);
          ctx.type = formatById(query.format).mediaType;
          ctx.body = Readable.from((files[0] as EncodedFile).bytes);
        } else {
          attach(ctx, `${first.name.replace(/\.[^.]*$/, '')}-${query.format}.zip`);
          ctx.type = 'application/zip';
          ctx.body = zipped(files);
        }
      });
    },
  });
