/** `/users` over HTTP: who may use it, and what each operation does. */
import { expect } from 'chai';
import { userModel } from '../../src/users/model.ts';
import { logIn, startTestApp, type TestApp } from '../support/app.ts';
import { type Answer, call as callApp } from '../support/http.ts';

const newUser = (email: string, more: object = {}) => ({
  email,
  fullName: 'Ana Lima',
  role: 'clinician',
  password: 'a password of Ana',
  ...more,
});

describe('/users', () => {
  let app: TestApp;
  before(async () => {
    app = await startTestApp();
  });
  after(() => app.close());

  const call = (method: string, path: string, options: Parameters<typeof callApp>[3] = {}): Promise<Answer> =>
    callApp(app, method, path, { token: app.admin.token, ...options });
  const meStatus = async (token: string): Promise<number> => (await call('GET', '/auth/me', { token })).status;

  describe('access', () => {
    for (const [method, path, body] of [
      ['GET', ''],
      ['POST', '', newUser('x@clinic.example')],
      ['GET', '/x'],
      ['PATCH', '/x', { fullName: 'X' }],
      ['DELETE', '/x'],
    ] as [string, string, object?][]) {
      it(`${method} /users${path} is for admins only`, async () => {
        const asClinician = await call(method, `/users${path}`, { token: app.clinician.token, ...(body && { body }) });
        expect([asClinician.status, asClinician.json.code]).to.deep.equal([403, 'role-forbidden']);
        expect((await callApp(app, method, `/users${path}`, body ? { body } : {})).status).to.equal(401);
      });
    }
  });

  describe('creating', () => {
    it('returns the user and its address, but never a given password', async () => {
      const answer = await call('POST', '/users', { body: newUser(' Given@Clinic.Example ') });
      expect(answer.status).to.equal(201);
      expect(answer.json).to.have.all.keys(
        'id',
        'email',
        'fullName',
        'role',
        'isActive',
        'createdAt',
        'updatedAt',
        'lastLoginAt',
        'version',
      );
      expect(answer.json).to.include({
        email: 'given@clinic.example',
        fullName: 'Ana Lima',
        role: 'clinician',
        isActive: true,
        lastLoginAt: null,
        version: 1,
      });
      expect(answer.headers.get('Location')).to.equal(`/api/v1/users/${answer.json.id}`);
      expect(answer.headers.get('ETag')).to.equal('"1"');
      expect(answer.headers.get('Cache-Control')).to.equal('no-store');
      expect((await call('GET', `/users/${answer.json.id}`)).json).to.deep.equal(answer.json);
      expect(await logIn(app.url, 'given@clinic.example', 'a password of Ana')).to.be.a('string');
    });

    it('generates a password that is returned once and works', async () => {
      const { password: _, ...body } = newUser('made-up@clinic.example');
      const { json } = await call('POST', '/users', { body });
      expect(await logIn(app.url, 'made-up@clinic.example', json.password)).to.be.a('string');
      expect((await call('GET', `/users/${json.id}`)).json).not.to.have.property('password');
    });

    it('refuses an address that is taken in any spelling, even by a concurrent request', async () => {
      expect((await call('POST', '/users', { body: newUser(app.clinician.email.toUpperCase()) })).json.code).to.equal(
        'email-taken',
      );
      const two = await Promise.all(
        [1, 2].map(() => call('POST', '/users', { body: newUser('twice@clinic.example') })),
      );
      expect(two.map((answer) => answer.status)).to.have.members([201, 409]);
    });

    for (const more of [
      { email: { $ne: null } },
      { role: 'root' },
      { fullName: { $gt: '' } },
      { tokenVersion: 7 },
      { password: 'short' },
      { password: 'operators@clinic.example' },
    ]) {
      it(`refuses ${JSON.stringify(more)}`, async () => {
        const answer = await call('POST', '/users', { body: newUser('operators@clinic.example', more) });
        expect(answer.status).to.equal(422);
        expect(answer.json.errors.map((error: { path: string }) => error.path)).to.deep.equal([
          `/${Object.keys(more)[0]}`,
        ]);
        expect(await userModel(app.database).exists({ email: 'operators@clinic.example' })).to.equal(null);
      });
    }
  });

  describe('reading', () => {
    it('gives the same answer for an unknown and a malformed id', async () => {
      const [missing, malformed] = await Promise.all([
        call('GET', `/users/${'0'.repeat(24)}`),
        call('GET', '/users/%7B%22$ne%22:null%7D'),
      ]);
      for (const answer of [missing, malformed]) {
        expect(answer.status).to.equal(404);
        expect({ ...answer.json, requestId: null }).to.deep.equal({ ...missing.json, requestId: null });
      }
    });
  });

  describe('changing', () => {
    it('changes the named fields, increments the version, and makes the new words searchable', async () => {
      const user = await app.newUser('clinician');
      const answer = await call('PATCH', `/users/${user.id}`, {
        body: { email: 'Renamed@Clinic.Example', fullName: 'Zoe Zimmer' },
      });
      expect(answer.status).to.equal(200);
      expect(answer.json).to.include({
        email: 'renamed@clinic.example',
        fullName: 'Zoe Zimmer',
        role: 'clinician',
        version: 2,
      });
      expect(answer.headers.get('ETag')).to.equal('"2"');
      expect((await call('GET', '/users?q=zimm+renam')).json.items).to.deep.equal([answer.json]);
      expect((await call('GET', '/auth/me', { token: user.token })).json).to.deep.equal(answer.json);
    });

    it('is refused on an old version and accepted on the current one', async () => {
      const user = await app.newUser('clinician');
      const change = (version: string) =>
        call('PATCH', `/users/${user.id}`, { body: { fullName: 'Other' }, headers: { 'If-Match': version } });
      expect((await change('"2"')).json.code).to.equal('version-stale');
      expect((await change('"1"')).status).to.equal(200);
      expect((await change('"1"')).status).to.equal(412);
      expect((await change('*')).status).to.equal(200);
    });

    it('lets one of two concurrent changes of the same version through', async () => {
      const user = await app.newUser('clinician');
      const both = await Promise.all(
        ['One', 'Two'].map((fullName) =>
          call('PATCH', `/users/${user.id}`, { body: { fullName }, headers: { 'If-Match': '"1"' } }),
        ),
      );
      expect(both.map((answer) => answer.status)).to.have.members([200, 412]);
    });

    it('refuses an address that is taken, an unknown user, and operators', async () => {
      const user = await app.newUser('clinician');
      expect((await call('PATCH', `/users/${user.id}`, { body: { email: app.other.email } })).json.code).to.equal(
        'email-taken',
      );
      expect((await call('PATCH', `/users/${'0'.repeat(24)}`, { body: { fullName: 'X' } })).status).to.equal(404);
      expect((await call('PATCH', `/users/${user.id}`, { body: { fullName: { $unset: 1 } } })).status).to.equal(422);
      expect((await call('PATCH', `/users/${user.id}`, { body: { passwordHash: 'x' } })).status).to.equal(422);
      expect((await call('PATCH', `/users/${user.id}`, { body: {} })).status).to.equal(422);
      expect((await call('PATCH', `/users/${user.id}`, { body: { password: user.email } })).status).to.equal(422);
      expect((await call('GET', `/users/${user.id}`)).json).to.include({ version: 1 });
    });

    it('of the password revokes the tokens of that user at once; the new one logs in', async () => {
      const user = await app.newUser('clinician');
      expect(await meStatus(user.token)).to.equal(200);
      expect((await call('PATCH', `/users/${user.id}`, { body: { password: 'set by an admin' } })).status).to.equal(
        200,
      );
      expect(await meStatus(user.token)).to.equal(401);
      expect(await meStatus(await logIn(app.url, user.email, 'set by an admin'))).to.equal(200);
    });

    it('to inactive revokes the tokens at once, and activating again does not restore them', async () => {
      const user = await app.newUser('clinician');
      expect(await meStatus(user.token)).to.equal(200);
      await call('PATCH', `/users/${user.id}`, { body: { isActive: false } });
      expect(await meStatus(user.token)).to.equal(401);
      await call('PATCH', `/users/${user.id}`, { body: { isActive: true } });
      expect(await meStatus(user.token)).to.equal(401);
      expect(await meStatus(await logIn(app.url, user.email, user.password))).to.equal(200);
    });

    it('to another role takes effect at once, with the same token', async () => {
      const user = await app.newUser('admin');
      expect((await call('GET', '/users', { token: user.token })).status).to.equal(200);
      await call('PATCH', `/users/${user.id}`, { body: { role: 'clinician' } });
      expect((await call('GET', '/users', { token: user.token })).status).to.equal(403);
      expect(await meStatus(user.token)).to.equal(200);
    });
  });

  describe('deleting', () => {
    it('removes the user, revokes the tokens at once and frees the address', async () => {
      const user = await app.newUser('clinician');
      expect(await meStatus(user.token)).to.equal(200);
      expect((await call('DELETE', `/users/${user.id}`, { headers: { 'If-Match': '"7"' } })).status).to.equal(412);
      expect((await call('DELETE', `/users/${user.id}`)).status).to.equal(204);
      expect(await meStatus(user.token)).to.equal(401);
      expect((await call('GET', `/users/${user.id}`)).status).to.equal(404);
      expect((await call('DELETE', `/users/${user.id}`)).status).to.equal(404);
      expect((await call('POST', '/users', { body: newUser(user.email) })).status).to.equal(201);
    });

    it('is refused for a user who owns recordings', async () => {
      const user = await app.newUser('clinician');
      const recording = await callApp(app, 'POST', '/ecgs', {
        token: user.token,
        body: { leads: [{ name: 'I', signal: [1] }] },
      });
      const refusal = await call('DELETE', `/users/${user.id}`);
      expect([refusal.status, refusal.json.code]).to.deep.equal([409, 'user-in-use']);
      expect((await call('PATCH', `/users/${user.id}`, { body: { role: 'admin' } })).status).to.equal(200);
      expect(
        (await callApp(app, 'GET', `/ecgs/${recording.json.id}`, { token: user.token })).status,
        'recordings of who is an admin by now',
      ).to.equal(403);
      expect((await call('DELETE', `/users/${user.id}`)).status).to.equal(409);
      expect((await call('GET', `/users/${user.id}`)).status).to.equal(200);
    });
  });

  describe("a user's own account", () => {
    for (const [method, body] of [
      ['DELETE', undefined],
      ['PATCH', { role: 'clinician' }],
      ['PATCH', { isActive: false }],
    ] as const) {
      it(`is protected from ${method} ${JSON.stringify(body) ?? ''}`, async () => {
        const answer = await call(method, `/users/${app.admin.id}`, body ? { body } : {});
        expect([answer.status, answer.json.code]).to.deep.equal([409, 'own-account']);
      });
    }

    it('may be renamed while its role and state are kept', async () => {
      expect(
        (
          await call('PATCH', `/users/${app.admin.id}`, {
            body: { fullName: 'Number One', role: 'admin', isActive: true },
          })
        ).status,
      ).to.equal(200);
    });
  });
});
