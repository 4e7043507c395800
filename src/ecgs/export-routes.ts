/** `/ecgs/{id}/export`: a recording in the format that the next program needs. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import yazl from 'yazl';
import { formatById } from '../formats/registry.ts';
import { type EncodedFile, FORMAT_IDS } from '../formats/types.ts';
import { begun } from '../http/begun.ts';
import { clientGone } from '../http/client-gone.ts';
import type { Handler, Operations } from '../http/operations.ts';
import { exported } from './reading/export.ts';
import { OwnRecordings } from './access.ts';
import type { EcgDeps } from './routes.ts';
import { samplesQuery } from './schema.ts';

const { from, to } = samplesQuery.shape;

/** One text, or the parameter repeated. */
export const channelNames = z
  .union([z.string().min(1), z.array(z.string().min(1))])
  .transform((texts) => [texts].flat());

const exportQuery = z
  .strictObject({
    format: z.enum(FORMAT_IDS),
    from,
    to,
    channels: channelNames.optional(),
    deidentify: z
      .enum(['true', 'false'])
      .default('false')
      .transform((text) => text === 'true'),
  })
  .refine((query) => query.to === undefined || (query.from ?? 0) < query.to, {
    path: ['to'],
    message: 'must lie behind from',
  });
type ExportQuery = z.infer<typeof exportQuery>;

export function exportRoutes(api: Operations, deps: EcgDeps): void {
  api.add('get', '/ecgs/:id/export', { access: 'clinician', query: exportQuery, large: true }, send(deps));
}

/**
 * @openapi
 * /ecgs/{id}/export:
 *   get:
 *     operationId: exportEcg
 *     tags: [ecgs]
 *     x-access: clinician
 *     summary: A recording in another format
 *     description: >
 *       Streamed; a format of several files comes as a zip. The digits are those of the recording. What a format cannot hold (EDF and samples of more than 16 bits, say) is refused
 *       with the reason. `deidentify` leaves out date, ids, notes, patient and the texts of marks, in the headers of files too, and makes up new ids where a format needs some.
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *       - { name: format, in: query, required: true, schema: { type: string, enum: [json, wfdb, edf, dicom, aecg, fhir, csv] }, example: json, description: 'GET /formats tells which are written' }
 *       - { name: from, in: query, schema: { type: number, minimum: 0 }, description: 'Seconds from the start, before the end of the recording' }
 *       - { name: to, in: query, schema: { type: number, minimum: 0 }, description: 'Seconds from the start, not included; what lies behind the end is left out' }
 *       - { name: channels, in: query, schema: { type: string, minLength: 1 },
 *           description: 'Names or leads with commas between; only these, in this order. Repeat the parameter for a name that
 *           holds a comma' }
 *       - { name: deidentify, in: query, schema: { type: boolean, default: false } }
 *     responses:
 *       200:
 *         description: The file, or a zip of several; its name is in Content-Disposition
 *         content:
 *           application/octet-stream:
 *             schema: { type: string, format: binary }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       403: { $ref: '#/components/responses/Problem403' }
 *       404: { $ref: '#/components/responses/Problem404' }
 *       422: { $ref: '#/components/responses/Problem422' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 */
function send({ config, database }: EcgDeps): Handler<ExportQuery, undefined> {
  return async ({ ctx, user, param, query }) => {
    const withBlockTables = query.from !== undefined || query.to !== undefined;
    await new OwnRecordings(database, user.userId).reading(param('id'), { withBlockTables }, async (ecg) => {
      const [first, ...others] = await exported(ecg, query, config.clinicTimezone, database, clientGone(ctx));
      if (!first) throw new Error(`the encoder of ${query.format} made no file`);
      // What fails before the first bytes are there is still told; behind them only a broken connection tells it.
      const files = [{ ...first, bytes: await begun(first.bytes) }, ...others];
      if (others.length === 0) {
        ctx.attachment(first.name);
        ctx.type = formatById(query.format).mediaType;
        ctx.body = Readable.from((files[0] as EncodedFile).bytes);
      } else {
        ctx.attachment(`${first.name.replace(/\.[^.]*$/, '')}-${query.format}.zip`);
        ctx.type = 'application/zip';
        ctx.body = zipped(files);
      }
    });
  };
}

/** One file after the other, as its bytes come: nothing is held whole. */
function zipped(files: readonly EncodedFile[]): Readable {
  const zip = new yazl.ZipFile();
  const output = zip.outputStream as Readable;
  zip.on('error', (error: Error) => output.destroy(error));
  for (const { name, bytes } of files) {
    zip.addReadStreamLazy(name, (done: (error: unknown, stream: Readable) => void) => {
      const stream = Readable.from(bytes);
      stream.once('error', (error) => output.destroy(error));
      output.once('close', () => stream.destroy());
      done(null, stream);
    });
  }
  zip.end();
  return output;
}
