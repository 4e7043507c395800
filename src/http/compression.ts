/**
 * Compresses answers that are text: JSON, SVG, CSV and pages. Of the encodings that a client likes equally well, brotli
 * is chosen. The work is done outside the thread that answers requests. Event streams are never compressed, since their
 * events would wait for each other, nor are answers that fit into one packet.
 */
import { pipeline, Readable, type Transform } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from 'node:zlib';
import type { Context, Middleware } from 'koa';
import { compressed } from './etag.ts';
import { preferredCoding } from './preferred-coding.ts';
import { wholeBody } from './whole-body.ts';

/** Bytes; shorter answers stay as they are. */
const LEAST = 1_400;
const TEXT = /^(?:text\/(?!event-stream\b)|image\/svg\+xml|application\/(?:[\w.-]+\+)?(?:json|xml|javascript)\b)/;

/** The most preferred first. */
const ENCODINGS = ['br', 'gzip'] as const;
type Encoding = (typeof ENCODINGS)[number];

/** An answer that is complete. 1 MB of JSON takes about 10 ms and becomes 120 KB (`docs/performance.md`). */
const QUALITY = 4;
/** One that is still being made, which may have gigabytes: making it should take longer than compressing it. */
const QUALITY_OF_STREAMS = 1;

const brotli = (quality: number, size = 0) => ({
  params: { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: size },
});

const WHOLE: Readonly<Record<Encoding, (bytes: Buffer) => Promise<Buffer>>> = {
  br: async (bytes) => promisify(brotliCompress)(bytes, brotli(QUALITY, bytes.length)),
  gzip: async (bytes) => promisify(gzip)(bytes, { level: QUALITY }),
};
const STREAM: Readonly<Record<Encoding, () => Transform>> = {
  br: () => createBrotliCompress(brotli(QUALITY_OF_STREAMS)),
  gzip: () => createGzip({ level: QUALITY_OF_STREAMS }),
};

/** Usage: `koa.use(compression())`, before everything that answers and after what splits answers into pieces. */
export function compression(): Middleware {
  return async (ctx, next) => {
    await next();
    const body = mayBeCompressed(ctx) ? (ctx.body instanceof Readable ? ctx.body : wholeBody(ctx)) : null;
    if (body === null || (Buffer.isBuffer(body) ? body.length : (announced(ctx) ?? LEAST)) < LEAST) return;
    ctx.vary('Accept-Encoding');
    const encoding = encodingFor(ctx);
    if (encoding === null || ctx.method === 'HEAD') return;
    // An error cuts the answer off: nothing more can be reported by then.
    ctx.body = Buffer.isBuffer(body)
      ? await WHOLE[encoding](body)
      : pipeline(body, STREAM[encoding](), () => undefined);
    ctx.set('Content-Encoding', encoding);
    if (ctx.res.hasHeader('ETag')) ctx.set('ETag', compressed(ctx.response.get('ETag'), encoding));
  };
}

/** Bytes of a stream; null if unknown. */
const announced = ({ res }: Context): number | null =>
  res.hasHeader('Content-Length') ? Number(res.getHeader('Content-Length')) : null;

const mayBeCompressed = ({ res, response }: Context): boolean =>
  TEXT.test(response.get('Content-Type')) &&
  response.status !== 206 &&
  !res.hasHeader('Content-Encoding') &&
  !res.hasHeader('Content-Range') &&
  // Ranges are those of the bytes as they are.
  !res.hasHeader('Accept-Ranges') &&
  !/\bno-transform\b/.test(response.get('Cache-Control'));

/** Null: as it is. */
function encodingFor({ req }: Context): Encoding | null {
  const best = preferredCoding(req, [...ENCODINGS, 'identity']);
  return ENCODINGS.find((encoding) => encoding === best) ?? null;
}
