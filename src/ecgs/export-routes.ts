/** `/ecgs/{id}/export`: a recording converted to another format. */
import { Readable } from 'node:stream';
import ZipStream from 'zip-stream';
import { formatById } from '../formats/registry.ts';
import type { EncodedFile } from '../formats/types.ts';
import { begun } from '../http/begun.ts';
import { clientGone } from '../http/client-gone.ts';
import { type AnyOperation, operation } from '../http/operation.ts';
import type { EcgDeps } from './deps.ts';
import { exported } from './reading/export.ts';
import { exportQuery } from './reading/queries.ts';

/**
 * @openapi
 * /ecgs/{id}/export:
 *   get:
 *     summary: Export a recording in another format
 *     description: >
 *       Streamed; a format with several files is sent as a zip. The digits are those of the recording. A recording that
 *       a format cannot store (such as samples of more than 16 bits in EDF) is refused with the reason. `deidentify`
 *       leaves out date, ids, notes, patient and the texts of marks, also in file headers, and generates new ids if a
 *       format needs them.
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
      },
    },
    errors: ['sampling-rate-unknown', 'window-outside', 'format-unfit', 'answer-too-large'],
    handler: async ({ ctx, user, param, query }) => {
      const withBlockTables = query.from !== undefined || query.to !== undefined;
      await recordingsOf(user.userId).reading(param('id'), { withBlockTables }, async (ecg) => {
        const [first, ...others] = await exported(ecg, query, zone, database, clientGone(ctx));
        if (!first) throw new Error(`the encoder of ${query.format} made no file`);
        // A failure before the first bytes can still be reported; after them only by breaking the connection.
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
    },
  });

/** Streams the files one after the other: none is held completely. */
function zipped(files: readonly EncodedFile[]): Readable {
  const zip = new ZipStream();
  // Whoever reads it sees the error, too; it is nobody's fault if nobody reads it any more.
  zip.on('error', () => undefined);
  const add = ([file, ...others]: readonly EncodedFile[]): void => {
    if (file === undefined) return zip.finalize();
    const bytes = Readable.from(file.bytes, { objectMode: false });
    bytes.once('error', (error) => zip.destroy(error));
    zip.once('close', () => bytes.destroy());
    zip.entry(bytes, { name: file.name, store: file.isDense ?? false }, (error) => {
      if (error) zip.destroy(error);
      else add(others);
    });
  };
  add(files);
  // It is a stream of another implementation, which Koa does not recognise.
  return Readable.from(zip, { objectMode: false });
}
