/** Requests that need the database, while it is known not to run. */
import type { Context, Middleware } from 'koa';
import { diskFull, type Room } from '../database/room.ts';

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a request is to change something. */
export const changesSomething = (ctx: Context): boolean => !SAFE.has(ctx.method);

/**
 * Answers at once while the database waits for room on its disk: each request would wait for it in vain. Usage:
 * `api.use(databaseGate(room))`, before the operations.
 */
export const databaseGate =
  (room: Room): Middleware =>
  async (ctx, next) => {
    if (room.isWaitedFor()) throw diskFull(changesSomething(ctx));
    await next();
  };
