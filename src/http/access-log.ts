/** One log line a request. It names the route's pattern and never the address, which holds ids; no query values, bodies or tokens. */
import type { Middleware } from 'koa';
import type { Logger } from 'pino';
import { requestIdOf } from './request-id.ts';

/** Asked every few seconds by whatever watches the service. */
const WATCHED = new Set(['/healthz', '/readyz']);

/** Logs when the answer has been sent or the client has gone. Usage: `koa.use(accessLog(log))`, behind `requestId`. */
export const accessLog = (log: Logger): Middleware => (ctx, next) => {
  const startedAt = performance.now();
  ctx.res.once('close', () => {
    const route = (ctx as { routerPath?: string }).routerPath ?? null;
    log[route !== null && WATCHED.has(route) ? 'debug' : 'info']({
      requestId: requestIdOf(ctx),
      method: ctx.method,
      route,
      status: ctx.res.statusCode,
      ms: Math.round((performance.now() - startedAt) * 10) / 10,
      userId: ctx.state['userId'],
      ...(!ctx.res.writableFinished && { aborted: true }),
    }, 'request');
  });
  return next();
};
