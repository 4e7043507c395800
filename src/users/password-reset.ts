/** New passwords without the old one: an admin makes a link that works once, and never sees the password. */
import { createHash, randomBytes } from 'node:crypto';
import type { Connection, Types } from 'mongoose';
import { audit } from '../audit/audit.ts';
import { inTransaction } from '../database/transaction.ts';
import { notFound, Problem } from '../errors.ts';
import { findUser, hashNewPassword } from './accounts.ts';
import { resetCollection, type StoredUser, userModel } from './model.ts';
import type { Passwords } from './passwords.ts';

/** What is stored of a token. */
export const hashOfReset = (token: string): string => createHash('sha256').update(token).digest('base64url');

/**
 * Makes a token with which the user can set a password once. An earlier one becomes void.
 * Errors: `not-found`, `user-inactive`.
 */
export async function makeReset(
  database: Connection,
  by: Types.ObjectId,
  userId: string,
  seconds: number,
): Promise<{ token: string; expiresAt: Date }> {
  const token = randomBytes(32).toString('base64url');
  const expiresAt = new Date(Date.now() + 1_000 * seconds);
  await inTransaction(database, async (session) => {
    const user = await userModel(database).findById(userId).session(session).lean();
    if (!user) throw notFound();
    if (!user.isActive) throw new Problem('user-inactive', 'Activate the user first; then make the link.');
    const link = { hash: hashOfReset(token), tokenVersion: user.tokenVersion, expiresAt };
    await resetCollection(database).updateOne({ _id: user._id }, { $set: link }, { session, upsert: true });
    await audit(database, session, {
      by,
      action: 'password-reset-link',
      resource: 'user',
      id: user._id,
      patient: null,
    });
  });
  return { token, expiresAt };
}

/**
 * Sets the password of the user for whom the token was made, which ends their tokens and sessions. Returns the user;
 * null if the token is unknown, used, expired or void. Errors: `validation-failed`, `too-busy`.
 */
export async function resetPassword(
  database: Connection,
  passwords: Passwords,
  token: string,
  password: string,
): Promise<StoredUser | null> {
  const known = { hash: hashOfReset(token), expiresAt: { $gt: new Date() } };
  const link = await resetCollection(database).findOne(known);
  if (!link) return null;
  const before = await findUser(database, link._id.toHexString());
  if (!before?.isActive || before.tokenVersion !== link.tokenVersion) return null;
  const passwordHash = await hashNewPassword(passwords, password, before.email);
  return inTransaction(database, async (session) => {
    const { deletedCount } = await resetCollection(database).deleteOne(known, { session });
    if (deletedCount === 0) return null;
    const user = await userModel(database)
      .findOneAndUpdate(
        { _id: before._id, isActive: true, tokenVersion: link.tokenVersion },
        { $set: { passwordHash, endedTokens: [] }, $inc: { tokenVersion: 1, version: 1 } },
        { session, returnDocument: 'after' },
      )
      .lean();
    if (!user) return null;
    const event = { by: user._id, action: 'password-reset', resource: 'user', id: user._id, patient: null } as const;
    await audit(database, session, { ...event, fields: ['password'] });
    return user;
  });
}
