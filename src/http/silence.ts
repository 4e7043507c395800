/**
 * How long a connection may be idle: without limit while the service works, and for a limited time while it waits for
 * the client.
 */
import { Readable } from 'node:stream';
import type { Middleware } from 'koa';

/**
 * Cuts a connection whose client does not read a short answer. Reading a body and sending a long answer have their own
 * timers.
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
