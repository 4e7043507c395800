/** `/ecgs/{id}/original`: the uploaded files, byte for byte. */
import { Readable } from 'node:stream';
import { Problem } from '../errors.ts';
import { formatById } from '../formats/registry.ts';
import { attach } from '../http/attachment.ts';
import { begun } from '../http/begun.ts';
import { answeredRange, PART_HEADERS, rangeHeaders } from '../http/byte-range.ts';
import { type AnyOperation, operation } from '../http/operation.ts';
import { isUnchanged, NOT_MODIFIED, TAG } from '../http/unchanged.ts';
import { zipped } from '../http/zipped.ts';
import type { EcgDeps } from './deps.ts';
import { downloadName, entryNames, originalName } from './download-name.ts';
import type { KeptFile, NoOriginal } from './store/original-model.ts';
import { originalBytes } from './store/originals.ts';

const WHY: Readonly<Record<NoOriginal | 'earlier', string>> = {
  off: 'No files were kept when it was uploaded (setting KEEP_ORIGINALS).',
  'too-large': 'It had more bytes than are kept (setting KEEP_ORIGINALS).',
  'made-here': 'The service made this recording itself: there was no file.',
  earlier: 'It was uploaded when files were not kept yet.',
};

const REMEDY = 'Its samples are all here: GET /ecgs/{id}/export makes a file of them.';

/**
 * @openapi
 * /ecgs/{id}/original:
 *   get:
 *     summary: Download what was uploaded, byte for byte
 *     description: >
 *       One file as it was, or, if a recording has several files, a zip of them. Files of up to KEEP_ORIGINALS bytes
 *       are kept, together for all files of an upload; of larger ones the samples remain, and GET /ecgs/{id}/export
 *       makes a new file. A file may name a person: it is never de-identified. All recordings of a file have the same
 *       original. With Range, a single file can be read in parts. If a recording was uploaded while files were not
 *       kept, uploading the same file again adds it.
 */
export const readOriginal = ({ database, recordingsOf }: EcgDeps): AnyOperation =>
  operation({
    id: 'readOriginal',
    tag: 'ecgs',
    method: 'get',
    path: '/ecgs/:id/original',
    access: 'clinician',
    headers: rangeHeaders,
    large: true,
    ifNoneMatch: true,
    answers: {
      200: {
        description: 'The file, or a zip of several; its name is in Content-Disposition',
        content: { 'application/octet-stream': 'binary' },
        headers: { ...TAG, ...PART_HEADERS },
      },
      206: {
        description: 'The part of the file that Range names',
        content: { 'application/octet-stream': 'binary' },
        headers: { ...TAG, ...PART_HEADERS },
      },
      ...NOT_MODIFIED,
    },
    errors: ['original-not-kept', 'range-unsatisfiable'],
    handler: async ({ ctx, user, param, headers }) => {
      const own = recordingsOf(user.userId);
      const ecg = await own.get(param('id'));
      const { original, noOriginal = 'earlier' } = ecg;
      if (!original) throw new Problem('original-not-kept', `${WHY[noOriginal]} ${REMEDY}`);
      const [file, ...others] = original.files as [KeptFile, ...KeptFile[]];
      // The files never change.
      if (isUnchanged(ctx, file.id.toHexString())) return;
      // As it was: also when it is text, which is compressed elsewhere. Then lengths and ranges are those of the file.
      ctx.set('Cache-Control', `${ctx.response.get('Cache-Control')}, no-transform`);
      const range = others.length > 0 ? undefined : answeredRange(ctx, headers, file.bytes);
      const { length } = ctx.response;
      const bytes = await begun(originalBytes(database, file, range)).catch(async (error: unknown) => {
        // It may have been deleted in the meantime.
        await own.get(param('id'));
        throw error;
      });
      if (range) {
        attach(ctx, originalName(ecg, file));
        ctx.type = formatById(ecg.format).mediaType;
        ctx.body = Readable.from(bytes, { objectMode: false });
        ctx.length = length;
      } else {
        const names = entryNames(original.files);
        const rest = others.map((other) => originalBytes(database, other));
        attach(ctx, `${downloadName({ ...ecg, part: null })}.zip`);
        ctx.type = 'application/zip';
        ctx.body = zipped([bytes, ...rest].map((each, i) => ({ name: names[i] as string, bytes: each })));
      }
    },
  });
