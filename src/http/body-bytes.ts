/** A request's body as it arrives: bounded in size, bounded in silence, and yielding to other requests between its pieces. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Context } from 'koa';
import { Problem } from '../errors.ts';
import { assertNotEncoded } from './content-encoding.ts';
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
  assertNotEncoded(ctx);
  if (Number(ctx.get('Content-Length')) > limits.maxUploadBytes) throw tooLarge(limits);
  askForBody(ctx);

  const { req } = ctx;
  const pieces = req.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Uint8Array>;
  let received = 0;
  try {
    for (;;) {
      const piece = await arrived(ctx, pieces, limits);
      if (piece === null) return;
      received += piece.byteLength;
      if (received > limits.maxUploadBytes) throw tooLarge(limits);
      yield piece;
      // Parsing is quick enough to keep up with the socket: without this other requests would wait for the whole upload.
      await nextTurn();
    }
  } finally {
    await pieces.return?.();
  }
}

/** The next piece, null at the end. Only here it is the client's turn: how long the service takes with a piece is not the client's silence. Errors: `upload-timeout`, `malformed-request`. */
async function arrived(
  { req }: Context,
  pieces: AsyncIterator<Uint8Array>,
  { uploadIdleMs }: BodyLimits,
): Promise<Uint8Array | null> {
  let isSilent = false;
  const silence = setTimeout(() => {
    isSilent = true;
    req.emit('error', new Error('nothing arrived'));
  }, uploadIdleMs);
  try {
    const { value, done } = await pieces.next();
    return done === true ? null : value;
  } catch (error) {
    if (isSilent)
      throw new Problem(
        'upload-timeout',
        `Nothing of the body arrived for ${uploadIdleMs / 1000} s (setting MAX_UPLOAD_IDLE_MS). Send it again.`,
      );
    throw new Problem('malformed-request', 'The connection ended before the body did.', { cause: error });
  } finally {
    clearTimeout(silence);
  }
}

const tooLarge = ({ maxUploadBytes }: BodyLimits): Problem =>
  new Problem(
    'body-too-large',
    `A recording may have at most ${maxUploadBytes} bytes (setting MAX_UPLOAD_BYTES). Split it, or ask for a higher limit.`,
  );
