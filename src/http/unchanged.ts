/** Answers that a client may keep and has to revalidate before each use. */
import type { Context } from 'koa';
import { z } from 'zod';
import type { Answer } from './operation.ts';

/**
 * Sets the tag of an answer. With an `If-None-Match` that names it, the answer is a 304 without a body. Usage:
 * `if (isUnchanged(ctx, 'tag')) return;`, after the check of ownership.
 * @param tag of this representation, without quotes
 * @param isWeak whether its bytes may differ though it means the same
 */
export function isUnchanged(ctx: Context, tag: string, isWeak = false): boolean {
  ctx.set({ ETag: `${isWeak ? 'W/' : ''}"${tag}"`, 'Cache-Control': 'private, no-cache' });
  // A cache must not show one user what another may see.
  ctx.vary('Authorization');
  // Not ctx.fresh: that ignores the header if there is Cache-Control: no-cache, which fetch adds to it.
  const known = ctx.get('If-None-Match').split(',');
  const isKnown = known.some((one) => ['*', `"${tag}"`].includes(one.trim().replace(/^W\//, '')));
  if (isKnown) ctx.status = 304;
  return isKnown;
}

/** For the `answers` of an operation that uses it. */
export const NOT_MODIFIED: Readonly<Record<number, Answer>> = { 304: { description: 'Unchanged; there is no body' } };
export const TAG = { ETag: z.string().meta({ description: 'Of this answer, for If-None-Match' }) };
