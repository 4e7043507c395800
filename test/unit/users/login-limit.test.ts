import { expect } from 'chai';
import type { Problem } from '../../../src/errors.ts';
import { createLoginLimit, FAILURES_PER_ADDRESS, FAILURES_PER_USER } from '../../../src/users/login-limit.ts';

const wrong = async (): Promise<null> => null;
const right = async (): Promise<string> => 'in';
const outcome = (attempt: Promise<unknown>): Promise<unknown> => attempt.catch((error: Problem) => error.code);
const times = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('the limit on log-ins', () => {
  it('refuses a user from one address after so many failures, even with the right password, and says for how long', async () => {
    const limit = createLoginLimit(true);
    for (const _ of times(FAILURES_PER_USER)) expect(await limit('192.0.2.1', 'a@b', wrong)).to.equal(null);
    const refusal = await limit('192.0.2.1', 'a@b', right).catch((error: unknown) => error as Problem);
    expect(refusal).to.include({ code: 'rate-limited' });
    expect(Number((refusal as Problem).headers['Retry-After'])).to.be.within(890, 900);
  });

  it('lets the same user in from another address, and another user from the same', async () => {
    const limit = createLoginLimit(true);
    for (const _ of times(FAILURES_PER_USER)) await limit('192.0.2.1', 'a@b', wrong);
    expect(await limit('192.0.2.2', 'a@b', right)).to.equal('in');
    expect(await limit('192.0.2.1', 'c@d', right)).to.equal('in');
  });

  it('refuses an address that fails with many users', async () => {
    const limit = createLoginLimit(true);
    for (const index of times(FAILURES_PER_ADDRESS)) await limit('192.0.2.1', `${index}@b`, wrong);
    expect(await outcome(limit('192.0.2.1', 'new@b', right))).to.equal('rate-limited');
  });

  it('does not count what succeeded, nor what broke for another reason', async () => {
    const limit = createLoginLimit(true);
    for (const _ of times(3 * FAILURES_PER_USER)) await limit('192.0.2.1', 'a@b', right);
    for (const _ of times(3 * FAILURES_PER_USER)) await outcome(limit('192.0.2.1', 'a@b', () => Promise.reject(new Error('no primary'))));
    expect(await limit('192.0.2.1', 'a@b', right)).to.equal('in');
  });

  it('counts attempts that run at the same time before any of them has ended', async () => {
    const limit = createLoginLimit(true);
    let checked = 0;
    const attempts = times(3 * FAILURES_PER_USER).map(() => outcome(limit('192.0.2.1', 'a@b', async () => { checked += 1; return null; })));
    const refused = (await Promise.all(attempts)).filter((code) => code === 'rate-limited');
    expect(checked).to.equal(FAILURES_PER_USER);
    expect(refused).to.have.length(2 * FAILURES_PER_USER);
  });

  it('counts nothing when it is switched off', async () => {
    const limit = createLoginLimit(false);
    for (const _ of times(3 * FAILURES_PER_USER)) expect(await limit('192.0.2.1', 'a@b', wrong)).to.equal(null);
  });
});
