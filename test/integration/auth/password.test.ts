/** The change of the user's own password over HTTP. */
import { expect } from 'chai';
import { sessionModel } from '../../../src/sessions/model.ts';
import { userModel } from '../../../src/users/model.ts';
import { logIn, startTestApp, type TestApp } from '../../support/app.ts';
import { whileHeld } from '../../support/failpoint.ts';
import { type Answer, call as callApp } from '../../support/http.ts';
import { Visitor } from '../../support/visitor.ts';

describe('/auth', () => {
  let app: TestApp;

  before(async () => {
    app = await startTestApp();
  });
  after(() => app.close());

  const call = (method: string, path: string, options: Parameters<typeof callApp>[3] = {}): Promise<Answer> =>
    callApp(app, method, path, options);
  const meStatus = async (token: string): Promise<number> => (await call('GET', '/auth/me', { token })).status;

  describe("the user's own password", () => {
    it('can be changed, which revokes every token; the new one logs in, the old one does not', async () => {
      const user = await app.newUser('clinician');
      const second = await logIn(app.url, user.email, user.password);
      const change = await call('PUT', '/auth/password', {
        token: user.token,
        body: { currentPassword: user.password, newPassword: 'a better password' },
      });
      expect(change.status).to.equal(204);
      expect([await meStatus(user.token), await meStatus(second)]).to.deep.equal([401, 401]);
      expect(
        (await call('POST', '/auth/login', { body: { email: user.email, password: user.password } })).status,
      ).to.equal(401);
      expect(await meStatus(await logIn(app.url, user.email, 'a better password'))).to.equal(200);
    });

    it('can be changed in a browser, whose session goes on with new keys, while all others end', async () => {
      const user = await app.newUser('clinician');
      const [here, there] = [new Visitor(app), new Visitor(app)];
      for (const one of [here, there]) await one.logIn(user);
      const { json: before } = await here.call('GET', '/auth/sessions');
      const copied = here.copy();
      const body = { currentPassword: user.password, newPassword: 'a better password' };
      const change = await here.call('PUT', '/auth/password', { body });
      expect(change.status, change.text).to.equal(204);
      expect(change.headers.get('cache-control')).to.equal('no-store');
      for (const [name, { flags, path }] of here.cookies)
        expect({ flags, path }, name).to.deep.equal({
          flags: copied.cookies.get(name)!.flags,
          path: copied.cookies.get(name)!.path,
        });
      expect((await here.call('GET', '/auth/me')).status).to.equal(200);
      for (const one of [there, copied]) {
        expect((await one.call('GET', '/auth/me')).status).to.equal(401);
        expect((await one.refresh()).json.code).to.equal('session-ended');
      }
      expect(await meStatus(user.token)).to.equal(401);
      expect((await here.refresh()).status, 'the old keys have not ended it').to.equal(200);
      const { items } = (await here.call('GET', '/auth/sessions')).json;
      const current = before.items.find(({ isCurrent }: { isCurrent: boolean }) => isCurrent);
      expect(items.map(({ id }: { id: string }) => id)).to.deep.equal([current.id]);
    });

    it('does not revive a session that is ended in the meantime', async () => {
      const user = await app.newUser('clinician');
      const here = new Visitor(app);
      await here.logIn(user);
      const answer = await whileHeld(
        app.database,
        { command: 'update', collection: 'users' },
        () =>
          here.call('PUT', '/auth/password', {
            body: { currentPassword: user.password, newPassword: 'a better password' },
          }),
        async () => {
          await sessionModel(app.database).deleteMany({ user: user.id });
        },
      );
      expect([answer.status, answer.headers.getSetCookie()]).to.deep.equal([204, []]);
      expect((await here.call('GET', '/auth/me')).status).to.equal(401);
      expect((await here.refresh()).status).to.equal(401);
    });

    it('is not changed with a wrong current one, nor to one that violates the policy', async () => {
      const user = await app.newUser('clinician');
      const attempts: [object, string][] = [
        [{ currentPassword: 'wrong password', newPassword: 'a better password' }, '/currentPassword'],
        [{ currentPassword: user.password, newPassword: 'short' }, '/newPassword'],
        [{ currentPassword: user.password, newPassword: user.email.toUpperCase() }, '/newPassword'],
        [{ currentPassword: { $ne: null }, newPassword: 'a better password' }, '/currentPassword'],
      ];
      for (const [body, path] of attempts) {
        const answer = await call('PUT', '/auth/password', { token: user.token, body });
        expect(answer.status).to.equal(422);
        expect(answer.json.errors.map((error: { path: string }) => error.path)).to.deep.equal([path]);
      }
      expect(await meStatus(user.token)).to.equal(200);
      expect(await logIn(app.url, user.email, user.password)).to.be.a('string');
    });

    it('is not checked for a while after too many wrong ones, and nothing is changed', async () => {
      const user = await app.newUser('clinician');
      const change = (currentPassword: string) =>
        call('PUT', '/auth/password', {
          token: user.token,
          body: { currentPassword, newPassword: 'a better password' },
        });
      for (let failures = 0; failures < 10; failures += 1)
        expect((await change('wrong password')).status).to.equal(422);
      expect((await change(user.password)).json.code).to.equal('rate-limited');
      expect(await meStatus(user.token)).to.equal(200);
    });

    for (const [what, change] of [
      ['deactivated', { isActive: false }],
      ['given another password', { passwordHash: 'set by an admin' }],
    ] as const) {
      it(`is not changed for a user who is ${what} in the meantime, whose token is no longer valid`, async () => {
        const user = await app.newUser('clinician');
        const before = (await userModel(app.database).findById(user.id).lean())!;
        const body = { currentPassword: user.password, newPassword: 'a better password' };
        const held = { command: 'update', collection: 'users' } as const;
        const answer = await whileHeld(
          app.database,
          held,
          () => call('PUT', '/auth/password', { token: user.token, body }),
          async () => {
            await userModel(app.database).findOneAndUpdate({ _id: user.id }, { $set: change });
          },
        );
        expect(answer.json).to.include({ status: 401, code: 'token-invalid' });
        const { passwordHash } = (await userModel(app.database).findById(user.id).lean())!;
        expect(passwordHash).to.equal({ ...before, ...change }.passwordHash);
      });
    }
  });
});
