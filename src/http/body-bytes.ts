/** A request's body as it arrives: limited in size and idle time, and yielding to other requests between pieces. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Context } from 'koa';
import { Problem } from '../errors.ts';
import { assertNotEncoded } from './content-encoding.ts';
import { askForBody } from './validate.ts';

export interface BodyLimits {
  maxUploadBytes: number;
  /** Milliseconds without data after which an upload is given up. */
  uploadIdleMs: number;
}

/**
 * The pieces of the body. The caller may stop early; the connection can still carry the answer. Errors:
 * `media-type-unsupported` (a content encoding), `body-too-large`, `upload-timeout`, `malformed-request` (the client
 * disconnected).
 */
export async function* bodyBytes(ctx: Context, limits: BodyLimits): AsyncGenerator<Uint8Array, void, void> {
  assertNotEncoded(ctx);
  if (Number(ctx.get('Content-Length')) > limits.maxUploadBytes) throw tooLarge(limits);
  askForBody(ctx);

  const { req } = ctx;
  const pieces = req.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Uint8Array>;
  let received = 0;
  let isSilent = false;
  try {
    for (;;) {
      const next = await arrived(pieces, limits);
      isSilent = next === 'silence';
      if (next === 'silence') throw silent(limits);
      if (next.done === true) return;
      const piece = next.value;
      received += piece.byteLength;
      if (received > limits.maxUploadBytes) throw tooLarge(limits);
      yield piece;
      // Parsing is fast enough to keep up with the socket: without this, other requests would wait for the whole
      // upload.
      await nextTurn();
    }
  } finally {
    const ended = pieces.return?.();
    // The iterator of a silent client ends only when more of the body arrives, and then stops its flow.
    if (isSilent) ended?.then(() => req.resume()).catch(() => undefined);
    else await ended;
  }
}

/**
 * The next piece, or the end. The timeout runs only here, while the service waits for the client: the time it takes to
 * process a piece does not count. An error event of the request would not do: it closes the connection without an
 * answer. Errors: `malformed-request`.
 */
async function arrived(
  pieces: AsyncIterator<Uint8Array>,
  { uploadIdleMs }: BodyLimits,
): Promise<IteratorResult<Uint8Array> | 'silence'> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<'silence'>((resolve) => {
    timer = setTimeout(resolve, uploadIdleMs, 'silence');
  });
  try {
    return await Promise.race([pieces.next(), silence]);
  } catch (error) {
    throw new Problem('malformed-request', 'The connection ended before the body did.', { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

const silent = ({ uploadIdleMs }: BodyLimits): Problem =>
  new Problem(
    'upload-timeout',
    `No data arrived for ${uploadIdleMs / 1000} s (setting MAX_UPLOAD_IDLE_MS). Send it again.`,
  );

const tooLarge = ({ maxUploadBytes }: BodyLimits): Problem =>
  new Problem(
    'body-too-large',
    `A recording may have at most ${maxUploadBytes} bytes (setting MAX_UPLOAD_BYTES). Split it, or ask for a ` +
      'higher limit.',
  );
