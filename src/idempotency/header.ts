/** The header `Idempotency-Key`: a string in quotes as in the IETF draft (RFC 8941, section 3.3.3), or a bare word. */
import type { Context } from 'koa';
import { Problem } from '../errors.ts';

/** Characters of a key. */
export const MAX_KEY_LENGTH = 255;

const QUOTED = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;
/** All visible ASCII characters but the quote. */
const BARE = /^[\x21\x23-\x7e]+$/;

/** The key of a request; null if it has none. Errors: `idempotency-key-invalid`. */
export function idempotencyKey(ctx: Context): string | null {
  const { 'idempotency-key': header } = ctx.headers;
  if (header === undefined) return null;
  // Node.js joins a header that is sent twice with a comma and a space, which is neither form.
  const text = String(header).trim();
  const [, quoted] = QUOTED.exec(text) ?? [];
  const key = quoted?.replaceAll(/\\(["\\])/g, '$1') ?? (BARE.test(text) ? text : '');
  if (key.length > 0 && key.length <= MAX_KEY_LENGTH) return key;
  throw new Problem(
    'idempotency-key-invalid',
    `Send one key of 1 to ${MAX_KEY_LENGTH} visible ASCII characters, in quotes or not; for example a random UUID.`,
  );
}
