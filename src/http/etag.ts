/**
 * Versions of single documents as entity tags: a client that changes a document may state the version it has seen. The
 * tag of an answer may go on after the version (`content-tags.ts`), and names the encoding of a compressed answer.
 */
import type { Context } from 'koa';
import { Problem } from '../errors.ts';

/**
 * The version for an `If-Match` that is not one of our tags. No document has it, so the request fails with
 * `version-stale`, after the check of ownership.
 */
const NO_VERSION = -1;

/** The entity tag of a version. Usage: `ctx.set('ETag', etag(user.version))`. */
export const etag = (version: number): string => `"${version}"`;

/** The tag of the same answer in another encoding: the bytes of a strong tag are always the same. */
export const compressed = (tag: string, encoding: string): string =>
  tag.startsWith('W/') ? tag : tag.replace(/"$/, `-${encoding}"`);

/** The tag of the answer as it is, of which the given one names an encoding. */
export const uncompressed = (tag: string): string => tag.replace(/-(?:br|gzip)"$/, '"');

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
  const digits = /^"(\d{1,15})(?:-[\w-]*)?"$/.exec(header)?.[1];
  return digits === undefined ? NO_VERSION : Number(digits);
}
