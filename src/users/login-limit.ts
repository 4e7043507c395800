/** Guessing passwords is limited: wrong ones are counted for each address of the network, and for each user as seen from there. Counted in this process. */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Problem } from '../errors.ts';

/** Seconds over which failures are counted. */
const WINDOW = 15 * 60;
export const FAILURES_PER_USER = 10;
/** A whole clinic may share one address. */
export const FAILURES_PER_ADDRESS = 100;

/** Runs a check of credentials that answers null when they are wrong. Errors: `rate-limited`, and what the check throws. */
export type LoginLimit = <T>(address: string, email: string, check: () => Promise<T | null>) => Promise<T | null>;

/** @param enabled false: nothing is counted */
export function createLoginLimit(enabled: boolean): LoginLimit {
  if (!enabled) return (_address, _email, check) => check();
  const byUser = new RateLimiterMemory({ points: FAILURES_PER_USER, duration: WINDOW });
  const byAddress = new RateLimiterMemory({ points: FAILURES_PER_ADDRESS, duration: WINDOW });
  return async (address, email, check) => {
    const pair = `${address} ${email}`;
    // An attempt counts as failed until it has succeeded: else many at once would all pass before the first is counted.
    await spend(byUser, pair);
    await spend(byAddress, address);
    const giveBack = (): Promise<unknown> => Promise.all([byUser.reward(pair), byAddress.reward(address)]);
    const result = await check().catch(async (error: unknown) => {
      await giveBack();
      throw error;
    });
    if (result !== null) await giveBack();
    return result;
  };
}

async function spend(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    const seconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
    throw new Problem('rate-limited', `Too many wrong passwords. Try again in ${seconds} s.`, { headers: { 'Retry-After': String(seconds) } });
  }
}
