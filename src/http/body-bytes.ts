/** A request's body as it arrives: bounded in size, bounded in silence, and yielding to other requests between its pieces. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Context } from 'koa';
import { Problem } from '../errors.ts';
import { askForBody } from './validate.ts';

export interface BodyLimits {
  maxUploadBytes: number;
  /** Milliseconds in which nothing may arrive. */
  uploadIdleMs: number;
}

/**
 * The pieces of the body. It may be left early; the connection then still carries the answer.
 * Errors: `media-type-unsupported` (a content encoding), `body-too-large`, `upload-timeout`, `malformed-request` (the client went away).
 */
export async function* bodyBytes(ctx: Context, limits: BodyLimits): AsyncGenerator<Uint8Array, void, void> {
  const encoding = ctx.get('Content-Encoding');
  if (encoding !== '' && encoding.toLowerCase() !== 'identity') {
    throw new Problem('media-type-unsupported', 'Send the body as it is, without a content encoding.', { headers: { 'Accept-Encoding': 'identity' } });
  }
  if (Number(ctx.get('Content-Length')) > limits.maxUploadBytes) throw tooLarge(limits);
  askForBody(ctx);

  const { req } = ctx;
  let stopped = false;
  const silence = setTimeout(() => {
    stopped = true;
    req.emit('error', new Error('nothing arrived'));
  }, limits.uploadIdleMs);
  let received = 0;
  try {
    for await (const piece of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
      received += piece.byteLength;
      if (received > limits.maxUploadBytes) throw tooLarge(limits);
      yield piece;
      // Parsing is quick enough to keep up with the socket: without this other requests would wait for the whole upload.
      await nextTurn();
      silence.refresh();
    }
  } catch (error) {
    if (error instanceof Problem) throw error;
    if (stopped) throw new Problem('upload-timeout', `Nothing of the body arrived for ${limits.uploadIdleMs / 1000} s (setting MAX_UPLOAD_IDLE_MS). Send it again.`);
    throw new Problem('malformed-request', 'The connection ended before the body did.', { cause: error });
  } finally {
    clearTimeout(silence);
  }
}

const tooLarge = ({ maxUploadBytes }: BodyLimits): Problem =>
  new Problem('body-too-large', `A recording may have ${maxUploadBytes} bytes (setting MAX_UPLOAD_BYTES). Split it, or ask for a higher limit.`);
