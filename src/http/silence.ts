/**
 * How long a connection may be silent: as long as it likes while the service works, and a bounded time while it is the
 * client's turn.
 */
import { Readable } from 'node:stream';
import type { Middleware } from 'koa';

/**
 * Cuts a connection whose client does not take a short answer. While a body is read, or a long answer is sent, what
 * reads or sends it has timers of its own.
 * @param silenceMs milliseconds. Usage: `koa.use(silence(ms))`, before everything that works
 */
export const silence =
  (silenceMs: number): Middleware =>
  async (ctx, next) => {
    ctx.req.setTimeout(0);
    try {
      await next();
    } finally {
      if (!(ctx.body instanceof Readable)) ctx.req.setTimeout(silenceMs);
    }
  };
