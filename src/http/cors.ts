/** Lets the pages of other origins use the API, and read the headers of its answers (CORS). */
import cors from '@koa/cors';
import type { Middleware } from 'koa';
import type { AnyOperation } from './operation.ts';

/** Headers that are not declared by an operation: of errors, of files, and of everything. */
const EXPOSED = [
  'Allow',
  'Content-Disposition',
  'ETag',
  'Link',
  'Location',
  'Page-Count',
  'Retry-After',
  'Tus-Extension',
  'Tus-Max-Size',
  'Tus-Resumable',
  'Tus-Version',
  'WWW-Authenticate',
  'X-Request-Id',
];
/** Seconds for which a browser remembers what is allowed. */
const REMEMBERED = 600;

/**
 * Answers preflight requests of these origins, and marks all other answers to them. Usage:
 * `koa.use(crossOrigin(config.corsOrigins, operations))`, before everything that answers.
 * @param operations their declared headers can be read, too
 */
export function crossOrigin(origins: readonly string[], operations: readonly AnyOperation[]): Middleware {
  const declared = operations
    .flatMap(({ answers }) => Object.values(answers))
    .flatMap(({ headers = {} }) => Object.keys(headers))
    .filter((name) => name !== 'Set-Cookie');
  return cors({
    // Nothing is set for the pages of others, and their browser refuses them the answer.
    origin: (ctx) => (origins.includes(ctx.get('Origin')) ? ctx.get('Origin') : ''),
    credentials: true,
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposeHeaders: [...new Set([...EXPOSED, ...declared])].toSorted(),
    maxAge: REMEMBERED,
    // The problem layer keeps what was set before it.
    keepHeadersOnError: false,
  });
}
