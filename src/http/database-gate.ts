/** Refuses requests that need the database while it is known to be stopped. */
import type { Context, Middleware } from 'koa';
import { diskFull, type Room } from '../database/room.ts';
import { SAFE_METHODS } from './operation.ts';

/** Whether a request changes something. */
export const changesSomething = (ctx: Context): boolean => !SAFE_METHODS.has(ctx.method.toLowerCase());

/**
 * Answers at once while the database waits for free disk space; otherwise each request would wait in vain. Usage:
 * `api.use(databaseGate(room))`, before the operations.
 */
export const databaseGate =
  (room: Room): Middleware =>
  async (ctx, next) => {
    if (room.isWaitedFor()) throw diskFull(changesSomething(ctx));
    await next();
  };
