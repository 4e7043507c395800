/** Sessions of browsers over HTTP: log in, refresh, log out, and the list of one's own. */
import { expect } from 'chai';
import { auditCollection } from '../../../src/audit/model.ts';
import { sessionModel } from '../../../src/sessions/model.ts';
import { GRACE_MS, MAX_SESSIONS } from '../../../src/sessions/sessions.ts';
import { userModel } from '../../../src/users/model.ts';
import { type Principal, startTestApp, type TestApp } from '../../support/app.ts';
import { call } from '../../support/http.ts';
import { Visitor } from '../../support/visitor.ts';

const ACCESS = 'leadwire-access';
const REFRESH = 'leadwire-refresh';

const meStatus = async (visitor: Visitor): Promise<number> => (await visitor.call('GET', '/auth/me')).status;

describe('a session of a browser', () => {
  let app: TestApp;
  before(async () => {
    app = await startTestApp();
  });
  after(() => app.close());

  /** A new user who has logged in. */
  async function loggedIn(): Promise<{ user: Principal; visitor: Visitor; id: string }> {
    const user = await app.newUser('clinician');
    const visitor = new Visitor(app);
    const { json } = await visitor.logIn(user);
    return { user, visitor, id: json.id };
  }
  const copiedSessions = (user: Principal): Promise<number> =>
    userModel(app.database)
      .findOne({ email: user.email })
      .then(async (found) =>
        auditCollection(app.database).countDocuments({ action: 'session-copied', id: found!._id }),
      );
  /** Moves the uses of refresh tokens into the past. */
  const later = (id: string, ms: number): Promise<unknown> =>
    sessionModel(app.database).updateOne(
      { _id: id },
      [
        {
          $set: {
            used: {
              $map: {
                input: '$used',
                as: 'one',
                in: { hash: '$$one.hash', at: { $subtract: ['$$one.at', ms] } },
              },
            },
          },
        },
      ],
      { updatePipeline: true },
    );

  describe('log-in', () => {
    it('sets two cookies that scripts cannot read and other sites cannot send', async () => {
      const { visitor } = await loggedIn();
      const access = visitor.cookies.get(ACCESS)!;
      const refresh = visitor.cookies.get(REFRESH)!;
      expect(access.flags).to.deep.equal(['httponly', 'samesite=strict']);
      expect(refresh.flags).to.deep.equal(['httponly', 'samesite=strict']);
      expect([access.path, refresh.path]).to.deep.equal(['/api/v1', '/api/v1/auth/session']);
      expect(Buffer.from(refresh.value, 'base64url')).to.have.length(32);
    });

    it('answers with the user and when the session ends, and with no token', async () => {
      const user = await app.newUser('clinician');
      const before = Date.now();
      const { status, json, text, headers } = await new Visitor(app).logIn(user);
      expect(status).to.equal(200);
      expect(headers.get('cache-control')).to.equal('no-store');
      expect(json.user).to.include({ id: user.id, email: user.email, role: 'clinician' });
      expect(json.accessExpiresIn).to.equal(900);
      expect(json.idleExpiresIn).to.be.within(1_798, 1_800);
      expect(json.expiresIn).to.be.within(43_198, 43_200);
      expect(Date.parse(json.idleExpiresAt) - before).to.be.within(1_799_000, 1_805_000);
      expect(Date.parse(json.expiresAt) - before).to.be.within(43_199_000, 43_205_000);
      expect(text).not.to.match(/token/i);
    });

    it('stores no refresh token, only hashes', async () => {
      const { visitor } = await loggedIn();
      const stored = JSON.stringify(await sessionModel(app.database).find().lean());
      expect(stored).not.to.include(visitor.cookies.get(REFRESH)!.value);
    });

    it('sets secure cookies when the page says that it is at HTTPS', async () => {
      const visitor = new Visitor(app, { Origin: app.url.replace('http:', 'https:') });
      await visitor.logIn(app.clinician);
      for (const { flags } of visitor.cookies.values()) expect(flags).to.include('secure');
    });

    it('sets secure cookies when a trusted proxy says HTTPS, and not when anybody says so', async () => {
      const proxied = await startTestApp({ trustProxy: 1 });
      try {
        for (const [one, isSecure] of [
          [proxied, true],
          [app, false],
        ] as const) {
          const visitor = new Visitor(one, { 'X-Forwarded-Proto': 'https' });
          await visitor.logIn(one.clinician);
          expect(visitor.cookies.get(ACCESS)!.flags.includes('secure')).to.equal(isSecure);
        }
      } finally {
        await proxied.close();
      }
    });

    it('counts wrong passwords together with POST /auth/login', async () => {
      const user = await app.newUser('clinician');
      const wrong = { email: user.email, password: 'wrong password' };
      for (let failures = 0; failures < 5; failures += 1) {
        expect((await new Visitor(app).logIn(wrong)).json.code).to.equal('credentials-invalid');
        expect((await call(app, 'POST', '/auth/login', { body: wrong })).json.code).to.equal('credentials-invalid');
      }
      expect((await new Visitor(app).logIn(user)).json.code).to.equal('rate-limited');
    });

    it('ends the session that the browser had before', async () => {
      const { user, visitor } = await loggedIn();
      const before = visitor.copy();
      await visitor.logIn(user);
      expect((await visitor.call('GET', '/auth/sessions')).json.items).to.have.length(1);
      expect(await meStatus(before)).to.equal(401);
    });

    it(`ends the session that was used least recently when a user has more than ${MAX_SESSIONS}`, async () => {
      const { user, visitor } = await loggedIn();
      const [session] = await sessionModel(app.database).find({ user: user.id }).lean();
      const others = Array.from({ length: MAX_SESSIONS - 1 }, (_, n) => {
        const { _id, ...rest } = session!;
        return { ...rest, refresh: `other ${user.id} ${n}`, usedAt: new Date(Date.now() + 1_000) };
      });
      await sessionModel(app.database).create(others);
      expect(await meStatus(visitor)).to.equal(200);
      const newest = new Visitor(app);
      await newest.logIn(user);
      expect([await meStatus(visitor), await meStatus(newest)]).to.deep.equal([401, 200]);
      expect((await newest.call('GET', '/auth/sessions')).json.items).to.have.length(MAX_SESSIONS);
    });
  });

  describe('refresh', () => {
    it('sets both cookies anew and puts off the end by idleness', async () => {
      const { visitor, id } = await loggedIn();
      await sessionModel(app.database).updateOne({ _id: id }, { expiresAt: new Date(Date.now() + 60_000) });
      const before = visitor.copy();
      const { status, json } = await visitor.refresh();
      expect(status).to.equal(200);
      expect(json.id).to.equal(id);
      expect(json.idleExpiresIn).to.be.within(1_798, 1_800);
      expect(visitor.cookies.get(REFRESH)!.value).not.to.equal(before.cookies.get(REFRESH)!.value);
      expect(visitor.cookies.get(ACCESS)!.value).not.to.equal(before.cookies.get(ACCESS)!.value);
      expect(await meStatus(visitor)).to.equal(200);
    });

    it('does not go beyond the end of the session', async () => {
      const { visitor, id } = await loggedIn();
      await sessionModel(app.database).updateOne({ _id: id }, { endsAt: new Date(Date.now() + 100_000) });
      const { json } = await visitor.refresh();
      expect(json.idleExpiresIn).to.be.within(98, 100);
      expect(json.accessExpiresIn).to.be.within(98, 100);
    });

    it('is refused after the session has expired, before the database has removed it', async () => {
      const { visitor, id } = await loggedIn();
      await sessionModel(app.database).updateOne({ _id: id }, { expiresAt: new Date(Date.now() - 1) });
      expect((await visitor.refresh()).json).to.include({ status: 401, code: 'session-ended' });
      expect((await visitor.call('GET', '/auth/sessions')).json.items).to.deep.equal([]);
    });

    it('gives several tabs that refresh together the same token, so that all go on', async () => {
      const { user, visitor } = await loggedIn();
      const tabs = [visitor, visitor.copy(), visitor.copy(), visitor.copy()];
      const answers = await Promise.all(tabs.map((tab) => tab.refresh()));
      expect(answers.map(({ status }) => status)).to.deep.equal([200, 200, 200, 200]);
      expect(new Set(tabs.map((tab) => tab.cookies.get(REFRESH)!.value)).size).to.equal(1);
      expect((await tabs[2]!.refresh()).status).to.equal(200);
      expect(await copiedSessions(user)).to.equal(0);
    });

    it('gives a token from before two refreshes the current one, for a moment', async () => {
      const { visitor, id } = await loggedIn();
      const late = visitor.copy();
      await visitor.refresh();
      await visitor.refresh();
      await later(id, GRACE_MS - 10_000);
      expect((await late.refresh()).status).to.equal(200);
      expect(late.cookies.get(REFRESH)!.value).to.equal(visitor.cookies.get(REFRESH)!.value);
    });

    it('with a token that was used before ends the session for everybody, and is audited', async () => {
      const { user, visitor, id } = await loggedIn();
      const thief = visitor.copy();
      await visitor.refresh();
      await visitor.refresh();
      await later(id, GRACE_MS + 1_000);
      expect((await thief.refresh()).json).to.include({ status: 401, code: 'session-ended' });
      expect(await copiedSessions(user)).to.equal(1);
      for (const one of [visitor, thief]) {
        expect(await meStatus(one)).to.equal(401);
        expect((await one.refresh()).json.code).to.equal('session-ended');
      }
      expect(await copiedSessions(user)).to.equal(1);
    });

    it('without a cookie finds no session, and with an unknown one is refused', async () => {
      const none = await new Visitor(app).refresh();
      expect([none.status, none.text, none.headers.getSetCookie()]).to.deep.equal([204, '', []]);
      const forger = (await loggedIn()).visitor;
      forger.cookies.get(REFRESH)!.value = 'A'.repeat(43);
      expect((await forger.refresh()).json).to.include({ status: 401, code: 'session-ended' });
    });
  });

  describe('log-out', () => {
    it('ends the session at once and removes the cookies', async () => {
      const { visitor } = await loggedIn();
      const before = visitor.copy();
      expect((await visitor.call('DELETE', '/auth/session')).status).to.equal(204);
      expect([...visitor.cookies.keys()]).to.deep.equal([]);
      expect(await meStatus(before)).to.equal(401);
      expect((await before.refresh()).status).to.equal(401);
    });

    it('works when the access token has expired, and when there is no session', async () => {
      const { user, visitor } = await loggedIn();
      visitor.cookies.delete(ACCESS);
      expect((await visitor.call('DELETE', '/auth/session')).status).to.equal(204);
      expect(await sessionModel(app.database).countDocuments({ user: user.id })).to.equal(0);
      expect((await visitor.call('DELETE', '/auth/session')).status).to.equal(204);
    });

    it('by POST /auth/logout ends the session, too', async () => {
      const { visitor } = await loggedIn();
      expect((await visitor.call('POST', '/auth/logout')).status).to.equal(204);
      expect((await visitor.refresh()).status).to.equal(401);
    });
  });

  describe("the list of one's own sessions", () => {
    it('has the browser, the address, the times, and which is the current one', async () => {
      const user = await app.newUser('clinician');
      const phone = new Visitor(app, { Origin: app.url, 'User-Agent': 'A phone' });
      const desk = new Visitor(app, { Origin: app.url, 'User-Agent': 'A desk' });
      const { json: onPhone } = await phone.logIn(user);
      await desk.logIn(user);
      const { items } = (await phone.call('GET', '/auth/sessions')).json;
      expect(items.map(({ agent, isCurrent }: Record<string, unknown>) => [agent, isCurrent])).to.deep.equal([
        ['A desk', false],
        ['A phone', true],
      ]);
      expect(items[1]).to.include({ id: onPhone.id, address: '127.0.0.1', expiresAt: onPhone.expiresAt });
      expect(JSON.stringify(items)).not.to.match(/hash|refresh|used"/);
      const asProgram = (await call(app, 'GET', '/auth/sessions', { token: user.token })).json.items;
      expect(asProgram.map(({ isCurrent }: Record<string, unknown>) => isCurrent)).to.deep.equal([false, false]);
    });

    it('shows and ends nothing of others', async () => {
      const { visitor, id } = await loggedIn();
      const { visitor: stranger } = await loggedIn();
      expect((await stranger.call('DELETE', `/auth/sessions/${id}`)).status).to.equal(404);
      await stranger.call('DELETE', '/auth/sessions');
      expect((await stranger.call('GET', '/auth/sessions')).json.items).to.have.length(1);
      expect(await meStatus(visitor)).to.equal(200);
    });

    it('lets one end a session, whose tokens are refused at once', async () => {
      const { user, visitor, id } = await loggedIn();
      const desk = new Visitor(app);
      await desk.logIn(user);
      expect((await desk.call('DELETE', `/auth/sessions/${id}`)).status).to.equal(204);
      expect([await meStatus(visitor), await meStatus(desk)]).to.deep.equal([401, 200]);
      expect((await visitor.refresh()).status).to.equal(401);
      expect((await desk.call('DELETE', `/auth/sessions/${id}`)).status).to.equal(404);
    });

    it('lets one end all others, but not the current one and no bearer token', async () => {
      const { user, visitor } = await loggedIn();
      const others = [new Visitor(app), new Visitor(app)];
      for (const one of others) await one.logIn(user);
      expect((await visitor.call('DELETE', '/auth/sessions')).status).to.equal(204);
      expect(await meStatus(visitor)).to.equal(200);
      for (const one of others) expect(await meStatus(one)).to.equal(401);
      expect((await call(app, 'GET', '/auth/me', { token: user.token })).status).to.equal(200);
      await call(app, 'DELETE', '/auth/sessions', { token: user.token });
      expect(await meStatus(visitor)).to.equal(401);
    });
  });

  for (const [what, change] of [
    [
      'a change of the password',
      async (user: Principal) =>
        call(app, 'PUT', '/auth/password', {
          token: user.token,
          body: { currentPassword: user.password, newPassword: 'a better password' },
        }),
    ],
    [
      'a password set by an admin',
      async (user: Principal) =>
        call(app, 'PATCH', `/users/${user.id}`, { token: app.admin.token, body: { password: 'a better password' } }),
    ],
    [
      'deactivation',
      async (user: Principal) =>
        call(app, 'PATCH', `/users/${user.id}`, { token: app.admin.token, body: { isActive: false } }),
    ],
    [
      'removal of the user',
      async (user: Principal) => call(app, 'DELETE', `/users/${user.id}`, { token: app.admin.token }),
    ],
  ] as const) {
    it(`ends with ${what}`, async () => {
      const { user, visitor } = await loggedIn();
      expect((await change(user)).status).to.be.oneOf([200, 204]);
      expect(await meStatus(visitor)).to.equal(401);
      expect((await visitor.refresh()).json).to.include({ status: 401, code: 'session-ended' });
    });
  }
});
