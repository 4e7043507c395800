/** What users do with their own credentials: log in, log out, and change the password. */
import { type ClientSession, type Connection, Types } from 'mongoose';
import { audit, auditFailedLogIn } from '../audit/audit.ts';
import type { AuditAction } from '../audit/model.ts';
import { inTransaction } from '../database/transaction.ts';
import { tokenInvalid } from '../errors.ts';
import type { Identity } from '../http/operation.ts';
import { hashNewPassword } from './accounts.ts';
import { type StoredUser, userModel } from './model.ts';
import type { Passwords } from './passwords.ts';
import type { PasswordChange } from './schema.ts';

/** Most ended tokens remembered for a user; one more ends all of the user's tokens. */
export const MAX_ENDED_TOKENS = 100;

/** For a user whom another instance has removed within the last seconds. */
export const REMOVED = 'Your account has been removed.';

/** A hash without a known password: an unknown address must take as much time as a wrong password. */
export const makeDecoy = (passwords: Passwords): Promise<string> => passwords.hash(crypto.randomUUID());

/**
 * Returns the active user with these credentials and sets their `lastLoginAt`; returns null otherwise, after the same
 * time. Errors: `too-busy`.
 * @param mayPass false: nobody is let in, whatever the password
 */
export async function logIn(
  database: Connection,
  passwords: Passwords,
  email: string,
  password: string,
  decoy: string,
  mayPass = true,
): Promise<StoredUser | null> {
  const users = userModel(database);
  const known = await users.findOne({ email }, { passwordHash: 1 }).lean();
  const matches = await passwords.matches((mayPass && known?.passwordHash) || decoy, password);
  // Compares the hash again: a password or state that was changed during the check counts.
  const user =
    known && matches && mayPass
      ? await users
          .findOneAndUpdate(
            { _id: known._id, passwordHash: known.passwordHash, isActive: true },
            { $set: { lastLoginAt: new Date() } },
            { returnDocument: 'after', timestamps: false },
          )
          .lean()
      : null;
  // Written before the token is issued: there is no log-in without its event.
  if (user) await audit(database, null, ofUser(user._id, 'log-in'));
  else await auditFailedLogIn(database, known?._id ?? null);
  return user;
}

/** An event of a user's own account. */
const ofUser = (id: Types.ObjectId, action: AuditAction, fields?: string[]) => ({
  by: id,
  action,
  resource: 'user' as const,
  id,
  patient: null,
  ...(fields && { fields }),
});

/**
 * Ends one token; expired ones are dropped from the list of ended ones. Nothing is changed and audited if the token has
 * ended before, or its user was removed.
 */
export async function endToken(database: Connection, identity: Identity): Promise<void> {
  const ended = { id: identity.tokenId, expiresAt: new Date(identity.tokenExpiresAt * 1000) };
  await inTransaction(database, async (session) => {
    const { matchedCount } = await userModel(database).updateOne(
      { _id: identity.userId, tokenVersion: identity.tokenVersion, 'endedTokens.id': { $ne: identity.tokenId } },
      alsoEnded([ended]),
      { session, timestamps: false, updatePipeline: true },
    );
    if (matchedCount === 1) await audit(database, session, ofUser(new Types.ObjectId(identity.userId), 'log-out'));
  });
}

type EndedTokens = StoredUser['endedTokens'];

/** Ends tokens of a user in a transaction; with an id of a session, all of its tokens. */
export async function revokeTokens(
  database: Connection,
  session: ClientSession,
  user: Types.ObjectId,
  ended: EndedTokens,
): Promise<void> {
  await userModel(database).updateOne({ _id: user }, alsoEnded(ended), {
    session,
    timestamps: false,
    updatePipeline: true,
  });
}

/** An update that adds ended tokens to the list. If that becomes too long, all tokens are ended instead. */
function alsoEnded(ended: EndedTokens) {
  const unexpired = { $filter: { input: '$endedTokens', as: 'token', cond: { $gt: ['$$token.expiresAt', '$$NOW'] } } };
  const isFull = { $gt: [{ $size: '$endedTokens' }, MAX_ENDED_TOKENS] };
  return [
    { $set: { endedTokens: { $concatArrays: [unexpired, ended] } } },
    {
      $set: {
        tokenVersion: { $cond: [isFull, { $add: ['$tokenVersion', 1] }, '$tokenVersion'] },
        endedTokens: { $cond: [isFull, [], '$endedTokens'] },
      },
    },
  ];
}

/**
 * Changes the user's own password and ends all their tokens; returns null if the current password is wrong.
 * @param along runs in the transaction, with the user as changed and the `tokenVersion` before; it may run more than
 *   once, and its result is returned
 * Errors: `validation-failed`, `too-busy`, and `token-invalid` for a user who was removed or deactivated, or whose
 * password was changed, since the token was checked.
 */
export async function changePassword<T>(
  database: Connection,
  passwords: Passwords,
  identity: Identity,
  change: PasswordChange,
  along: (user: StoredUser, was: number, transaction: ClientSession) => Promise<T>,
): Promise<{ result: T } | null> {
  const users = userModel(database);
  const user = await users.findById(identity.userId, { passwordHash: 1, email: 1 }).lean();
  if (!user) throw tokenInvalid(REMOVED);
  const { passwordHash: currentHash } = user;
  if (!(await passwords.matches(currentHash, change.currentPassword))) return null;
  const passwordHash = await hashNewPassword(passwords, change.newPassword, user.email, '/newPassword');
  // An admin may have set another password or deactivated the user in the meantime, which must not be overwritten.
  return inTransaction(database, async (session) => {
    const { matchedCount } = await users.updateOne(
      { _id: user._id, passwordHash: currentHash, isActive: true },
      { $set: { passwordHash, endedTokens: [] }, $inc: { tokenVersion: 1, version: 1 } },
      { session },
    );
    const changed = matchedCount === 0 ? null : await users.findById(user._id).session(session).lean();
    if (!changed) throw tokenInvalid('Your account was changed during this request. Log in again.');
    await audit(database, session, ofUser(user._id, 'update', ['password']));
    return { result: await along(changed, changed.tokenVersion - 1, session) };
  });
}
