/** Probes for a load balancer: whether the process is alive, and whether it can do its work. */
import type { Connection } from 'mongoose';
import { z } from 'zod';
import { diskFull, type Room } from '../database/room.ts';
import { notReady } from '../errors.ts';
import { json } from './answers.ts';
import { type AnyOperation, operation } from './operation.ts';

/** A database that takes longer counts as unavailable. */
const PING_MS = 2_000;

async function ping(database: Connection): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`the database did not answer within ${PING_MS / 1000} s`)), PING_MS);
  });
  try {
    // The driver's own timeoutMS has no effect when the server hangs.
    await Promise.race([database.getClient().db().command({ ping: 1 }), late]);
  } finally {
    clearTimeout(timer);
  }
}

export const Health = z.strictObject({ status: z.literal('ok') }).meta({ id: 'Health' });
const OK: z.infer<typeof Health> = { status: 'ok' };

/** `/healthz` and `/readyz`. */
export const healthOperations = (deps: { database: Connection; room: Room }): AnyOperation[] => [
  health(),
  readiness(deps),
];

const COMMON = { tag: 'service', method: 'get', access: 'public', unguarded: true } as const;

/**
 * @openapi
 * /healthz:
 *   get: { summary: Whether the process is alive }
 */
const health = (): AnyOperation =>
  operation({
    ...COMMON,
    id: 'getHealth',
    path: '/healthz',
    answers: { 200: json(Health, 'The process is alive; the database is not checked') },
    handler: ({ ctx }) => {
      ctx.body = OK;
      return Promise.resolve();
    },
  });

/**
 * @openapi
 * /readyz:
 *   get: { summary: Whether requests can be served (the database answers) }
 */
const readiness = ({ database, room }: { database: Connection; room: Room }): AnyOperation =>
  operation({
    ...COMMON,
    id: 'getReadiness',
    path: '/readyz',
    answers: { 200: json(Health, 'Requests can be served') },
    errors: ['not-ready'],
    handler: async ({ ctx }) => {
      if (room.isWaitedFor()) throw diskFull(false);
      try {
        await ping(database);
      } catch (error) {
        throw notReady(error);
      }
      ctx.body = OK;
    },
  });
