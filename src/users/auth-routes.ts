/** `/auth`: log in, who am I, change the password, log out. */
import { type Connection, Types } from 'mongoose';
import type { Config } from '../startup/config.ts';
import { Problem, tokenInvalid } from '../errors.ts';
import { json, noContent, SET_COOKIE, versioned } from '../http/answers.ts';
import { etag } from '../http/etag.ts';
import { type AnyOperation, operation } from '../http/operation.ts';
import { giveCookies } from '../sessions/cookies.ts';
import { endSessions } from '../sessions/end.ts';
import { continueSession } from '../sessions/sessions.ts';
import { findUser } from './accounts.ts';
import type { IdentityCache } from './identity-cache.ts';
import type { LogIn } from './log-in.ts';
import type { Attempt } from './login-limit.ts';
import type { Passwords } from './passwords.ts';
import { Login, LoginAnswer, PasswordChange, User } from './schema.ts';
import { changePassword, endToken, REMOVED } from './credentials.ts';
import { signToken, tokenKey } from './tokens.ts';
import { userView } from './view.ts';

export interface AuthDeps {
  config: Pick<Config, 'secretKey' | 'accessTokenSeconds' | 'sessionIdleSeconds'>;
  database: Connection;
  identities: IdentityCache;
  passwords: Passwords;
  attempt: Attempt;
  logIn: LogIn;
}

export const authOperations = (deps: AuthDeps): AnyOperation[] => [login(deps), me(deps), password(deps), logout(deps)];

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
function login({ config, logIn }: AuthDeps): AnyOperation {
  const key = tokenKey(config);
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
      const user = await logIn(ctx.ip, body);
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
 *       Ends all other sessions of the user and revokes all tokens. With cookies, the present session goes on, with
 *       new ones; with a bearer token, log in again with the new password. A wrong current password is answered with a
 *       422 that names the field, and counts like a wrong password at log-in.
 *     requestBody:
 *       content:
 *         application/json:
 *           example: { currentPassword: correct horse battery, newPassword: staple of a new kind }
 */
function password(deps: AuthDeps): AnyOperation {
  const { config, database, identities, passwords, attempt } = deps;
  const key = tokenKey(config);
  return operation({
    id: 'changePassword',
    tag: 'auth',
    method: 'put',
    path: '/auth/password',
    access: 'user',
    body: PasswordChange,
    answers: {
      204: { description: 'Changed; with a bearer token, log in again', headers: SET_COOKIE },
    },
    handler: async ({ ctx, user, body }) => {
      try {
        const changed = await attempt(ctx.ip, user.email, async (mayPass) =>
          mayPass
            ? changePassword(database, passwords, user, body, async (now, was, transaction) =>
                user.sessionId === null ? null : continueSession(deps, user.sessionId, now, was, transaction),
              )
            : null,
        );
        if (!changed)
          throw new Problem('validation-failed', 'Nothing was changed.', {
            errors: [{ path: '/currentPassword', message: 'is not your password' }],
          });
        if (changed.result) giveCookies(ctx, changed.result, key, config.accessTokenSeconds, Date.now());
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
 *       Revokes this token only; with a cookie, ends its session. Other log-ins of the user are not affected, unless
 *       more than a hundred tokens were revoked before they expired; then all are revoked.
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
        if (user.sessionId === null) await endToken(database, user);
        else await endSessions(database, new Types.ObjectId(user.userId), { _id: user.sessionId });
      } finally {
        identities.forget(user.userId);
      }
      ctx.status = 204;
    },
  });
}
