/** Versions of single documents as entity tags: who changes a document may say which version they have seen. */
import type { Context } from 'koa';
import { Problem } from '../errors.ts';

/** What an `If-Match` that names no version of ours stands for: no document has this version, so that it ends in `version-stale`, behind the check of ownership. */
const NO_VERSION = -1;

/** The entity tag of a version. Usage: `ctx.set('ETag', etag(user.version))`. */
export const etag = (version: number): string => `"${version}"`;

/**
 * The version that the client wants to change.
 * @returns null without the header or with `*`: any version
 * @throws Problem `malformed-request` when several are named
 */
export function ifMatch(ctx: Context): number | null {
  const header = ctx.get('If-Match').trim();
  if (header === '' || header === '*') return null;
  if (header.includes(',')) throw new Problem('malformed-request', 'Give exactly one version in If-Match.');
  // A weak tag never matches here (RFC 9110 section 13.1.1).
  const digits = /^"(\d{1,15})"$/.exec(header)?.[1];
  return digits === undefined ? NO_VERSION : Number(digits);
}
