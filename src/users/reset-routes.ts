/** Links with which users set a new password: an admin makes one, and its user uses it once. */
import { type Connection, Types } from 'mongoose';
import type { Config } from '../startup/config.ts';
import { Problem } from '../errors.ts';
import { objectId } from '../database/ids.ts';
import { json, noContent } from '../http/answers.ts';
import { type AnyOperation, operation } from '../http/operation.ts';
import type { IdentityCache } from './identity-cache.ts';
import { LoginAttempts } from './login-attempts.ts';
import type { Attempt } from './login-limit.ts';
import { hashOfReset, makeReset, resetPassword } from './password-reset.ts';
import type { Passwords } from './passwords.ts';
import { PasswordReset, ResetLink } from './schema.ts';

interface ResetDeps {
  config: Pick<Config, 'secretKey' | 'passwordResetSeconds'>;
  database: Connection;
  identities: IdentityCache;
  passwords: Passwords;
  attempt: Attempt;
}

/**
 * @openapi
 * /users/{id}/password-reset:
 *   post:
 *     summary: Make a link to set a new password
 *     description: >
 *       For a user who has forgotten theirs. The link works once, for PASSWORD_RESET_SECONDS; a further one makes it
 *       void, and so do a change of the password and deactivation. Until it is used, nothing changes for the user.
 *       The token is in the fragment of the link, which browsers do not send, so that it is in no log.
 */
export const offerReset = ({ config, database }: ResetDeps): AnyOperation =>
  operation({
    tag: 'users',
    access: 'admin',
    id: 'makePasswordResetLink',
    method: 'post',
    path: '/users/:id/password-reset',
    answers: { 200: json(ResetLink, 'The link, shown only now') },
    errors: ['user-inactive'],
    handler: async ({ ctx, user, param }) => {
      const id = objectId(param('id')).toHexString();
      const by = new Types.ObjectId(user.userId);
      const { token, expiresAt } = await makeReset(database, by, id, config.passwordResetSeconds);
      ctx.set('Cache-Control', 'no-store');
      ctx.body = {
        link: `/reset#token=${token}`,
        token,
        expiresAt: expiresAt.toISOString(),
      } satisfies ResetLink;
    },
  });

/** True of every link that does not count, and says nothing of the user. */
const VOID = 'It was used, was replaced by a newer one, or is not valid any more. Ask an administrator for a new link.';

/**
 * @openapi
 * /auth/password-reset:
 *   post:
 *     summary: Set a new password with the token of a link
 *     description: >
 *       The link comes from an admin. All tokens and sessions of the user end: log in with the new password. Wrong
 *       tokens count like wrong passwords of the network address.
 *     requestBody:
 *       content:
 *         application/json:
 *           example: { token: CGSTyrfJ6gS0P61oqb6QnYhBLdDFXCHNm0FLGLp3Iiw, password: staple of a new kind }
 */
export function reset({ config, database, identities, passwords, attempt }: ResetDeps): AnyOperation {
  const attempts = new LoginAttempts(database, config.secretKey);
  return operation({
    tag: 'auth',
    id: 'resetPassword',
    method: 'post',
    path: '/auth/password-reset',
    access: 'public',
    body: PasswordReset,
    answers: noContent('Set; log in with it'),
    errors: ['reset-token-invalid'],
    handler: async ({ ctx, body: { token, password } }) => {
      // What is counted as an account is the token: nobody can keep a user from using theirs.
      const user = await attempt(
        ctx.ip,
        `reset ${hashOfReset(token)}`,
        async (mayPass) => (mayPass && (await resetPassword(database, passwords, token, password))) || null,
      );
      if (!user) throw new Problem('reset-token-invalid', VOID);
      identities.forget(user._id.toHexString());
      // The password that was guessed at has changed.
      await attempts.forget(attempts.id('account', user.email));
      ctx.status = 204;
    },
  });
}
