/** Tokens over HTTP, on one instance and on two. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import jwt from 'jsonwebtoken';
import type { Connection } from 'mongoose';
import { createAuthenticate } from '../../../src/users/authenticate.ts';
import { IdentityCache, loadUserState } from '../../../src/users/identity-cache.ts';
import { loginCollection, userModel } from '../../../src/users/model.ts';
import { MAX_ENDED_TOKENS } from '../../../src/users/credentials.ts';
import { signToken, tokenKey } from '../../../src/users/tokens.ts';
import { logIn, type Principal, startTestApp, type TestApp } from '../../support/app.ts';
import { type Answer, call as callApp } from '../../support/http.ts';

const endedToken = (expiresAt: number) => ({ id: randomUUID(), expiresAt: new Date(expiresAt) });
const NOW = Math.floor(Date.now() / 1000);
const claims = (user: Principal) => ({ ver: 0, sub: user.id, jti: randomUUID() });
const usual = { issuer: 'leadwire', audience: 'leadwire-api', expiresIn: 60 } as const;
const signed = (payload: object, secret: string, options: jwt.SignOptions): string =>
  jwt.sign(payload, secret, options);
const unsigned = (header: object, payload: object): string =>
  [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');

describe('/auth', () => {
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

    it('expires a token that it has accepted before', async () => {
      const identities = new IdentityCache({ load: loadUserState(second) });
      let now = Date.now();
      const authenticate = createAuthenticate({ config: app.config, identities }, () => now);
      const { id } = app.clinician;
      const authorization = `Bearer ${signToken(tokenKey(app.config), { id, tokenVersion: 0 }, 60, now)}`;
      const use = () => authenticate({ req: { headers: { authorization } }, res: {} } as never);
      expect((await use()).userId).to.equal(id);
      now += 58_000;
      expect((await use()).userId).to.equal(id);
      now += 3_000;
      const refusal: unknown = await use().catch((error: unknown) => error);
      expect(refusal).to.include({ code: 'token-invalid' });
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
