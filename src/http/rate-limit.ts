/** How many requests per minute one client may send. Counted in each process: n instances allow n times as many. */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Problem } from '../errors.ts';
import { networkOf } from './client-address.ts';
import type { RateLimit } from './guards.ts';

/**
 * Creates the counter. @param perMinute requests per minute and client; null: no limit. Usage: `mount(router,
 * operations, { …, rateLimit: createRateLimit(config.rateLimit) })`
 */
export function createRateLimit(perMinute: number | null): RateLimit {
  if (perMinute === null) return async () => {};
  const counter = new RateLimiterMemory({ points: perMinute, duration: 60 });
  return async (ctx, user) => {
    try {
      await counter.consume(user ? `user ${user.userId}` : `address ${networkOf(ctx.ip)}`);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      const seconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
      throw new Problem(
        'rate-limited',
        `At most ${perMinute} requests a minute are allowed. Continue in ${seconds} s.`,
        {
          headers: { 'Retry-After': String(seconds) },
        },
      );
    }
  };
}
