/** Removing a user, step by step: changes by others in between are respected and never overwritten. */
import { expect } from 'chai';
import { Types } from 'mongoose';
import { Passwords } from '../../../src/users/passwords.ts';
import { changeUser, readUser, removeUser } from '../../../src/users/accounts.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';

/** Answers whether the user owns recordings, one answer per call; `meanwhile` runs before the second. */
const owns = (answers: readonly boolean[], meanwhile = async (): Promise<unknown> => null) => {
  let asked = 0;
  return async (): Promise<boolean> => {
    if (asked === 1) await meanwhile();
    return answers[asked++] ?? false;
  };
};

const broken = async (): Promise<never> => Promise.reject(Object.assign(new Error('no answer'), { code: 'broken' }));

describe('removing a user', () => {
  let app: TestApp;
  let id: string;
  before(async () => {
    app = await startTestApp();
  });
  after(() => app.close());
  beforeEach(async () => {
    id = (await app.newUser('clinician')).id;
  });

  const change = (patch: Parameters<typeof changeUser>[4]) => () =>
    changeUser(app.database, new Passwords(), null, { id, version: null }, patch);
  const outcome = (port: () => Promise<boolean>, version: number | null = null): Promise<string> =>
    removeUser(app.database, null, { id, version }, port).then(
      () => 'removed',
      (error: { code: string }) => error.code,
    );
  const state = async () => {
    const { isActive, fullName, version } = await readUser(app.database, id);
    return { isActive, fullName, version };
  };

  it('who owns nothing removes them', async () => {
    expect(await outcome(owns([false, false]))).to.equal('removed');
    expect(await readUser(app.database, id).catch((error: { code: string }) => error.code)).to.equal('not-found');
  });

  it('who owns recordings leaves them unchanged', async () => {
    const before = await readUser(app.database, id);
    expect(await outcome(owns([true]))).to.equal('user-in-use');
    expect(await readUser(app.database, id)).to.deep.equal(before);
  });

  for (const isActive of [true, false]) {
    it(`whose first recording is uploaded in between leaves them unchanged: active ${isActive}`, async () => {
      await change({ isActive })();
      const before = await state();
      expect(await outcome(owns([false, true]))).to.equal('user-in-use');
      // The user was deactivated and activated again.
      expect(await state()).to.deep.equal({ ...before, version: before.version + 2 });
    });
  }

  it('whom somebody else changes in between keeps them, and the change', async () => {
    expect(await outcome(owns([false, false], change({ fullName: 'Renamed' })))).to.equal('version-stale');
    expect((await state()).fullName).to.equal('Renamed');
  });

  it('that the database refuses leaves them unchanged', async () => {
    const before = await state();
    const admin = app.database.getClient().db('admin');
    const refuse = () =>
      admin.command({
        configureFailPoint: 'failCommand',
        mode: { times: 1 },
        data: { failCommands: ['commitTransaction'], errorCode: 8 },
      });
    expect(await outcome(owns([false, false], refuse))).to.equal(8);
    expect(await state()).to.deep.equal({ ...before, version: before.version + 2 });
  });

  it('whose recordings cannot be looked up leaves them unchanged', async () => {
    const before = await state();
    expect(await outcome(owns([false, false], broken))).to.equal('broken');
    expect(await state()).to.deep.equal({ ...before, version: before.version + 2 });
  });

  it('whom somebody else deactivates in between does not activate them again', async () => {
    expect(await outcome(owns([false, true], change({ isActive: false })))).to.equal('user-in-use');
    expect((await state()).isActive).to.equal(false);
  });

  it('in an old version changes nothing', async () => {
    const before = await readUser(app.database, id);
    expect(await outcome(owns([]), before.version + 1)).to.equal('version-stale');
    expect(await readUser(app.database, id)).to.deep.equal(before);
    id = new Types.ObjectId().toHexString();
    expect(await outcome(owns([]))).to.equal('not-found');
  });
});
