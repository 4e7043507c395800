/** `/auth` over HTTP: log-in, tokens, log-out, and the change of the user's own password. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import jwt from 'jsonwebtoken';
import type { Connection } from 'mongoose';
import { createAuthenticate } from '../../src/users/authenticate.ts';
import { IdentityCache, loadUserState } from '../../src/users/identity-cache.ts';
import { loginCollection, userModel } from '../../src/users/model.ts';
import { Passwords } from '../../src/users/passwords.ts';
import { logIn as checkCredentials, makeDecoy, MAX_ENDED_TOKENS } from '../../src/users/sessions.ts';
import { signToken, tokenKey } from '../../src/users/tokens.ts';
import { logIn, type Principal, startTestApp, type TestApp } from '../support/app.ts';
import { whileHeld } from '../support/failpoint.ts';
import { type Answer, call as callApp } from '../support/http.ts';

const withoutId = (problem: Record<string, unknown>): Record<string, unknown> => ({ ...problem, requestId: null });
const endedToken = (expiresAt: number) => ({ id: randomUUID(), expiresAt: new Date(expiresAt) });

const NOW = Math.floor(Date.now() / 1000);
const claims = (user: Principal) => ({ ver: 0, sub: user.id, jti: randomUUID() });
const usual = { issuer: 'leadwire', audience: 'leadwire-api', expiresIn: 60 } as const;
const signed = (payload: object, secret: string, options: jwt.SignOptions): string =>
  jwt.sign(payload, secret, options);
const unsigned = (header: object, payload: object): string =>
  [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');

describe('/auth', () => {
  const passwords = new Passwords();
  let app: TestApp;

  before(async () => {
    app = await startTestApp();
  });
  after(() => app.close());

  const call = (method: string, path: string, options: Parameters<typeof callApp>[3] = {}): Promise<Answer> =>
    callApp(app, method, path, options);
  const meStatus = async (token: string): Promise<number> => (await call('GET', '/auth/me', { token })).status;

  /** Failed attempts of all accounts. */
  const failedAttempts = async (): Promise<number> =>
    (await loginCollection(app.database).find().toArray()).reduce((sum, counted) => sum + (counted.failures ?? 0), 0);

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

  describe('tokens', () => {
    it('made like those of the service are accepted, so those below fail only by their difference', async () => {
      expect(await meStatus(signed(claims(app.clinician), app.config.secretKey, usual))).to.equal(200);
    });

    const unsecured = { alg: 'none', typ: 'JWT' };
    const issued = { iss: 'leadwire', aud: 'leadwire-api', exp: NOW + 60 };
    const forged: Record<string, () => string> = {
      'without a signature (alg none)': () => `${unsigned(unsecured, { ...claims(app.admin), ...issued })}.`,
      'that say none and carry a signature': () =>
        `${unsigned(unsecured, { ...claims(app.admin), ...issued })}.${app.admin.token.split('.')[2]}`,
      'of another algorithm with the right key': () =>
        signed(claims(app.admin), app.config.secretKey, { ...usual, algorithm: 'HS512' }),
      'of another issuer': () => signed(claims(app.admin), app.config.secretKey, { ...usual, issuer: 'somebody' }),
      'for another audience': () =>
        signed(claims(app.admin), app.config.secretKey, { ...usual, audience: 'another-api' }),
      'of another key': () => signed(claims(app.admin), 'another key that is long enough as well', usual),
      'that have expired': () =>
        signToken(tokenKey(app.config), { id: app.admin.id, tokenVersion: 0 }, 60, Date.now() - 61_000),
      'that never expire': () =>
        signed({ ...claims(app.admin), iss: 'leadwire', aud: 'leadwire-api' }, app.config.secretKey, {}),
      'of a version to come': () => signed({ ...claims(app.admin), ver: 1 }, app.config.secretKey, usual),
      'of a user who does not exist': () =>
        signed({ ...claims(app.admin), sub: '0'.repeat(24) }, app.config.secretKey, usual),
      'of a user that is an operator': () =>
        signed({ ...claims(app.admin), sub: JSON.stringify({ $ne: null }) }, app.config.secretKey, usual),
      'that were tampered with': () => {
        const [header, , signature] = app.clinician.token.split('.');
        const payload = { ...(jwt.decode(app.clinician.token) as object), sub: app.admin.id };
        return `${header}.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.${signature}`;
      },
      'that are no tokens': () => 'x.y.z',
    };
    for (const [what, make] of Object.entries(forged)) {
      it(`${what} are not valid`, async () => {
        const answer = await call('GET', '/auth/me', { token: make() });
        expect(answer.status).to.equal(401);
        expect(answer.json.code).to.equal('token-invalid');
        expect(answer.headers.get('WWW-Authenticate')).to.equal('Bearer error="invalid_token"');
      });
    }

    for (const authorization of [undefined, 'Basic YWRtaW46YWRtaW4=', 'Bearer']) {
      it(`are required if the header is ${authorization ?? 'missing'}`, async () => {
        const answer = await call(
          'GET',
          '/auth/me',
          authorization === undefined ? {} : { headers: { Authorization: authorization } },
        );
        expect(answer.status).to.equal(401);
        expect(answer.json.code).to.equal('token-missing');
        expect(answer.headers.get('WWW-Authenticate')).to.equal('Bearer');
      });
    }

    it('give the user their current role, not the one at log-in', async () => {
      const user = await app.newUser('clinician');
      expect((await call('GET', '/users', { token: user.token })).status).to.equal(403);
      await call('PATCH', `/users/${user.id}`, { token: app.admin.token, body: { role: 'admin' } });
      expect((await call('GET', '/users', { token: user.token })).status).to.equal(200);
    });
  });

  describe('log-out', () => {
    it('revokes only this token, immediately', async () => {
      const user = await app.newUser('clinician');
      const second = await logIn(app.url, user.email, user.password);
      expect(await meStatus(user.token)).to.equal(200);
      expect((await call('POST', '/auth/logout', { token: user.token })).status).to.equal(204);
      expect(await meStatus(user.token)).to.equal(401);
      expect(await meStatus(second)).to.equal(200);
      expect((await call('POST', '/auth/logout', { token: user.token })).status).to.equal(401);
    });

    it('forgets revoked tokens that have expired, and revokes all tokens rather than store too many', async () => {
      const user = await app.newUser('clinician');
      const expired = Array.from({ length: MAX_ENDED_TOKENS }, () => endedToken(Date.now() - 1_000));
      await userModel(app.database).updateOne({ _id: user.id }, { $set: { endedTokens: expired } });
      await call('POST', '/auth/logout', { token: user.token });
      const kept = await userModel(app.database).findById(user.id).lean();
      expect(kept?.endedTokens).to.have.length(1);
      expect(kept).to.include({ tokenVersion: 0, version: 1 });

      const [ending, staying] = [
        await logIn(app.url, user.email, user.password),
        await logIn(app.url, user.email, user.password),
      ];
      await userModel(app.database).updateOne(
        { _id: user.id },
        { $set: { endedTokens: Array.from({ length: MAX_ENDED_TOKENS }, () => endedToken(Date.now() + 60_000)) } },
      );
      await call('POST', '/auth/logout', { token: ending });
      expect([await meStatus(ending), await meStatus(staying)]).to.deep.equal([401, 401]);
      expect((await userModel(app.database).findById(user.id).lean())?.endedTokens).to.have.length(0);
      expect(await meStatus(await logIn(app.url, user.email, user.password))).to.equal(200);
    });
  });

  describe('the own password', () => {
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

  describe('a second instance on the same database', () => {
    // Models are created per connection: another connection acts as another instance.
    let second: Connection;
    before(() => {
      second = app.database.useDb(app.database.name);
    });

    it('sees a log-out when its copy is 4 s old', async () => {
      const user = await app.newUser('clinician');
      const clock = { now: 0 };
      const elsewhere = new IdentityCache({ load: loadUserState(second), now: () => clock.now });
      const tokenId = (jwt.decode(user.token) as jwt.JwtPayload).jti as string;
      expect((await elsewhere.get(user.id))?.endedTokens.has(tokenId)).to.equal(false);
      await call('POST', '/auth/logout', { token: user.token });
      clock.now = 4_000;
      expect((await elsewhere.get(user.id))?.endedTokens.has(tokenId)).to.equal(true);
    });

    it('has removed the user: the token is no longer valid, and no attempt is counted as failed', async () => {
      const body = { currentPassword: 'correct horse battery', newPassword: 'a better password' };
      const before = await failedAttempts();
      for (const [method, path, sent] of [
        ['GET', '/auth/me', {}],
        ['PUT', '/auth/password', { body }],
      ] as const) {
        const user = await app.newUser('clinician');
        expect(await meStatus(user.token)).to.equal(200);
        await userModel(second).deleteOne({ _id: user.id });
        for (const time of ['first', 'second']) {
          const { headers, json } = await call(method, path, { token: user.token, ...sent });
          expect(json, `${method} ${path}, ${time} time`).to.include({ status: 401, code: 'token-invalid' });
          expect(headers.get('www-authenticate')).to.equal('Bearer error="invalid_token"');
        }
      }
      expect(await failedAttempts()).to.equal(before);
    });

    it('accepts the token of a new log-in, although its copy is older than the change of the password', async () => {
      const user = await app.newUser('clinician');
      const identities = new IdentityCache({ load: loadUserState(second) });
      const authenticate = createAuthenticate({ config: app.config, identities });
      const as = (token: string) =>
        authenticate({ req: { headers: { authorization: `Bearer ${token}` } }, res: {} } as never);
      expect((await as(user.token)).userId).to.equal(user.id);
      await call('PUT', '/auth/password', {
        token: user.token,
        body: { currentPassword: user.password, newPassword: 'a better password' },
      });
      expect((await as(await logIn(app.url, user.email, 'a better password'))).userId).to.equal(user.id);
    });
  });
});
