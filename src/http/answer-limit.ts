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
        `${most} large answers to you are under way (setting MAX_PARALLEL_READS_PER_USER). Ask again when one of them has been read.`,
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
        `${most} streams of events to you are open (setting MAX_EVENT_STREAMS_PER_USER). Close one, or ask for the import now and then.`,
        RETRY,
      ),
  );
