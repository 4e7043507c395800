/** The limit on log-ins, by account and by address, on all instances together. */
import { EventEmitter, once } from 'node:events';
import { expect } from 'chai';
import { type Connection, mongo } from 'mongoose';
import type { Problem } from '../../../src/errors.ts';
import { type Attempt, createLoginLimit, KNOWN_ADDRESS_FACTOR, WAITING_APART } from '../../../src/users/login-limit.ts';
import { eventually } from '../../support/eventually.ts';
import { whileFailing, whileHeld } from '../../support/failpoint.ts';
import { giveBack, testDatabase } from '../../support/mongo.ts';

const wrong = async (): Promise<null> => null;
/** A check of the right password; it fails if it may not succeed. */
const right = async (mayPass: boolean): Promise<string | null> => (mayPass ? 'in' : null);
const times = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const [HERE, THERE] = ['192.0.2.1', '198.51.100.1'];
const FREE = 10;
const PER_ADDRESS = 100;

describe('the limit on log-ins', () => {
  let database: Connection;
  let limit: Attempt;
  const instance = (failures: number | null = FREE, perAddress: number | null = PER_ADDRESS): Attempt =>
    createLoginLimit({
      config: {
        secretKey: 'a key of the tests that is long enough',
        loginFailures: failures,
        loginFailuresPerAddress: perAddress,
      },
      database,
    });

  beforeEach(async () => {
    database = await testDatabase();
    limit = instance();
  });
  afterEach(() => giveBack(database));

  /** The result of an attempt: `in`, null for a wrong password, or the seconds to wait. */
  const outcome = async (
    address: string,
    email: string,
    check: (mayPass: boolean) => Promise<string | null>,
    by = limit,
  ): Promise<unknown> =>
    by(address, email, check).catch((error: Problem) => {
      expect(error.code).to.equal('rate-limited');
      return Number(error.headers['Retry-After']);
    });
  const fail = async (address: string, email: string, count: number): Promise<void> => {
    for (const _ of times(count)) await outcome(address, email, wrong);
  };
  /** Pretends that this many seconds have passed, by moving all stored times back. */
  const later = async (seconds: number): Promise<void> => {
    const earlier = (field: string) => ({
      $cond: [{ $eq: [{ $type: field }, 'date'] }, { $subtract: [field, seconds * 1_000] }, '$$REMOVE'],
    });
    const fields = ['until', 'forgetAt', 'forgetBefore'];
    await database
      .collection('logins')
      .updateMany({}, [{ $set: Object.fromEntries(fields.map((field) => [field, earlier(`$${field}`)])) }]);
  };

  it('blocks an account after failures from anywhere, even for the right password, and says for how long', async () => {
    await fail(HERE, 'a@b', FREE / 2);
    for (const _ of times(FREE / 2)) expect(await outcome(THERE, 'a@b', wrong)).to.equal(null);
    expect(await outcome('203.0.113.7', 'a@b', right)).to.be.within(25, 30);
    expect(await outcome(HERE, 'c@d', right)).to.equal('in');
  });

  it('allows one attempt after the delay, which every failure doubles, up to a quarter of an hour', async () => {
    await fail(HERE, 'a@b', FREE);
    for (const seconds of [30, 60, 120, 240, 480, 900, 900]) {
      expect(await outcome(HERE, 'a@b', wrong)).to.be.within(seconds - 5, seconds);
      await later(seconds);
      expect(await outcome(HERE, 'a@b', wrong)).to.equal(null);
    }
    await later(900);
    expect(await outcome(HERE, 'a@b', right)).to.equal('in');
  });

  it('forgets a few failures after a quarter of an hour, and those that caused a delay after a day', async () => {
    await fail(HERE, 'a@b', FREE - 1);
    await later(900);
    await fail(HERE, 'a@b', FREE);
    await later(23 * 3_600);
    expect(await outcome(HERE, 'a@b', wrong)).to.equal(null);
    expect(await outcome(HERE, 'a@b', wrong)).to.be.within(55, 60);
    await later(25 * 3_600);
    for (const _ of times(FREE)) expect(await outcome(HERE, 'a@b', wrong)).to.equal(null);
  });

  it('forgets failures after their time, even if there were successful log-ins all the time', async () => {
    await fail(HERE, 'a@b', FREE - 1);
    for (const _ of times(3)) {
      expect(await outcome(HERE, 'a@b', right)).to.equal('in');
      await later(600);
    }
    for (const _ of times(FREE)) expect(await outcome(THERE, 'a@b', wrong)).to.equal(null);
    await later(30);
    for (const _ of times(3)) {
      expect(await outcome(HERE, 'a@b', right)).to.equal('in');
      await later(9 * 3_600);
    }
    for (const _ of times(FREE)) expect(await outcome(THERE, 'a@b', wrong)).to.equal(null);
  });

  it('counts without waiting for the journal, since losing a count with a server does no harm', async () => {
    const { db } = database;
    await db!.command({ profile: 2 });
    expect(await outcome(HERE, 'a@b', right)).to.equal('in');
    await db!.command({ profile: 0 });
    const [counted] = await db!.collection('system.profile').find({ 'command.findAndModify': 'logins' }).toArray();
    expect(counted?.['command'].writeConcern).to.deep.include({ w: 1, j: false });
  });

  it('reports the first error if the attempt cannot be taken back either', async () => {
    const broken = new Error('the check broke');
    await whileFailing(database, { command: 'update', collection: 'logins' }, async () => {
      const attempt = limit(HERE, 'a@b', async () => Promise.reject(broken));
      expect(await attempt.catch((error: unknown) => error)).to.equal(broken);
    });
  });

  it('waits for an unreachable database once, and not again to take the attempt back', async () => {
    const lost = new mongo.MongoNetworkError('the line is cut');
    let told: unknown = null;
    const attempt = async (): Promise<void> => {
      told = await limit(HERE, 'a@b', async () => Promise.reject(lost)).catch((error: unknown) => error);
    };
    await whileHeld(database, { command: 'update', collection: 'logins' }, attempt, async () => {
      expect(await eventually('it is told', () => told)).to.equal(lost);
    });
  });

  it('keeps an address that fails again and again from filling the queue of others, known users included', async () => {
    expect(await outcome(HERE, 'known@b', right)).to.equal('in');
    for (const index of times(PER_ADDRESS)) await outcome(HERE, `nobody${index}@b`, wrong);
    const ending = new EventEmitter();
    const ended = once(ending, 'end');
    const slow = async (): Promise<null> => {
      await ended;
      return null;
    };
    const refused: string[] = [];
    // One is running, `WAITING_APART` are waiting, and two are too many.
    const waiting = times(WAITING_APART + 3).map(async (index) =>
      limit(HERE, `more${index}@b`, slow).catch(({ code }: Problem) => refused.push(code)),
    );
    await eventually('two have been refused', () => refused.length === 2);
    expect(refused).to.deep.equal(['too-busy', 'too-busy']);
    expect(await outcome(THERE, 'ana@b', right)).to.equal('in');
    expect(await outcome(HERE, 'known@b', right)).to.equal('in');
    ending.emit('end');
    await Promise.all(waiting);
    expect(await outcome(HERE, 'ana@b', right)).to.equal('in');
  });

  it('counts on all instances together, and after a restart', async () => {
    for (const index of times(FREE))
      expect(await outcome(HERE, 'a@b', wrong, index % 2 === 0 ? limit : instance())).to.equal(null);
    expect(await outcome(HERE, 'a@b', right, instance())).to.be.within(25, 30);
  });

  it('lets a user in from an address of a log-in within thirty days, whatever others try', async () => {
    expect(await outcome(HERE, 'a@b', right)).to.equal('in');
    await fail(THERE, 'a@b', 3 * FREE);
    await fail(HERE, 'a@b', FREE);
    await later(29 * 86_400);
    await fail(THERE, 'a@b', 3 * FREE);
    expect(await outcome(HERE, 'a@b', right)).to.equal('in');
    expect(await outcome(THERE, 'a@b', right)).to.be.above(0);
    await later(31 * 86_400);
    await fail(THERE, 'a@b', FREE);
    expect(await outcome(HERE, 'a@b', right)).to.be.within(25, 30);
  });

  it('does not allow endless guessing from such an address', async () => {
    await outcome(HERE, 'a@b', right);
    await fail(HERE, 'a@b', FREE + KNOWN_ADDRESS_FACTOR * FREE);
    expect(await outcome(HERE, 'a@b', right)).to.be.above(0);
  });

  it('answers a wrong password from such an address like one from a stranger', async () => {
    await outcome(HERE, 'a@b', right);
    for (const email of ['a@b', 'nobody@b']) {
      const answers: unknown[] = [];
      for (const _ of times(FREE + 5)) answers.push(await outcome(HERE, email, wrong));
      expect(answers.slice(0, FREE)).to.deep.equal(times(FREE).map(() => null));
      for (const answer of answers.slice(FREE)) expect(answer).to.be.within(25, 30);
    }
  });

  it('checks the password of a refused attempt too, so that it takes as long', async () => {
    await fail(HERE, 'a@b', FREE);
    const allowed: boolean[] = [];
    await outcome(HERE, 'a@b', async (mayPass) => {
      allowed.push(mayPass);
      return null;
    });
    expect(allowed).to.deep.equal([false]);
  });

  it('makes an address wait that fails with many e-mail addresses, but accepts right passwords from it', async () => {
    for (const index of times(PER_ADDRESS)) expect(await outcome(HERE, `${index}@b`, wrong)).to.equal(null);
    expect(await outcome(HERE, 'new@b', wrong)).to.be.within(800, 900);
    expect(await outcome(HERE, 'user@b', right)).to.equal('in');
    expect(await outcome(THERE, 'new@b', wrong)).to.equal(null);
  });

  it('treats the IPv6 addresses of one subscriber as one', async () => {
    await outcome('2001:db8:0:1::1', 'a@b', right);
    await fail(THERE, 'a@b', FREE);
    expect(await outcome('2001:db8:0:1:9:9:9:9', 'a@b', right)).to.equal('in');
    expect(await outcome('2001:db8:0:2::1', 'a@b', right)).to.be.above(0);
  });

  it('does not count successes, nor failures for other reasons', async () => {
    for (const _ of times(3 * FREE)) expect(await outcome(HERE, 'a@b', right)).to.equal('in');
    for (const _ of times(3 * FREE))
      await limit(HERE, 'a@b', () => Promise.reject(new Error('no primary'))).catch(() => null);
    expect(await outcome(THERE, 'a@b', right)).to.equal('in');
  });

  it('counts attempts that run at the same time before any of them has ended', async () => {
    let checked = 0;
    const answers = await Promise.all(
      times(3 * FREE).map(() =>
        outcome(HERE, 'a@b', async (mayPass) => {
          if (mayPass) checked += 1;
          return null;
        }),
      ),
    );
    expect(checked).to.equal(FREE);
    expect(answers.filter((answer) => answer !== null)).to.have.length(2 * FREE);
  });

  it('stores neither e-mail addresses nor network addresses', async () => {
    await outcome(HERE, 'somebody@clinic.example', right);
    await fail(HERE, 'somebody@clinic.example', FREE + 1);
    const stored = JSON.stringify(await database.collection('logins').find().toArray());
    expect(stored)
      .to.match(/account .*known .*pair |"known /s)
      .and.not.match(/somebody|192\.0/);
  });

  it('counts nothing when it is switched off, and each half can be switched off by itself', async () => {
    for (const _ of times(3 * FREE)) expect(await outcome(HERE, 'a@b', wrong, instance(null))).to.equal(null);
    const loose = instance(FREE, null);
    for (const index of times(PER_ADDRESS + 5)) expect(await outcome(HERE, `${index}@b`, wrong, loose)).to.equal(null);
  });
});
