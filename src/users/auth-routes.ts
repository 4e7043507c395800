/** `/auth`: log in, who am I, change the password, log out. */
import type { Connection } from 'mongoose';
import type { Config } from '../startup/config.ts';
import { Problem } from '../errors.ts';
import { etag } from '../http/etag.ts';
import type { Handler, Operations } from '../http/operations.ts';
import { readUser } from './accounts.ts';
import { identitiesOf } from './identity-cache.ts';
import { type Attempt, createLoginLimit } from './login-limit.ts';
import { Login, type LoginAnswer, PasswordChange } from './schema.ts';
import { changePassword, endToken, logIn, makeDecoy } from './sessions.ts';
import { signToken, tokenKey } from './tokens.ts';
import { userView } from './view.ts';

export interface AuthDeps {
  config: Pick<Config, 'secretKey' | 'accessTokenSeconds' | 'loginFailures' | 'loginFailuresPerAddress'>;
  database: Connection;
}

type Query = Record<string, never>;

export function authRoutes(api: Operations, deps: AuthDeps): void {
  const attempt = createLoginLimit(deps);
  api.add('post', '/auth/login', { access: 'public', body: Login }, login(deps, attempt));
  api.add('get', '/auth/me', { access: 'user' }, me(deps));
  api.add('put', '/auth/password', { access: 'user', body: PasswordChange }, password(deps, attempt));
  api.add('post', '/auth/logout', { access: 'user' }, logout(deps));
}

/**
 * @openapi
 * /auth/login:
 *   post:
 *     operationId: login
 *     tags: [auth]
 *     x-access: public
 *     security: []
 *     summary: Log in
 *     description: >-
 *       Answers a token for the header Authorization. An unknown address, a wrong password and a deactivated user get the same answer.
 *       After ten wrong passwords for one e-mail address (setting MAX_LOGIN_FAILURES), wherever they came from, each further one makes the next try wait
 *       longer, up to 15 minutes: 429 with Retry-After. Where a user has logged in from within 30 days they are let in all the same.
 *       Whoever fails a hundred times in 15 minutes from one network address (MAX_LOGIN_FAILURES_PER_ADDRESS) is told to wait, too; right passwords are taken.
 *     requestBody:
 *       required: true
 *       content:
 *         application/json:
 *           schema: { $ref: '#/components/schemas/Login' }
 *     responses:
 *       200:
 *         description: Logged in
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/LoginAnswer' }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       408: { $ref: '#/components/responses/Problem408' }
 *       413: { $ref: '#/components/responses/Problem413' }
 *       415: { $ref: '#/components/responses/Problem415' }
 *       422: { $ref: '#/components/responses/Problem422' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 *       507: { $ref: '#/components/responses/Problem507' }
 */
function login({ config, database }: AuthDeps, attempt: Attempt): Handler<Query, Login> {
  const key = tokenKey(config);
  const decoy = makeDecoy();
  return async ({ ctx, body }) => {
    const user = await attempt(ctx.ip, body.email, async (mayPass) =>
      logIn(database, body.email, body.password, await decoy, mayPass),
    );
    if (!user)
      throw new Problem('credentials-invalid', 'Check both; an admin can set a new password.', {
        headers: { 'WWW-Authenticate': 'Bearer' },
      });
    const view = userView(user);
    const accessToken = signToken(key, { id: view.id, tokenVersion: user.tokenVersion }, config.accessTokenSeconds);
    ctx.set('Cache-Control', 'no-store');
    ctx.body = { accessToken, expiresIn: config.accessTokenSeconds, user: view } satisfies LoginAnswer;
  };
}

/**
 * @openapi
 * /auth/me:
 *   get:
 *     operationId: readMe
 *     tags: [auth]
 *     x-access: user
 *     summary: The user who is logged in
 *     responses:
 *       200:
 *         description: The user
 *         headers:
 *           ETag: { $ref: '#/components/headers/ETag' }
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/User' }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 */
function me({ database }: AuthDeps): Handler<Query, undefined> {
  return async ({ ctx, user }) => {
    const found = await readUser(database, user.userId);
    ctx.set('ETag', etag(found.version));
    ctx.body = userView(found);
  };
}

/**
 * @openapi
 * /auth/password:
 *   put:
 *     operationId: changePassword
 *     tags: [auth]
 *     x-access: user
 *     summary: Change the own password
 *     description: >-
 *       Ends all tokens of the user, this one too: log in again with the new password. A wrong current password is a 422 that names the field,
 *       and counts like a wrong password at log-in.
 *     requestBody:
 *       required: true
 *       content:
 *         application/json:
 *           schema: { $ref: '#/components/schemas/PasswordChange' }
 *     responses:
 *       204: { description: Changed; log in again }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       408: { $ref: '#/components/responses/Problem408' }
 *       413: { $ref: '#/components/responses/Problem413' }
 *       415: { $ref: '#/components/responses/Problem415' }
 *       422: { $ref: '#/components/responses/Problem422' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 *       507: { $ref: '#/components/responses/Problem507' }
 */
function password({ database }: AuthDeps, attempt: Attempt): Handler<Query, PasswordChange> {
  const identities = identitiesOf(database);
  return async ({ ctx, user, body }) => {
    try {
      const changed = await attempt(
        ctx.ip,
        user.email,
        async (mayPass) => (mayPass && (await changePassword(database, user, body))) || null,
      );
      if (!changed)
        throw new Problem('validation-failed', 'Nothing was changed.', {
          errors: [{ path: '/currentPassword', message: 'is not your password' }],
        });
    } finally {
      identities.forget(user.userId);
    }
    ctx.status = 204;
  };
}

/**
 * @openapi
 * /auth/logout:
 *   post:
 *     operationId: logout
 *     tags: [auth]
 *     x-access: user
 *     summary: Log out
 *     description: Ends this token only. Other log-ins of the user go on, unless more than a hundred tokens were ended before they expired; then all of them end.
 *     responses:
 *       204: { description: The token does not count any more }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 *       507: { $ref: '#/components/responses/Problem507' }
 */
function logout({ database }: AuthDeps): Handler<Query, undefined> {
  const identities = identitiesOf(database);
  return async ({ ctx, user }) => {
    try {
      await endToken(database, user);
    } finally {
      identities.forget(user.userId);
    }
    ctx.status = 204;
  };
}
