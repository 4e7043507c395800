/** The bytes of answers that are complete when the handler ends. */
import { Readable } from 'node:stream';
import type { Context } from 'koa';

/** The bytes of the body; null if there is none, or it is a stream. JSON is written only once: the bytes replace it. */
export function wholeBody(ctx: Context): Buffer | null {
  const { body } = ctx as { body: unknown };
  if (body === null || body === undefined || body instanceof Readable) return null;
  if (Buffer.isBuffer(body)) return body;
  if (typeof body === 'string') return Buffer.from(body);
  const bytes = Buffer.from(JSON.stringify(body));
  ctx.body = bytes;
  return bytes;
}
