/** What a load balancer asks: whether the process lives, and whether it can do its work. */
import type { Router } from '@koa/router';
import type { Connection } from 'mongoose';
import { z } from 'zod';
import { diskFull, type Room } from '../database/room.ts';
import { notReady } from '../errors.ts';

/** A database that takes longer is as good as none. */
const PING_MS = 2_000;

async function ping(database: Connection): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`the database did not answer within ${PING_MS / 1000} s`)), PING_MS);
  });
  try {
    // The driver's own timeoutMS is not kept by a server that hangs.
    await Promise.race([database.getClient().db().command({ ping: 1 }), late]);
  } finally {
    clearTimeout(timer);
  }
}

export const Health = z.strictObject({ status: z.literal('ok') }).meta({ id: 'Health' });
const OK: z.infer<typeof Health> = { status: 'ok' };

/** Mounts `/healthz` and `/readyz`. */
export function healthRoutes(router: Router, deps: { database: Connection; room: Room }): void {
  /**
   * @openapi
   * /healthz:
   *   servers: [{ url: / }]
   *   get:
   *     operationId: getHealth
   *     tags: [service]
   *     summary: Whether the process is alive
   *     x-access: public
   *     security: []
   *     responses:
   *       '200':
   *         description: It is; the database is not asked
   *         content: { application/json: { schema: { $ref: '#/components/schemas/Health' } } }
   */
  router.get('/healthz', (ctx) => {
    ctx.body = OK;
  });

  /**
   * @openapi
   * /readyz:
   *   servers: [{ url: / }]
   *   get:
   *     operationId: getReadiness
   *     tags: [service]
   *     summary: Whether requests can be served, that is, whether the database answers
   *     x-access: public
   *     security: []
   *     responses:
   *       '200':
   *         description: They can
   *         content: { application/json: { schema: { $ref: '#/components/schemas/Health' } } }
   *       '503': { $ref: '#/components/responses/Problem503' }
   */
  router.get('/readyz', async (ctx) => {
    if (deps.room.isWaitedFor()) throw diskFull(false);
    try {
      await ping(deps.database);
    } catch (error) {
      throw notReady(error);
    }
    ctx.body = OK;
  });
}
