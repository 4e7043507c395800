/** Compressed bodies are refused: unpacked, a body could be any number of times larger than what was sent. */
import type { Context } from 'koa';
import { Problem } from '../errors.ts';

/** Errors: `media-type-unsupported` for a body with a content encoding, such as gzip. */
export function assertNotEncoded(ctx: Context): void {
  if (/^(identity)?$/i.test(ctx.get('Content-Encoding'))) return;
  throw new Problem('media-type-unsupported', 'Send the body as it is, without a content encoding.', {
    headers: { 'Accept-Encoding': 'identity' },
  });
}
