/** The number of requests that a client may send. */
import { expect } from 'chai';
import type { Context } from 'koa';
import type { Problem } from '../../../src/errors.ts';
import { createRateLimit } from '../../../src/http/rate-limit.ts';

const from = (ip: string): Context => ({ ip }) as Context;
const user = (userId: string) => ({ userId }) as Parameters<ReturnType<typeof createRateLimit>>[1];
const outcome = (counted: Promise<void>): Promise<Problem | null> =>
  counted.then(
    () => null,
    (error: Problem) => error,
  );

describe('the rate limit', () => {
  it('lets exactly the given number of requests through, and says how much of the minute is left', async () => {
    const limit = createRateLimit(3);
    for (let i = 0; i < 3; i += 1) expect(await outcome(limit(from('192.0.2.1'), null))).to.equal(null);
    const refusal = await outcome(limit(from('192.0.2.1'), null));
    expect(refusal).to.include({ code: 'rate-limited' });
    expect(Number(refusal!.headers['Retry-After'])).to.be.within(58, 60);
  });

  it('counts each address and each user separately', async () => {
    const limit = createRateLimit(1);
    expect(await outcome(limit(from('192.0.2.1'), null))).to.equal(null);
    expect(await outcome(limit(from('192.0.2.2'), null))).to.equal(null);
    expect(await outcome(limit(from('192.0.2.1'), user('a')))).to.equal(null);
    expect(await outcome(limit(from('192.0.2.1'), user('b')))).to.equal(null);
    for (const who of [null, user('a'), user('b')]) {
      expect(await outcome(limit(from('192.0.2.1'), who))).to.include({ code: 'rate-limited' });
    }
    expect(await outcome(limit(from('192.0.2.3'), user('a')))).to.include({ code: 'rate-limited' });
  });

  it('counts nothing if it is off', async () => {
    const limit = createRateLimit(null);
    for (let i = 0; i < 100; i += 1) expect(await outcome(limit(from('192.0.2.1'), null))).to.equal(null);
  });
});
