import { expect } from 'chai';
import { ensureUser } from '../../src/users/ensure-user.ts';
import { userModel } from '../../src/users/model.ts';
import { logIn, type Principal, startTestApp, type TestApp } from '../support/app.ts';
import { type Answer, call as callApp } from '../support/http.ts';

const newUser = (email: string, more: object = {}) => ({ email, fullName: 'Ana Lima', role: 'clinician', password: 'a password of Ana', ...more });

describe('/users', () => {
  let app: TestApp;
  before(async () => {
    app = await startTestApp();
  });
  after(() => app.close());

  const call = (method: string, path: string, options: Parameters<typeof callApp>[3] = {}): Promise<Answer> => callApp(app, method, path, { token: app.admin.token, ...options });
  const meStatus = async (token: string): Promise<number> => (await call('GET', '/auth/me', { token })).status;

  describe('for whom', () => {
    for (const [method, path, body] of [['GET', ''], ['POST', '', newUser('x@clinic.example')], ['GET', '/x'], ['PATCH', '/x', { fullName: 'X' }], ['DELETE', '/x']] as [string, string, object?][]) {
      it(`${method} /users${path} is for admins`, async () => {
        const asClinician = await call(method, `/users${path}`, { token: app.clinician.token, ...(body && { body }) });
        expect([asClinician.status, asClinician.json.code]).to.deep.equal([403, 'role-forbidden']);
        expect((await callApp(app, method, `/users${path}`, body ? { body } : {})).status).to.equal(401);
      });
    }
  });

  describe('creating', () => {
    it('answers the user and where it is, and never a password that was given', async () => {
      const answer = await call('POST', '/users', { body: newUser(' Given@Clinic.Example ') });
      expect(answer.status).to.equal(201);
      expect(answer.json).to.have.all.keys('id', 'email', 'fullName', 'role', 'isActive', 'createdAt', 'updatedAt', 'lastLoginAt', 'version');
      expect(answer.json).to.include({ email: 'given@clinic.example', fullName: 'Ana Lima', role: 'clinician', isActive: true, lastLoginAt: null, version: 1 });
      expect(answer.headers.get('Location')).to.equal(`/api/v1/users/${answer.json.id}`);
      expect(answer.headers.get('ETag')).to.equal('"1"');
      expect(answer.headers.get('Cache-Control')).to.equal('no-store');
      expect((await call('GET', `/users/${answer.json.id}`)).json).to.deep.equal(answer.json);
      expect(await logIn(app.url, 'given@clinic.example', 'a password of Ana')).to.be.a('string');
    });

    it('makes up a password that is answered once and works', async () => {
      const { password: _, ...body } = newUser('made-up@clinic.example');
      const { json } = await call('POST', '/users', { body });
      expect(await logIn(app.url, 'made-up@clinic.example', json.password)).to.be.a('string');
      expect((await call('GET', `/users/${json.id}`)).json).not.to.have.property('password');
    });

    it('refuses an address that is taken in any spelling, also when two take it at the same time', async () => {
      expect((await call('POST', '/users', { body: newUser(app.clinician.email.toUpperCase()) })).json.code).to.equal('email-taken');
      const two = await Promise.all([1, 2].map(() => call('POST', '/users', { body: newUser('twice@clinic.example') })));
      expect(two.map((answer) => answer.status)).to.have.members([201, 409]);
    });

    for (const more of [{ email: { $ne: null } }, { role: 'root' }, { fullName: { $gt: '' } }, { tokenVersion: 7 }, { password: 'short' }, { password: 'operators@clinic.example' }]) {
      it(`refuses ${JSON.stringify(more)}`, async () => {
        const answer = await call('POST', '/users', { body: newUser('operators@clinic.example', more) });
        expect(answer.status).to.equal(422);
        expect(answer.json.errors.map((error: { path: string }) => error.path)).to.deep.equal([`/${Object.keys(more)[0]}`]);
        expect(await userModel(app.database).exists({ email: 'operators@clinic.example' })).to.equal(null);
      });
    }
  });

  describe('listing', () => {
    let list: TestApp;
    before(async () => {
      list = await startTestApp();
      for (const [email, fullName] of [['b.souza@x.example', 'B\u00E1rbara Souza'], ['c@x.example', 'Carlos Sousa'], ['d@x.example', 'Jo\u00E3o de Souza'], ['e@x.example', 'Eva \u00C5ngstr\u00F6m']] as const) {
        await ensureUser(list.database, { email, fullName, role: 'clinician', password: 'some password' });
      }
    });
    after(() => list.close());
    const emails = async (query: string): Promise<string[]> => {
      const { json } = await callApp(list, 'GET', `/users${query}`, { token: list.admin.token });
      return json.items.map((user: { email: string }) => user.email);
    };

    it('goes page by page in the order of the addresses, each user once', async () => {
      const seen: string[] = [];
      const sizes: number[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const { json } = await callApp(list, 'GET', `/users?limit=3${cursor && `&cursor=${cursor}`}`, { token: list.admin.token });
        seen.push(...json.items.map((user: { email: string }) => user.email));
        sizes.push(json.items.length);
        cursor = json.nextCursor;
      }
      expect(seen).to.deep.equal(['admin-1@clinic.example', 'b.souza@x.example', 'c@x.example', 'clinician-2@clinic.example', 'clinician-3@clinic.example', 'd@x.example', 'e@x.example']);
      expect(sizes).to.deep.equal([3, 3, 1]);
    });

    it('tells the total when asked', async () => {
      const { json } = await callApp(list, 'GET', '/users?limit=1&total=true&role=clinician', { token: list.admin.token });
      expect(json).to.include({ total: 6 }).and.not.have.property('totalIsLowerBound');
      expect(json.items).to.have.length(1);
    });

    it('finds by beginnings of words of address and name, without case and accents', async () => {
      expect(await emails('?q=SOUZA')).to.deep.equal(['b.souza@x.example', 'd@x.example']);
      expect(await emails('?q=joao')).to.deep.equal(['d@x.example']);
      expect(await emails('?q=JO%C3%83O')).to.deep.equal(['d@x.example']);
      expect(await emails('?q=sou+bar')).to.deep.equal(['b.souza@x.example']);
      expect(await emails('?q=b.souza%40x.example')).to.deep.equal(['b.souza@x.example']);
      expect(await emails('?q=angst')).to.deep.equal(['e@x.example']);
      expect(await emails('?q=ouza')).to.deep.equal([]);
      expect(await emails('?q=s.*a')).to.deep.equal([]);
    });

    it('filters by role and state', async () => {
      expect(await emails('?role=admin')).to.deep.equal(['admin-1@clinic.example']);
      const id = (await userModel(list.database).findOne({ email: 'c@x.example' }).lean())?._id.toHexString();
      await callApp(list, 'PATCH', `/users/${id}`, { token: list.admin.token, body: { isActive: false } });
      expect(await emails('?isActive=false')).to.deep.equal(['c@x.example']);
      expect(await emails('?isActive=true&q=carlos')).to.deep.equal([]);
    });

    for (const [query, code] of [['?limit=0', 'invalid-query'], ['?limit=201', 'invalid-query'], ['?q=', 'invalid-query'], ['?q=.', 'invalid-query'], ['?q=a&q=b', 'invalid-query'], ['?q[$ne]=a', 'invalid-query'],
      ['?sort=role', 'invalid-query'], ['?cursor=x', 'invalid-cursor'], ['?cursor=W3siJG5lIjpudWxsfV0', 'invalid-cursor']] as const) {
      it(`refuses ${query} as ${code}`, async () => {
        const answer = await callApp(list, 'GET', `/users${query}`, { token: list.admin.token });
        expect([answer.status, answer.json.code]).to.deep.equal([400, code]);
      });
    }
  });

  describe('reading', () => {
    it('answers a missing and a malformed id alike', async () => {
      const [missing, malformed] = await Promise.all([call('GET', `/users/${'0'.repeat(24)}`), call('GET', '/users/%7B%22$ne%22:null%7D')]);
      for (const answer of [missing, malformed]) {
        expect(answer.status).to.equal(404);
        expect({ ...answer.json, requestId: null }).to.deep.equal({ ...missing.json, requestId: null });
      }
    });
  });

  describe('changing', () => {
    it('changes what is named, counts the version, and is found under the new words', async () => {
      const user = await app.newUser('clinician');
      const answer = await call('PATCH', `/users/${user.id}`, { body: { email: 'Renamed@Clinic.Example', fullName: 'Zoe Zimmer' } });
      expect(answer.status).to.equal(200);
      expect(answer.json).to.include({ email: 'renamed@clinic.example', fullName: 'Zoe Zimmer', role: 'clinician', version: 2 });
      expect(answer.headers.get('ETag')).to.equal('"2"');
      expect((await call('GET', '/users?q=zimm+renam')).json.items).to.deep.equal([answer.json]);
      expect((await call('GET', '/auth/me', { token: user.token })).json).to.deep.equal(answer.json);
    });

    it('is refused on an old version and taken on the present one', async () => {
      const user = await app.newUser('clinician');
      const change = (version: string) => call('PATCH', `/users/${user.id}`, { body: { fullName: 'Other' }, headers: { 'If-Match': version } });
      expect((await change('"2"')).json.code).to.equal('version-stale');
      expect((await change('"1"')).status).to.equal(200);
      expect((await change('"1"')).status).to.equal(412);
      expect((await change('*')).status).to.equal(200);
    });

    it('lets one of two through who change the same version at the same time', async () => {
      const user = await app.newUser('clinician');
      const both = await Promise.all(['One', 'Two'].map((fullName) => call('PATCH', `/users/${user.id}`, { body: { fullName }, headers: { 'If-Match': '"1"' } })));
      expect(both.map((answer) => answer.status)).to.have.members([200, 412]);
    });

    it('refuses an address that is taken, a user who is missing, and operators', async () => {
      const user = await app.newUser('clinician');
      expect((await call('PATCH', `/users/${user.id}`, { body: { email: app.other.email } })).json.code).to.equal('email-taken');
      expect((await call('PATCH', `/users/${'0'.repeat(24)}`, { body: { fullName: 'X' } })).status).to.equal(404);
      expect((await call('PATCH', `/users/${user.id}`, { body: { fullName: { $unset: 1 } } })).status).to.equal(422);
      expect((await call('PATCH', `/users/${user.id}`, { body: { passwordHash: 'x' } })).status).to.equal(422);
      expect((await call('PATCH', `/users/${user.id}`, { body: {} })).status).to.equal(422);
      expect((await call('PATCH', `/users/${user.id}`, { body: { password: user.email } })).status).to.equal(422);
      expect((await call('GET', `/users/${user.id}`)).json).to.include({ version: 1 });
    });

    it('of the password ends the tokens of that user at once; the new one logs in', async () => {
      const user = await app.newUser('clinician');
      expect(await meStatus(user.token)).to.equal(200);
      expect((await call('PATCH', `/users/${user.id}`, { body: { password: 'set by an admin' } })).status).to.equal(200);
      expect(await meStatus(user.token)).to.equal(401);
      expect(await meStatus(await logIn(app.url, user.email, 'set by an admin'))).to.equal(200);
    });

    it('to inactive ends the tokens at once, and activating again does not bring them back', async () => {
      const user = await app.newUser('clinician');
      expect(await meStatus(user.token)).to.equal(200);
      await call('PATCH', `/users/${user.id}`, { body: { isActive: false } });
      expect(await meStatus(user.token)).to.equal(401);
      await call('PATCH', `/users/${user.id}`, { body: { isActive: true } });
      expect(await meStatus(user.token)).to.equal(401);
      expect(await meStatus(await logIn(app.url, user.email, user.password))).to.equal(200);
    });

    it('to another role is felt at once, with the same token', async () => {
      const user = await app.newUser('admin');
      expect((await call('GET', '/users', { token: user.token })).status).to.equal(200);
      await call('PATCH', `/users/${user.id}`, { body: { role: 'clinician' } });
      expect((await call('GET', '/users', { token: user.token })).status).to.equal(403);
      expect(await meStatus(user.token)).to.equal(200);
    });
  });

  describe('deleting', () => {
    it('removes the user, ends the tokens at once and frees the address', async () => {
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
      const recording = await callApp(app, 'POST', '/ecgs', { token: user.token, body: { leads: [{ name: 'I', signal: [1] }] } });
      const refusal = await call('DELETE', `/users/${user.id}`);
      expect([refusal.status, refusal.json.code]).to.deep.equal([409, 'user-in-use']);
      expect((await call('PATCH', `/users/${user.id}`, { body: { role: 'admin' } })).status).to.equal(200);
      expect((await callApp(app, 'GET', `/ecgs/${recording.json.id}`, { token: user.token })).status, 'recordings of who is an admin by now').to.equal(403);
      expect((await call('DELETE', `/users/${user.id}`)).status).to.equal(409);
      expect((await call('GET', `/users/${user.id}`)).status).to.equal(200);
    });
  });

  describe('the own account', () => {
    for (const [method, body] of [['DELETE', undefined], ['PATCH', { role: 'clinician' }], ['PATCH', { isActive: false }]] as const) {
      it(`is kept from ${method} ${JSON.stringify(body) ?? ''}`, async () => {
        const answer = await call(method, `/users/${app.admin.id}`, body ? { body } : {});
        expect([answer.status, answer.json.code]).to.deep.equal([409, 'own-account']);
      });
    }

    it('may be renamed, and keep role and state', async () => {
      expect((await call('PATCH', `/users/${app.admin.id}`, { body: { fullName: 'Number One', role: 'admin', isActive: true } })).status).to.equal(200);
    });
  });

  describe('the last active admin', () => {
    const ROUNDS = 12;
    const WAYS: [string, object?][] = [['PATCH', { role: 'clinician' }], ['PATCH', { isActive: false }], ['DELETE']];

    it('is left when two admins take each other away at the same time, whatever they do, however often', async function () {
      this.timeout(60_000);
      const own = await startTestApp();
      const refusals = new Set<string>();
      try {
        let survivor: Principal = own.admin;
        for (let round = 0; round < ROUNDS; round += 1) {
          const rival = await own.newUser('admin');
          // Both are known to the service, so that each is still taken for an admin when the requests arrive together.
          await Promise.all([survivor, rival].map((admin) => callApp(own, 'GET', '/auth/me', { token: admin.token })));
          const [method, body] = WAYS[round % WAYS.length] ?? ['DELETE'];
          const attack = (by: Principal, on: Principal): Promise<Answer> => callApp(own, method, `/users/${on.id}`, { token: by.token, ...(body && { body }) });
          const [one, two] = await Promise.all([attack(survivor, rival), attack(rival, survivor)]);
          const [winner, loser, refusal] = one.status < 300 ? [survivor, rival, two] : [rival, survivor, one];
          expect(Math.min(one.status, two.status), `round ${round}`).to.be.below(300);
          expect([401, 403, 409], `round ${round}: ${refusal.text}`).to.include(refusal.status);
          refusals.add(refusal.json.code);
          expect(await userModel(own.database).countDocuments({ role: 'admin', isActive: true }), `round ${round}`).to.equal(1);
          expect((await callApp(own, 'GET', `/users/${winner.id}`, { token: winner.token })).json).to.include({ role: 'admin', isActive: true });
          expect((await callApp(own, 'GET', '/users', { token: loser.token })).status).to.be.oneOf([401, 403]);
          survivor = winner;
        }
      } finally {
        await own.close();
      }
      // Otherwise the requests never overlapped and nothing was shown.
      expect(refusals).to.include('last-admin');
    });

    it('is left when ten admins take each other away in a circle', async function () {
      this.timeout(60_000);
      const own = await startTestApp();
      try {
        const admins = [own.admin];
        while (admins.length < 10) admins.push(await own.newUser('admin'));
        const circle = admins.map((admin, index) => callApp(own, 'PATCH', `/users/${admins[(index + 1) % admins.length]?.id}`, { token: admin.token, body: { isActive: false } }));
        const answers = await Promise.all(circle);
        expect(answers.map(({ status }) => status).filter((status) => status >= 500)).to.deep.equal([]);
        expect(await userModel(own.database).countDocuments({ role: 'admin', isActive: true })).to.be.at.least(1);
      } finally {
        await own.close();
      }
    });
  });

  describe('a user who must exist', () => {
    const wanted = { email: 'First@Clinic.Example', fullName: 'First', role: 'admin', password: 'first password' } as const;

    it('is made once, also when two instances start together, and then left as they are', async () => {
      const both = await Promise.all([ensureUser(app.database, wanted), ensureUser(app.database, wanted)]);
      expect(both.map(({ created }) => created)).to.have.members([false, true]);
      expect(both[0].id).to.equal(both[1].id);
      expect(await ensureUser(app.database, { ...wanted, role: 'clinician', password: 'other password' })).to.deep.equal({ id: both[0].id, created: false });
      expect(await logIn(app.url, 'first@clinic.example', 'first password')).to.be.a('string');
    });

    it('is not made from what is not valid', async () => {
      for (const wrong of [{ email: 'none' }, { password: 'short' }, { password: 'wrong@clinic.example' }]) {
        const refusal = await ensureUser(app.database, { ...wanted, email: 'wrong@clinic.example', ...wrong }).catch((error: Error) => error.name);
        expect(refusal).to.equal('InvalidUser');
      }
    });
  });
});
