/** One log line a request. It names the route's pattern and never the address, which holds ids; no query values, bodies or tokens. */
import type { Middleware } from 'koa';
import type { Logger } from 'pino';
import { HUNG_UP } from './failure.ts';
import { loggable } from '../log/loggable-error.ts';
import { onceOver } from './once-over.ts';
import { requestIdOf } from './request-id.ts';

/** What nginx logs for a client that went away before it had an answer. */
const CLIENT_GONE = 499;

/** Asked every few seconds by whatever watches the service. */
const WATCHED: ReadonlySet<string> = new Set(['/healthz', '/readyz']);

/** Logs what goes wrong while an answer is being sent; a client that has gone is no event of ours. Usage: `koa.on('error', unsent(log))`. */
export const unsent =
  (log: Logger) =>
  (error: NodeJS.ErrnoException): void =>
    log[HUNG_UP.has(error.code) ? 'debug' : 'warn'](
      { error: loggable(error) },
      'an answer could not be sent to its end',
    );

/** Logs when the answer has been sent or the client has gone. Usage: `koa.use(accessLog(log))`, behind `requestId`. */
export const accessLog =
  (log: Logger): Middleware =>
  (ctx, next) => {
    const startedAt = performance.now();
    onceOver(ctx, () => {
      const route = (ctx as { routerPath?: string }).routerPath ?? null;
      log[route !== null && WATCHED.has(route) ? 'debug' : 'info'](
        {
          requestId: requestIdOf(ctx),
          method: ctx.method,
          route,
          status: ctx.res.headersSent ? ctx.res.statusCode : CLIENT_GONE,
          ms: Math.round((performance.now() - startedAt) * 10) / 10,
          userId: ctx.state['userId'],
          ...(!ctx.res.writableFinished && { aborted: true }),
        },
        'request',
      );
    });
    return next();
  };
