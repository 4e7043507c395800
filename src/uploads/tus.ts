/** The tus protocol 1.0 (https://tus.io/protocols/resumable-upload): its constants, and how its headers are read. */
import { createHash, type Hash } from 'node:crypto';
import { isUtf8 } from 'node:buffer';
import type { Context, Middleware } from 'koa';
import { Problem } from '../errors.ts';
import { headerProblem } from '../http/validate.ts';
import { behindFolders, MAX_FILE_NAME } from '../text/file-name.ts';
import { isPlainText } from '../text/plain-text.ts';

export const TUS_VERSION = '1.0.0';
export const TUS_EXTENSIONS = ['creation', 'expiration', 'checksum', 'termination'];
export const CHECKSUM_ALGORITHMS = ['sha1', 'sha256'] as const;
/** The media type of a body of PATCH. */
export const OFFSET_OCTETS = 'application/offset+octet-stream';

/** For clients that can send only GET and POST. */
const OVERRIDABLE: ReadonlySet<string> = new Set(['HEAD', 'PATCH', 'DELETE']);

/**
 * Adds the version of the protocol to every answer below a path, errors included, and lets a POST stand for another
 * method. Usage: `koa.use(tus('/api/v1/uploads'))`, before the problem layer.
 */
export const tus =
  (path: string): Middleware =>
  async (ctx, next) => {
    // The address may be unreadable; that is for the problem layer to say.
    const [address = ''] = ctx.url.split('?', 1);
    if (address === path || address.startsWith(`${path}/`)) {
      ctx.set('Tus-Resumable', TUS_VERSION);
      const other = ctx.get('X-HTTP-Method-Override').toUpperCase();
      if (ctx.method === 'POST' && OVERRIDABLE.has(other)) ctx.method = other;
    }
    await next();
  };

/** Errors: `tus-version-unsupported`. */
export function assertTusVersion(ctx: Context): void {
  const version = ctx.get('Tus-Resumable');
  if (version === TUS_VERSION) return;
  throw new Problem(
    'tus-version-unsupported',
    version === '' ? `Send the header Tus-Resumable: ${TUS_VERSION}.` : `Use the version ${TUS_VERSION}.`,
    { headers: { 'Tus-Version': TUS_VERSION } },
  );
}

const wrong = (header: string, message: string): Problem => headerProblem([{ path: `/${header}`, message }]);

/**
 * The name of the file in `Upload-Metadata`, without folders; null if there is none. Other keys may have any value.
 * Errors: `invalid-header`.
 */
export function fileNameIn(metadata: string | null): string | null {
  if (metadata === null || metadata === '') return null;
  const values = new Map<string, string>();
  for (const pair of metadata.split(',')) {
    const [key = '', value = '', ...more] = pair.trim().split(' ');
    if (key === '' || more.length > 0 || values.has(key))
      throw wrong('Upload-Metadata', 'must be pairs of a distinct key and a base64 value, separated by commas');
    if (!/^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}(?:==)?|[A-Za-z\d+/]{3}=?)?$/.test(value))
      throw wrong('Upload-Metadata', `has a value of ${key} that is not base64`);
    values.set(key, value);
  }
  const encoded = values.get('filename') ?? '';
  const bytes = Buffer.from(encoded, 'base64');
  const path = bytes.toString();
  const name = behindFolders(path);
  if (name === '') return null;
  if (!isUtf8(bytes) || name.length > MAX_FILE_NAME || !isPlainText(name))
    throw wrong(
      'Upload-Metadata',
      `must have a filename in UTF-8 of at most ${MAX_FILE_NAME} characters, none of them invisible`,
    );
  return name;
}

/** What the bytes of a request must amount to. */
export interface Checksum {
  hash: Hash;
  expected: Buffer;
}

/** Reads `Upload-Checksum`. Errors: `invalid-header`. */
export function checksumIn(header: string | undefined): Checksum | null {
  if (header === undefined) return null;
  const [algorithm = '', digest = ''] = header.split(' ');
  const known = CHECKSUM_ALGORITHMS.find((name) => name === algorithm);
  if (!known) throw wrong('Upload-Checksum', `must name one of the algorithms ${CHECKSUM_ALGORITHMS.join(', ')}`);
  const hash = createHash(known);
  const expected = Buffer.from(digest, 'base64');
  if (expected.length !== (known === 'sha1' ? 20 : 32))
    throw wrong('Upload-Checksum', `must have a base64 digest of ${known} after the name and a space`);
  return { hash, expected };
}

/** A date of HTTP, as in `Upload-Expires`. */
export const httpDate = (date: Date): string => date.toUTCString();
