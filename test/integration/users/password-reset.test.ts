/** Links with which users set a new password, over HTTP. */
import { expect } from 'chai';
import { Types } from 'mongoose';
import { auditCollection } from '../../../src/audit/model.ts';
import { resetCollection } from '../../../src/users/model.ts';
import { logIn, type Principal, startTestApp, type TestApp } from '../../support/app.ts';
import { type Answer, call } from '../../support/http.ts';
import { Visitor } from '../../support/visitor.ts';

describe('a link to set a new password', () => {
  let app: TestApp;
  before(async () => {
    app = await startTestApp();
  });
  after(() => app.close());

  const make = (user: Principal): Promise<Answer> =>
    call(app, 'POST', `/users/${user.id}/password-reset`, { token: app.admin.token });
  const use = (token: string, password = 'a better password'): Promise<Answer> =>
    call(app, 'POST', '/auth/password-reset', { body: { token, password } });
  const patch = (user: Principal, body: object): Promise<Answer> =>
    call(app, 'PATCH', `/users/${user.id}`, { token: app.admin.token, body });
  const refused = { status: 422, code: 'reset-token-invalid' };

  it('sets the password once, and ends all tokens and sessions of the user', async () => {
    const user = await app.newUser('clinician');
    const visitor = new Visitor(app);
    await visitor.logIn(user);
    const { status, json, headers } = await make(user);
    expect(status).to.equal(200);
    expect(headers.get('cache-control')).to.equal('no-store');
    expect(json.link).to.equal(`/reset#token=${json.token}`);
    expect(Buffer.from(json.token, 'base64url')).to.have.length(32);
    expect(Date.parse(json.expiresAt) - Date.now()).to.be.within(86_390_000, 86_400_000);
    expect((await visitor.call('GET', '/auth/me')).status, 'nothing has changed yet').to.equal(200);
    expect((await use(json.token)).status).to.equal(204);
    expect((await call(app, 'GET', '/auth/me', { token: user.token })).status).to.equal(401);
    expect((await visitor.refresh()).status).to.equal(401);
    expect(await logIn(app.url, user.email, 'a better password')).to.be.a('string');
    expect((await use(json.token, 'another password')).json).to.include(refused);
  });

  it('is stored as a hash, and audited when it is made and when it is used', async () => {
    const user = await app.newUser('clinician');
    const { token } = (await make(user)).json;
    const links = await resetCollection(app.database).find().toArray();
    expect(JSON.stringify(links)).not.to.include(token);
    const link = links.find(({ _id }) => _id.toHexString() === user.id)!;
    await use(token);
    const events = await auditCollection(app.database).find({ id: link._id }).sort({ at: 1 }).toArray();
    expect(events.map(({ action, by }) => [action, by?.toHexString()])).to.deep.equal([
      ['password-reset-link', app.admin.id],
      ['password-reset', user.id],
    ]);
  });

  it('stays usable after a password that is refused', async () => {
    const { token } = (await make(await app.newUser('clinician'))).json;
    expect((await use(token, 'short')).json.code).to.equal('validation-failed');
    const user = await app.newUser('clinician');
    const other = (await make(user)).json.token;
    expect((await use(other, user.email.toUpperCase())).json.errors[0].path).to.equal('/password');
    expect([(await use(token)).status, (await use(other)).status]).to.deep.equal([204, 204]);
  });

  for (const [what, change] of [
    ['another link', async (user: Principal) => make(user)],
    ['a password that an admin sets', async (user: Principal) => patch(user, { password: 'set by an admin' })],
    [
      'a change of the password',
      async (user: Principal) =>
        call(app, 'PUT', '/auth/password', {
          token: user.token,
          body: { currentPassword: user.password, newPassword: 'a new password' },
        }),
    ],
    ['deactivation', async (user: Principal) => patch(user, { isActive: false })],
    [
      'deactivation, even if it is undone',
      async (user: Principal) => {
        await patch(user, { isActive: false });
        return patch(user, { isActive: true });
      },
    ],
    [
      'removal of the user',
      async (user: Principal) => call(app, 'DELETE', `/users/${user.id}`, { token: app.admin.token }),
    ],
    [
      'expiry',
      async (user: Principal) => {
        const { modifiedCount } = await resetCollection(app.database).updateOne(
          { _id: new Types.ObjectId(user.id) },
          { $set: { expiresAt: new Date(Date.now() - 1) } },
        );
        return { status: modifiedCount === 1 ? 204 : 404 };
      },
    ],
  ] as const) {
    it(`is void after ${what}`, async () => {
      const user = await app.newUser('clinician');
      const { token } = (await make(user)).json;
      expect((await change(user)).status).to.be.oneOf([200, 204]);
      const answer = await use(token);
      expect(answer.json).to.include(refused);
      expect(answer.json.detail).to.match(/^It was used, was replaced by a newer one, or is not valid any more\. Ask /);
      expect((await use(token, user.email)).json, 'whatever the password').to.include(refused);
    });
  }

  it('is not made for a deactivated user', async () => {
    const user = await app.newUser('clinician');
    await patch(user, { isActive: false });
    expect((await make(user)).json).to.include({ status: 409, code: 'user-inactive' });
  });

  it('lets only one of two simultaneous uses pass', async () => {
    const { token } = (await make(await app.newUser('clinician'))).json;
    const answers = await Promise.all([use(token, 'the first password'), use(token, 'the second password')]);
    expect(answers.map(({ status }) => status)).to.have.members([204, 422]);
  });

  it('cannot be guessed: wrong tokens of a network address are soon delayed', async () => {
    const strict = await startTestApp({ loginFailuresPerAddress: 3 });
    try {
      const guess = (n: number): Promise<Answer> =>
        call(strict, 'POST', '/auth/password-reset', { body: { token: `guess ${n}`, password: 'a better password' } });
      for (let n = 0; n < 3; n += 1) expect((await guess(n)).json).to.include(refused);
      expect((await guess(3)).json.code).to.equal('rate-limited');
    } finally {
      await strict.close();
    }
  });
});
