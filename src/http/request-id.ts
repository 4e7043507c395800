/** Every request has an id, the client's own where it is a sane one, so that an answer, a log line and a report can be put together. */
import { randomUUID } from 'node:crypto';
import type { Context, Middleware } from 'koa';

/** Nothing else may get into log lines from outside. */
const SANE_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** Takes or makes the id and answers it as `X-Request-Id`. Usage: `koa.use(requestId())`, first of all. */
export const requestId = (): Middleware => (ctx, next) => {
  const given = ctx.get('X-Request-Id');
  const id = SANE_ID.test(given) ? given : randomUUID();
  ctx.state['requestId'] = id;
  ctx.set('X-Request-Id', id);
  return next();
};

/** The id of a request that has passed `requestId`. */
export const requestIdOf = (ctx: Context): string => ctx.state['requestId'] as string;
