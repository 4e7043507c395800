/** How many large answers of one user are made at the same time: each holds a connection, memory and a share of the processor. Counted in this process. */
import type { Context } from 'koa';
import { Problem } from '../errors.ts';

/** Takes a place until the answer has been sent or cut off. Errors: `too-many-reads`. */
export type ReadLimit = (ctx: Context, userId: string) => void;

/** @param most large answers of one user at the same time. Usage: `new Operations(router, …, createReadLimit(limits.maxParallelReads))` */
export function createReadLimit(most: number): ReadLimit {
  const running = new Map<string, number>();
  return ({ res }, userId) => {
    // Nothing is sent to a client who has gone already.
    if (res.closed) return;
    const others = running.get(userId) ?? 0;
    if (others >= most) {
      throw new Problem(
        'too-many-reads', `${most} large answers to you are under way (setting MAX_PARALLEL_READS_PER_USER). Ask again when one of them has been read.`,
        { headers: { 'Retry-After': '1' } },
      );
    }
    running.set(userId, others + 1);
    res.once('close', () => {
      const left = (running.get(userId) ?? 1) - 1;
      if (left === 0) running.delete(userId);
      else running.set(userId, left);
    });
  };
}
