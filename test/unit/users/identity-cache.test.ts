/** The cache of users' current states: fresh, shared and bounded. */
import { expect } from 'chai';
import { IdentityCache, type UserState } from '../../../src/users/identity-cache.ts';

const state = (tokenVersion: number): UserState => ({
  email: 'ana@clinic.example',
  role: 'clinician',
  isActive: true,
  tokenVersion,
  endedTokens: new Set(),
});

/** A database whose answers are controlled by the test, and a clock that the test sets. */
function setUp(capacity?: number) {
  const queries: { userId: string; answer: (user: UserState | null) => void; fail: (error: Error) => void }[] = [];
  const clock = { now: 0 };
  const cache = new IdentityCache({
    load: (userId) => new Promise((answer, fail) => queries.push({ userId, answer, fail })),
    now: () => clock.now,
    ...(capacity !== undefined && { capacity }),
  });
  const answered = async (userId: string, user: UserState | null): Promise<UserState | null> => {
    const pending = cache.get(userId);
    queries.at(-1)?.answer(user);
    return pending;
  };
  return { cache, queries, clock, answered };
}

describe('IdentityCache', () => {
  it('queries once while the answer is fresh, and again after 4 s', async () => {
    const { cache, queries, clock, answered } = setUp();
    await answered('a', state(1));
    clock.now = 3_999;
    expect(await cache.get('a')).to.deep.include({ tokenVersion: 1 });
    expect(queries).to.have.length(1);
    clock.now = 4_000;
    expect(await answered('a', state(2))).to.deep.include({ tokenVersion: 2 });
    expect(queries).to.have.length(2);
  });

  it('counts the age from the query, not from the answer', async () => {
    const { cache, queries, clock } = setUp();
    const slow = cache.get('a');
    clock.now = 3_000;
    queries[0]?.answer(state(1));
    await slow;
    clock.now = 4_000;
    void cache.get('a');
    expect(queries).to.have.length(2);
  });

  it('shares one query between concurrent requests', async () => {
    const { cache, queries } = setUp();
    const both = [cache.get('a'), cache.get('a')];
    queries[0]?.answer(state(1));
    expect(await Promise.all(both)).to.deep.equal([state(1), state(1)]);
    expect(queries).to.have.length(1);
  });

  it('forgets one user and keeps the others', async () => {
    const { cache, queries, answered } = setUp();
    await answered('a', state(1));
    await answered('b', state(1));
    cache.forget('a');
    await cache.get('b');
    expect(queries).to.have.length(2);
    expect(await answered('a', state(2))).to.deep.include({ tokenVersion: 2 });
  });

  it('does not keep the answer of a query that was in progress when the user changed', async () => {
    const { cache, queries, answered } = setUp();
    const before = cache.get('a');
    cache.forget('a');
    queries[0]?.answer(state(1));
    await before;
    expect(await answered('a', state(2))).to.deep.include({ tokenVersion: 2 });
    expect(queries).to.have.length(2);
  });

  it('keeps the newer answer when the older one arrives last', async () => {
    const { cache, queries } = setUp();
    const older = cache.get('a');
    cache.forget('a');
    const newer = cache.get('a');
    queries[1]?.answer(state(2));
    await newer;
    queries[0]?.answer(state(1));
    await older;
    expect(await cache.get('a')).to.deep.include({ tokenVersion: 2 });
    expect(queries).to.have.length(2);
  });

  it('queries again after a failure', async () => {
    const { cache, queries, answered } = setUp();
    const failing = cache.get('a');
    queries[0]?.fail(new Error('no primary'));
    expect(await failing.catch((error: Error) => error.message)).to.equal('no primary');
    expect(await answered('a', state(1))).to.deep.include({ tokenVersion: 1 });
  });

  it('keeps no more users than its capacity and drops the oldest', async () => {
    const { cache, queries, answered } = setUp(2);
    for (const id of ['a', 'b', 'c']) await answered(id, state(1));
    await cache.get('b');
    await cache.get('c');
    expect(queries).to.have.length(3);
    void cache.get('a');
    expect(queries).to.have.length(4);
  });
});
