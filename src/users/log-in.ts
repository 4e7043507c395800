/** The check of credentials that all ways to log in share, so that their failures count together. */
import type { Connection } from 'mongoose';
import { Problem } from '../errors.ts';
import { logIn, makeDecoy } from './credentials.ts';
import type { Attempt } from './login-limit.ts';
import type { StoredUser } from './model.ts';
import type { Passwords } from './passwords.ts';
import type { Login } from './schema.ts';

/** Returns the user with these credentials. Errors: `credentials-invalid`, `rate-limited`, `too-busy`. */
export type LogIn = (address: string, login: Login) => Promise<StoredUser>;

/** One for each application. */
export function createLogIn(
  { database, passwords }: { database: Connection; passwords: Passwords },
  attempt: Attempt,
): LogIn {
  const decoy = makeDecoy(passwords);
  return async (address, { email, password }) => {
    const user = await attempt(address, email, async (mayPass) =>
      logIn(database, passwords, email, password, await decoy, mayPass),
    );
    if (!user)
      throw new Problem('credentials-invalid', 'Check both. An admin can set a new password.', {
        headers: { 'WWW-Authenticate': 'Bearer' },
      });
    return user;
  };
}
