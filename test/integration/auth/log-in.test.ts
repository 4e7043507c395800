/** Log-in over HTTP. */
import { expect } from 'chai';
import { userModel } from '../../../src/users/model.ts';
import { Passwords } from '../../../src/users/passwords.ts';
import { logIn as checkCredentials, makeDecoy } from '../../../src/users/credentials.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { type Answer, call as callApp } from '../../support/http.ts';

const withoutId = (problem: Record<string, unknown>): Record<string, unknown> => ({ ...problem, requestId: null });

describe('/auth', () => {
  const passwords = new Passwords();
  let app: TestApp;

  before(async () => {
    app = await startTestApp();
  });
  after(() => app.close());

  const call = (method: string, path: string, options: Parameters<typeof callApp>[3] = {}): Promise<Answer> =>
    callApp(app, method, path, options);

  describe('log-in', () => {
    it('returns a valid token, its lifetime, and the user with the time of this log-in', async () => {
      const user = await app.newUser('clinician');
      const before = Date.now();
      const {
        status,
        headers,
        json: body,
      } = await call('POST', '/auth/login', {
        body: { email: ` ${user.email.toUpperCase()} `, password: user.password },
      });
      expect(status).to.equal(200);
      expect(headers.get('Cache-Control')).to.equal('no-store');
      expect(body).to.have.all.keys('accessToken', 'expiresIn', 'user');
      expect(body.expiresIn).to.equal(app.config.accessTokenSeconds);
      expect(body.user).to.have.all.keys(
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
      expect(body.user).to.include({ id: user.id, email: user.email, role: 'clinician', isActive: true, version: 1 });
      expect(Date.parse(body.user.lastLoginAt)).to.be.at.least(before);
      expect((await call('GET', '/auth/me', { token: body.accessToken })).json).to.deep.equal(body.user);
    });

    it('gives the same answer for an unknown address, a wrong password and a deactivated user', async () => {
      const user = await app.newUser('clinician');
      await call('PATCH', `/users/${user.id}`, { token: app.admin.token, body: { isActive: false } });
      const unknown = await call('POST', '/auth/login', {
        body: { email: 'nobody@clinic.example', password: user.password },
      });
      const wrong = await call('POST', '/auth/login', {
        body: { email: app.clinician.email, password: 'wrong password' },
      });
      const deactivated = await call('POST', '/auth/login', { body: { email: user.email, password: user.password } });
      for (const answer of [unknown, wrong, deactivated]) {
        expect(answer.status).to.equal(401);
        expect(withoutId(answer.json)).to.deep.equal(withoutId(unknown.json));
        expect(answer.headers.get('WWW-Authenticate')).to.match(/^Bearer/);
      }
      expect(unknown.json.code).to.equal('credentials-invalid');
    });

    it('checks a hash for an unknown address, too', async () => {
      const decoy = await makeDecoy(passwords);
      // Not a valid hash: only a real check can fail on it.
      const outcome = await checkCredentials(
        app.database,
        passwords,
        'nobody@clinic.example',
        'some password',
        'no hash',
      ).catch(() => 'checked');
      expect(outcome).to.equal('checked');
      expect(await checkCredentials(app.database, passwords, 'nobody@clinic.example', 'some password', decoy)).to.equal(
        null,
      );
    });

    for (const body of [
      { email: { $ne: null }, password: { $ne: null } },
      { email: 'admin-1@clinic.example', password: { $ne: null } },
      { email: { $regex: '.' }, password: 'correct horse battery' },
      { email: ['admin-1@clinic.example'], password: 'x' },
      { email: 'admin-1@clinic.example' },
      { email: 'admin-1@clinic.example', password: 'x', role: 'admin' },
      [],
    ]) {
      it(`refuses ${JSON.stringify(body)} as invalid`, async () => {
        const answer = await call('POST', '/auth/login', { body });
        expect(answer.status).to.equal(422);
        expect(answer.json.code).to.equal('validation-failed');
      });
    }

    it('gets Retry-After after many wrong passwords, for that user only, even without a rate limit', async () => {
      const limited = await startTestApp({ rateLimit: null });
      try {
        const attempt = (email: string, password: string): Promise<Answer> =>
          callApp(limited, 'POST', '/auth/login', { body: { email, password } });
        for (let failures = 0; failures < 10; failures += 1)
          expect((await attempt(limited.clinician.email, 'wrong password')).status).to.equal(401);
        const refused = await attempt(limited.clinician.email, limited.clinician.password);
        expect(refused.status).to.equal(429);
        expect(refused.json.code).to.equal('rate-limited');
        expect(Number(refused.headers.get('Retry-After'))).to.be.within(1, 30);
        expect((await userModel(limited.database).findById(limited.clinician.id).lean())?.lastLoginAt).to.equal(null);
        expect((await attempt(limited.other.email, limited.other.password)).status).to.equal(200);
        // A new password has not been guessed at yet.
        await callApp(limited, 'PATCH', `/users/${limited.clinician.id}`, {
          token: limited.admin.token,
          body: { password: 'set by an admin' },
        });
        expect((await attempt(limited.clinician.email, 'set by an admin')).status).to.equal(200);
      } finally {
        await limited.close();
      }
    });

    it('with the right password is accepted from an address that has tried unknown e-mail addresses', async () => {
      const clinic = await startTestApp({ loginFailuresPerAddress: 12 });
      const attempt = async (email: string, password: string) =>
        (await callApp(clinic, 'POST', '/auth/login', { body: { email, password } })).status;
      const invented = await Promise.all(
        Array.from({ length: 12 }, (_, n) => attempt(`invented-${n}@clinic.example`, 'wrong password')),
      );
      expect(new Set(invented)).to.deep.equal(new Set([401]));
      expect(await attempt('invented@clinic.example', 'wrong password')).to.equal(429);
      expect(await attempt(clinic.clinician.email, clinic.clinician.password)).to.equal(200);
      await clinic.close();
    });
  });
});
