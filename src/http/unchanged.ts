/** Answers that a client may keep, and has to ask about before each use. */
import type { Context } from 'koa';
import { z } from 'zod';
import { uncompressed } from './etag.ts';
import type { Answer } from './operation.ts';

/**
 * Sets the tag of an answer that the caches of browsers may store, since it names nobody. With an `If-None-Match` that
 * names it, the answer is a 304 without a body. Usage: `if (isUnchanged(ctx, 'tag')) return;`, after the check of
 * ownership.
 * @param tag of this representation, without quotes
 * @param isWeak whether its bytes may differ though it means the same
 */
export function isUnchanged(ctx: Context, tag: string, isWeak = false): boolean {
  ctx.set('Cache-Control', 'private, no-cache');
  return isKnown(ctx, tag, isWeak);
}

/** The same for an answer that only the client itself may keep, as long as it runs. */
export function isKnown(ctx: Context, tag: string, isWeak = false): boolean {
  ctx.set('ETag', `${isWeak ? 'W/' : ''}"${tag}"`);
  // A cache must not show one user what another may see. Users are known by a token or a cookie.
  ctx.vary('Authorization');
  ctx.vary('Cookie');
  // Not ctx.fresh: that ignores the header if there is Cache-Control: no-cache, which fetch adds to it.
  const known = ctx.get('If-None-Match').split(',');
  const isNamed = known.some((one) => ['*', `"${tag}"`].includes(uncompressed(one.trim().replace(/^W\//, ''))));
  if (isNamed) ctx.status = 304;
  return isNamed;
}

/** For the `answers` of an operation that uses it. */
export const NOT_MODIFIED: Readonly<Record<number, Answer>> = { 304: { description: 'Unchanged; there is no body' } };
export const TAG = { ETag: z.string().meta({ description: 'Of this answer, for If-None-Match' }) };
