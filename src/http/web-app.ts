/**
 * Serves the web application: its page at every address of `PAGES`, and its files, which were compressed when they were
 * built. Everything is read once, at the start.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Router } from '@koa/router';
import type { Context } from 'koa';
import { notFound } from '../errors.ts';
import { preferredCoding } from './preferred-coding.ts';
import { pagePolicy } from './security-headers.ts';

/** Every address of the application except `/`, which programs ask, too (`front-page.ts`). */
export const PAGES = [
  '/recordings',
  '/recordings/:id',
  '/patients',
  '/patients/:id',
  '/attendances',
  '/indicators',
  '/imports',
  '/imports/:id',
  '/users',
  '/system',
  '/account',
  '/reset',
];

/** The folder of files whose names contain a digest of their content. */
const ASSETS = 'assets';

/** Nothing but this service's own files, and pictures that the page makes itself. No exception for inline content. */
const POLICY = pagePolicy({
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'blob:', 'data:'],
  'connect-src': ["'self'"],
  'form-action': ["'self'"],
});

interface Sendable {
  type: string;
  etag: string;
  /** The content as it is, and compressed, by content coding. */
  bytes: ReadonlyMap<string, Buffer>;
}

export interface WebApp {
  /** Answers with the application's page. @param status 404 where the application has no page */
  sendPage(ctx: Context, status?: 200 | 404): void;
}

/** Preferred codings first: Brotli is smaller. */
const CODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/**
 * Mounts the application. @param folder made by vite (`npm run build`). @returns null when it was not built, as in
 * `npm run dev`
 */
export function webApp(router: Router, folder: string): WebApp | null {
  if (!existsSync(join(folder, 'index.html'))) return null;
  const page = read(folder, 'index.html');
  const files = new Map(
    namesIn(join(folder, ASSETS)).map((name) => [`${ASSETS}/${name}`, read(folder, `${ASSETS}/${name}`)]),
  );
  const sendPage = (ctx: Context, status: 200 | 404 = 200): void => {
    ctx.set('Content-Security-Policy', POLICY);
    ctx.set('Cache-Control', 'no-cache');
    send(ctx, page, status);
  };
  for (const path of PAGES) router.get(path, (ctx) => sendPage(ctx));
  router.get(`/${ASSETS}/:file`, (ctx) => {
    const file = files.get(`${ASSETS}/${ctx.params['file']}`);
    if (!file) throw notFound();
    ctx.set('Cache-Control', 'public, max-age=31536000, immutable');
    send(ctx, file);
  });
  return { sendPage };
}

const namesIn = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder).filter((name) => !/\.(br|gz)$/.test(name)) : [];

function read(folder: string, name: string): Sendable {
  const path = join(folder, name);
  const plain = readFileSync(path);
  const bytes = new Map<string, Buffer>();
  for (const [coding, suffix] of CODINGS) if (existsSync(path + suffix)) bytes.set(coding, readFileSync(path + suffix));
  bytes.set('identity', plain);
  const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 16)}"`;
  return { type: extname(name), etag, bytes };
}

function send(ctx: Context, { type, etag, bytes }: Sendable, status = 200): void {
  ctx.vary('Accept-Encoding');
  const coding = preferredCoding(ctx.req, [...bytes.keys()]);
  ctx.type = type;
  const tag = coding === 'identity' ? etag : etag.replace(/"$/, `-${coding}"`);
  ctx.set('ETag', tag);
  // Not ctx.fresh: that ignores the header if there is Cache-Control: no-cache.
  const known = ctx.get('If-None-Match').split(',');
  if (status === 200 && known.some((one) => one.trim().replace(/^W\//, '') === tag)) {
    ctx.status = 304;
    return;
  }
  if (coding !== 'identity') ctx.set('Content-Encoding', coding);
  ctx.status = status;
  ctx.body = bytes.get(coding);
}
