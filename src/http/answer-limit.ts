/**
 * Limits how many large answers and how many event streams one user may have at the same time. Each of them holds a
 * connection, and memory or processor time.
 */
import type { Context } from 'koa';
import { Problem } from '../errors.ts';
import { onceOver } from './once-over.ts';
import { PlacesPerUser } from './places.ts';

const RETRY = { headers: { 'Retry-After': '1' } };

/** Takes a place until the answer has been sent or cut off. Errors: `too-many-reads`. */
export type ReadLimit = (ctx: Context, userId: string) => void;

/**
 * @param most large answers per user. Usage: `mount(router, operations, { …, readLimit:
 * createReadLimit(limits.maxParallelReads) })`
 */
export function createReadLimit(most: number): ReadLimit {
  const places = new PlacesPerUser(
    most,
    () =>
      new Problem(
        'too-many-reads',
        `You have ${most} large answers in progress (setting MAX_PARALLEL_READS_PER_USER). Try again when one ` +
          'of them has ended.',
        RETRY,
      ),
  );
  return (ctx, userId) => onceOver(ctx, places.take(userId));
}

/** @param most streams per user. Errors of `take`: `too-many-streams` */
export const eventStreams = (most: number): PlacesPerUser =>
  new PlacesPerUser(
    most,
    () =>
      new Problem(
        'too-many-streams',
        `You have ${most} event streams open (setting MAX_EVENT_STREAMS_PER_USER). Close one, or poll instead.`,
        RETRY,
      ),
  );
