/** Receives a file of annotations: as the body, or in a form. */
import type { Context } from 'koa';
import { Problem } from '../../errors.ts';
import { wholeFile } from '../../formats/common/whole-file.ts';
import { type BodyLimits, bodyBytes } from '../../http/body-bytes.ts';
import { multipartParts } from '../../http/multipart.ts';
import { fieldProblem, validatedForm } from '../../http/validate.ts';
import type { AnnotationFile } from './decode-file.ts';
import { type AttachQuery, attachQuery } from './schema.ts';

/** Bytes of a file of annotations, which is held in memory. */
export const MAX_ANNOTATION_FILE_BYTES = 16 << 20;
/** Files and fields of the form. */
const MAX_PARTS = 10;
/** Bytes of a field. */
const MAX_FIELD_BYTES = 1_000;

/**
 * @param said the query; form fields override it
 * Errors: those of the body; `body-too-large`, `validation-failed`.
 */
export async function receivedFile(ctx: Context, said: AttachQuery, limits: BodyLimits): Promise<AnnotationFile> {
  const body = bodyBytes(ctx, limits);
  if (!ctx.is('multipart/form-data')) return { bytes: await whole(body), name: null, ...said };
  const fields = new Map<string, string>();
  let file: Pick<AnnotationFile, 'bytes' | 'name'> | null = null;
  for await (const part of multipartParts(body, ctx.get('Content-Type'), MAX_PARTS)) {
    if (part.fileName === null) {
      const value = await wholeFile(part.bytes, MAX_FIELD_BYTES, () => invalid(part.name, 'is too long'));
      fields.set(part.name, Buffer.from(value).toString());
    } else {
      if (part.name !== 'file') throw invalid(part.name, 'must not be a file: send it in the field "file"');
      if (file) throw invalid('file', 'must be only one file');
      const name = part.fileName.replace(/^.*[/\\]/s, '');
      file = { bytes: await whole(part.bytes), name: name === '' ? null : name };
    }
  }
  if (!file) throw invalid('file', 'must be given');
  return { ...file, ...said, ...validatedForm(Object.fromEntries(fields), attachQuery) };
}

const whole = (bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array> =>
  wholeFile(bytes, MAX_ANNOTATION_FILE_BYTES, () => {
    const detail = `A file of annotations may have at most ${MAX_ANNOTATION_FILE_BYTES} bytes.`;
    return new Problem('body-too-large', detail);
  });

const invalid = (field: string, message: string): Problem => fieldProblem([{ path: `/${field}`, message }]);
