/** Whether two requests are the same: a keyed hash of their method, address, media type and body. */
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import type { Context } from 'koa';
import { boundaryOf } from '../http/multipart.ts';

/** Hashes a body as it arrives. Keyed, since a body may hold a password, which could be guessed from a plain hash. */
export class Fingerprint {
  readonly #whole: Hmac;
  readonly #boundary: Buffer | null;
  /** Of a form: the bytes since the last boundary. */
  #section: Hash = createHash('sha256');
  /** Of a form: the last bytes, which may be the beginning of a boundary. */
  #tail: Buffer = Buffer.alloc(0);
  #result: string | null = null;

  /**
   * @param head what is said besides the body. @param boundary of a form, whose bytes count without it: most clients
   * make up another one for each request
   */
  constructor(key: Buffer, head: readonly string[], boundary: string | null) {
    this.#whole = createHmac('sha256', key).update(`${JSON.stringify(head)}\n`);
    this.#boundary = boundary === null ? null : Buffer.from(boundary, 'latin1');
  }

  add(piece: Uint8Array): void {
    if (this.#result !== null) return;
    if (this.#boundary === null) this.#whole.update(piece);
    else this.#divide(Buffer.concat([this.#tail, piece]), this.#boundary);
  }

  /** To be called at the end of the body; what is added later is ignored. */
  digest(): string {
    if (this.#result === null) {
      if (this.#boundary) this.#whole.update(this.#section.update(this.#tail).digest());
      this.#result = this.#whole.digest('base64url');
    }
    return this.#result;
  }

  /** Hashes the sections one by one, and then their hashes, so that no content can look like a boundary. */
  #divide(bytes: Buffer, boundary: Buffer): void {
    let from = 0;
    for (let at = bytes.indexOf(boundary); at !== -1; at = bytes.indexOf(boundary, from)) {
      this.#whole.update(this.#section.update(bytes.subarray(from, at)).digest());
      this.#section = createHash('sha256');
      from = at + boundary.length;
    }
    const until = Math.max(from, bytes.length - boundary.length + 1);
    this.#section.update(bytes.subarray(from, until));
    this.#tail = bytes.subarray(until);
  }
}

/** Headers that say what is created: resumable uploads have no body. */
const SAYING = ['Upload-Length', 'Upload-Metadata'];

/**
 * Takes the fingerprint of a request while something else reads its body. To be called before that. It watches the
 * event `data`, which Node.js emits for every way of reading; a listener would begin to read by itself.
 */
export function watched(ctx: Context, key: Buffer): Fingerprint {
  const { req } = ctx;
  const type = ctx.get('Content-Type');
  const mediaType = type.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const boundary = mediaType.startsWith('multipart/') ? boundaryOf(type) : null;
  const said = SAYING.map((name) => ctx.get(name));
  const fingerprint = new Fingerprint(key, [ctx.method, ctx.path, ctx.querystring, mediaType, ...said], boundary);
  const emit = req.emit.bind(req) as (...event: unknown[]) => boolean;
  req.emit = (...event: unknown[]) => {
    if (event[0] === 'data') fingerprint.add(event[1] as Uint8Array);
    return emit(...event);
  };
  return fingerprint;
}
