/**
 * Every request has an id, so that its answer, its log line and a bug report can be matched. A client's own id is used
 * if it is safe.
 */
import { randomUUID } from 'node:crypto';
import type { Context, Middleware } from 'koa';

/** The only characters that may enter log lines from outside. */
const SANE_ID = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * Takes over or creates the id and answers it as `X-Request-Id`. Usage: `koa.use(requestId())`, before everything that
 * logs.
 */
export const requestId = (): Middleware => (ctx, next) => {
  const given = ctx.get('X-Request-Id');
  const id = SANE_ID.test(given) ? given : randomUUID();
  ctx.state['requestId'] = id;
  ctx.set('X-Request-Id', id);
  return next();
};

/** The id of a request that has passed `requestId`. */
export const requestIdOf = (ctx: Context): string => ctx.state['requestId'] as string;
