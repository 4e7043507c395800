/** Parts of an answer by the header Range (RFC 9110, section 14): one range of bytes at a time. */
import type { Context } from 'koa';
import { z } from 'zod';
import { Problem } from '../errors.ts';

/** Half-open. */
export interface ByteRange {
  start: number;
  end: number;
}

/** The request headers, for `headers` of an operation. */
export const rangeHeaders = z.object({
  Range: z
    .string()
    .optional()
    .meta({ description: 'Such as bytes=0-1023; several ranges are answered with the whole', example: 'bytes=0-1023' }),
  'If-Range': z.string().optional().meta({ description: 'The ETag without which Range does not count' }),
});
type Sent = z.output<typeof rangeHeaders>;

/** The headers of an answer that may be a part. */
export const PART_HEADERS = {
  'Accept-Ranges': z.literal('bytes'),
  'Content-Range': z.string().optional().meta({ description: 'Such as bytes 0-1023/4096, if it is a part' }),
};

/**
 * Which bytes to send: sets status, length and range of the answer. To be called after the ETag is set.
 * @param length of the whole
 * Errors: `range-unsatisfiable`
 */
export function answeredRange(ctx: Context, sent: Sent, length: number): ByteRange {
  ctx.set('Accept-Ranges', 'bytes');
  const isOfThis = sent['If-Range'] === undefined || sent['If-Range'] === ctx.response.get('ETag');
  const range = isOfThis ? rangeIn(sent.Range, length) : null;
  if (range) {
    ctx.status = 206;
    ctx.set('Content-Range', `bytes ${range.start}-${range.end - 1}/${length}`);
  }
  const found = range ?? { start: 0, end: length };
  ctx.length = found.end - found.start;
  return found;
}

/** Null if there is none, or none that is understood: then the whole is sent. */
function rangeIn(header: string | undefined, length: number): ByteRange | null {
  const [, first, last] = /^\s*bytes\s*=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*$/i.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || first + last === '') return null;
  if (first !== '' && last !== '' && Number(first) > Number(last)) return null;
  const start = first === '' ? Math.max(0, length - Number(last)) : Number(first);
  const end = first === '' || last === '' ? length : Math.min(length, Number(last) + 1);
  if (start >= end)
    throw new Problem(
      'range-unsatisfiable',
      `The file has ${length} bytes. Ask for a range that begins before its end.`,
      {
        headers: { 'Content-Range': `bytes */${length}` },
      },
    );
  return { start, end };
}
