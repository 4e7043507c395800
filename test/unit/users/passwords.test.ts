/** Hashes, the policy and generated passwords; and the queue of their checks. */
import { EventEmitter, once } from 'node:events';
import { expect } from 'chai';
import { Gate } from '../../../src/users/gate.ts';
import { generatePassword, passwordFault, Passwords } from '../../../src/users/passwords.ts';

describe('passwords', () => {
  const passwords = new Passwords();

  it('are hashed with argon2id using 19 MiB and two passes, each time with another salt', async () => {
    const [one, two] = await Promise.all([passwords.hash('correct horse'), passwords.hash('correct horse')]);
    expect(one).to.match(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.to.equal(two);
  });

  it('are equal in every Unicode form, and only then', async () => {
    const hash = await passwords.hash('pa\u00DFwort-\u00E9t\u00E9');
    expect(await passwords.matches(hash, 'pa\u00DFwort-e\u0301te\u0301')).to.equal(true);
    expect(await passwords.matches(hash, 'pa\u00DFwort-ete')).to.equal(false);
    expect(await passwords.matches(hash, 'Pa\u00DFwort-\u00E9t\u00E9')).to.equal(false);
  });

  const cases: [string, string | null][] = [
    ['123456789', 'must have at least 10 characters'],
    ['1234567890', null],
    ['x'.repeat(200), null],
    ['x'.repeat(201), 'must have at most 200 characters'],
    ['ana@clinic.example', 'must not be the e-mail address'],
    [' Ana@Clinic.Example ', 'must not be the e-mail address'],
    ['ana@clinic.example!', null],
  ];
  for (const [password, fault] of cases) {
    it(`${fault ?? 'are taken'}: ${password.length > 30 ? `${password.length} characters` : password}`, () => {
      expect(passwordFault(password, 'ana@clinic.example')).to.equal(fault);
    });
  }

  it('that are generated follow the policy and do not repeat', () => {
    const made = Array.from({ length: 50 }, generatePassword);
    expect(new Set(made).size).to.equal(50);
    for (const password of made) {
      expect(password).to.match(/^([2-9a-hjkmnp-z]{5}-){3}[2-9a-hjkmnp-z]{5}$/);
      expect(passwordFault(password, 'ana@clinic.example')).to.equal(null);
    }
  });
});

/** Work that ends when the test says so. */
function job(log: string[], name: string) {
  const ending = new EventEmitter();
  const ended = once(ending, 'end').then(() => name);
  const work = (): Promise<string> => {
    log.push(name);
    return ended;
  };
  return { work, resolve: () => ending.emit('end') };
}

describe('Gate', () => {
  it('lets a limited number run while the others wait, first come, first served', async () => {
    const gate = new Gate(2, 10);
    const log: string[] = [];
    const jobs = ['a', 'b', 'c', 'd'].map((name) => job(log, name));
    const running = jobs.map(({ work }) => gate.run(work));
    expect(log).to.deep.equal(['a', 'b']);
    jobs[1]?.resolve();
    await running[1];
    expect(log).to.deep.equal(['a', 'b', 'c']);
    for (const { resolve } of jobs) resolve();
    expect(await Promise.all(running)).to.deep.equal(['a', 'b', 'c', 'd']);
  });

  it('refuses work while the queue is full, and accepts it later', async () => {
    const gate = new Gate(1, 1);
    const [first, second] = [job([], 'a'), job([], 'b')];
    const running = [gate.run(first.work), gate.run(second.work)];
    const refused = await gate.run(async () => 'c').catch((error: unknown) => error);
    expect(refused).to.include({ code: 'too-busy', status: 503 });
    first.resolve();
    second.resolve();
    await Promise.all(running);
    expect(await gate.run(async () => 'd')).to.equal('d');
  });

  it('refuses work that has waited too long, and runs work that came later', async () => {
    const gate = new Gate(1, 1, 20);
    const first = job([], 'a');
    const running = gate.run(first.work);
    const refused = await gate.run(async () => 'b').catch((error: unknown) => error);
    expect(refused).to.include({ code: 'too-busy', status: 503 });
    const third = gate.run(async () => 'c');
    first.resolve();
    expect(await Promise.all([running, third])).to.deep.equal(['a', 'c']);
  });

  it('continues after failed work', async () => {
    const gate = new Gate(1, 1);
    const failing = gate.run(() => Promise.reject(new Error('broken')));
    const next = gate.run(async () => 'next');
    expect(await failing.catch((error: Error) => error.message)).to.equal('broken');
    expect(await next).to.equal('next');
  });
});
