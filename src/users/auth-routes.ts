/** `/auth`: log in, who am I, change the password, log out. */
import type { Connection } from 'mongoose';
import type { Config } from '../startup/config.ts';
import { Problem, tokenInvalid } from '../errors.ts';
import { json, noContent, versioned } from '../http/answers.ts';
import { etag } from '../http/etag.ts';
import { type AnyOperation, operation } from '../http/operation.ts';
import { findUser } from './accounts.ts';
import type { IdentityCache } from './identity-cache.ts';
import { type Attempt, createLoginLimit } from './login-limit.ts';
import type { Passwords } from './passwords.ts';
import { Login, LoginAnswer, PasswordChange, User } from './schema.ts';
import { changePassword, endToken, logIn, makeDecoy, REMOVED } from './sessions.ts';
import { signToken, tokenKey } from './tokens.ts';
import { userView } from './view.ts';

export interface AuthDeps {
  config: Pick<Config, 'secretKey' | 'accessTokenSeconds' | 'loginFailures' | 'loginFailuresPerAddress'>;
  database: Connection;
  identities: IdentityCache;
  passwords: Passwords;
}

export function authOperations(deps: AuthDeps): AnyOperation[] {
  const attempt = createLoginLimit(deps);
  return [login(deps, attempt), me(deps), password(deps, attempt), logout(deps)];
}

/**
 * @openapi
 * /auth/login:
 *   post:
 *     summary: Log in
 *     description: >
 *       Answers with a token for the Authorization header. An unknown e-mail address, a wrong password and a
 *       deactivated user get the same answer. After ten wrong passwords for one e-mail address (setting
 *       MAX_LOGIN_FAILURES), from all network addresses together, each further one makes the wait longer, up to 15
 *       minutes: 429 with Retry-After. From network addresses where the user has logged in within 30 days, the right
 *       password still works. After a hundred failures in 15 minutes from one network address
 *       (MAX_LOGIN_FAILURES_PER_ADDRESS), wrong passwords from there get 429, too; right passwords still work.
 *     requestBody:
 *       content:
 *         application/json: { example: { email: clinician@clinic.example, password: correct horse battery } }
 */
function login({ config, database, passwords }: AuthDeps, attempt: Attempt): AnyOperation {
  const key = tokenKey(config);
  const decoy = makeDecoy(passwords);
  return operation({
    id: 'login',
    tag: 'auth',
    method: 'post',
    path: '/auth/login',
    access: 'public',
    body: Login,
    answers: { 200: json(LoginAnswer, 'Logged in') },
    errors: ['credentials-invalid'],
    handler: async ({ ctx, body }) => {
      const user = await attempt(ctx.ip, body.email, async (mayPass) =>
        logIn(database, passwords, body.email, body.password, await decoy, mayPass),
      );
      if (!user)
        throw new Problem('credentials-invalid', 'Check both. An admin can set a new password.', {
          headers: { 'WWW-Authenticate': 'Bearer' },
        });
      const view = userView(user);
      const accessToken = signToken(key, { id: view.id, tokenVersion: user.tokenVersion }, config.accessTokenSeconds);
      ctx.set('Cache-Control', 'no-store');
      ctx.body = { accessToken, expiresIn: config.accessTokenSeconds, user: view } satisfies LoginAnswer;
    },
  });
}

/**
 * @openapi
 * /auth/me:
 *   get:
 *     summary: Read the user who is logged in
 */
const me = ({ database, identities }: AuthDeps): AnyOperation =>
  operation({
    id: 'readMe',
    tag: 'auth',
    method: 'get',
    path: '/auth/me',
    access: 'user',
    answers: versioned(User, 'The user'),
    handler: async ({ ctx, user }) => {
      const found = await findUser(database, user.userId);
      if (!found) {
        identities.forget(user.userId);
        throw tokenInvalid(REMOVED);
      }
      ctx.set('ETag', etag(found.version));
      ctx.body = userView(found);
    },
  });

/**
 * @openapi
 * /auth/password:
 *   put:
 *     summary: Change your own password
 *     description: >
 *       Revokes all tokens of the user, including this one: log in again with the new password. A wrong current
 *       password is answered with a 422 that names the field, and counts like a wrong password at log-in.
 *     requestBody:
 *       content:
 *         application/json:
 *           example: { currentPassword: correct horse battery, newPassword: staple of a new kind }
 */
function password({ database, identities, passwords }: AuthDeps, attempt: Attempt): AnyOperation {
  return operation({
    id: 'changePassword',
    tag: 'auth',
    method: 'put',
    path: '/auth/password',
    access: 'user',
    body: PasswordChange,
    answers: noContent('Changed; log in again'),
    handler: async ({ ctx, user, body }) => {
      try {
        const changed = await attempt(
          ctx.ip,
          user.email,
          async (mayPass) => (mayPass && (await changePassword(database, passwords, user, body))) || null,
        );
        if (!changed)
          throw new Problem('validation-failed', 'Nothing was changed.', {
            errors: [{ path: '/currentPassword', message: 'is not your password' }],
          });
      } finally {
        identities.forget(user.userId);
      }
      ctx.status = 204;
    },
  });
}

/**
 * @openapi
 * /auth/logout:
 *   post:
 *     summary: Log out
 *     description: >
 *       Revokes this token only. Other log-ins of the user are not affected, unless more than a hundred tokens were
 *       revoked before they expired; then all are revoked.
 */
function logout({ database, identities }: AuthDeps): AnyOperation {
  return operation({
    id: 'logout',
    tag: 'auth',
    method: 'post',
    path: '/auth/logout',
    access: 'user',
    answers: noContent('The token is revoked'),
    handler: async ({ ctx, user }) => {
      try {
        await endToken(database, user);
      } finally {
        identities.forget(user.userId);
      }
      ctx.status = 204;
    },
  });
}
