/**
 * One log line per request. It names the route's pattern, never the address (which contains ids), and no query values,
 * bodies or tokens.
 */
import type { Context, Middleware } from 'koa';
import type { Logger } from 'pino';
import { OwnFault } from '../errors.ts';
import { HUNG_UP } from './failure.ts';
import { loggable } from '../log/loggable-error.ts';
import { onceOver } from './once-over.ts';
import { requestIdOf } from './request-id.ts';

/** The status that nginx logs for a client that closed the connection before it was answered. */
const CLIENT_GONE = 499;

/** Probes that monitoring calls every few seconds. */
const WATCHED: ReadonlySet<string> = new Set(['/healthz', '/readyz']);

/**
 * Logs errors while an answer is being sent: those of the service as errors, client disconnects at the level debug.
 * Usage: `koa.on('error', unsent(log))`.
 */
export const unsent =
  (log: Logger) =>
  (error: NodeJS.ErrnoException, ctx: Context): void =>
    log[HUNG_UP.has(error.code) ? 'debug' : error instanceof OwnFault ? 'error' : 'warn'](
      { requestId: requestIdOf(ctx), error: loggable(error) },
      'an answer could not be sent completely',
    );

/**
 * Logs when the answer has been sent or the client has disconnected. Usage: `koa.use(accessLog(log))`, after
 * `requestId`.
 */
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
