/** Users as admins manage them. Each change is one transaction with its audit event. */
import type { Connection, QueryFilter, Types, UpdateQuery } from 'mongoose';
import { audit } from '../audit/audit.ts';
import type { AuditAction } from '../audit/model.ts';
import { unique } from '../database/duplicate-key.ts';
import { isId } from '../database/ids.ts';
import { isAway } from '../database/failures.ts';
import { type Along, inTransaction } from '../database/transaction.ts';
import { assertVersion, changesNothing, type Target } from '../database/versions.ts';
import { notFound, Problem } from '../errors.ts';
import { underAdminGuard } from './admin-guard.ts';
import { sessionModel } from '../sessions/model.ts';
import { resetCollection, type StoredUser, userModel } from './model.ts';
import { generatePassword, passwordFault, type Passwords } from './passwords.ts';
import type { NewUser, UserPatch } from './schema.ts';
import { searchWords, wordPrefixes } from '../text/search-words.ts';

/** Who makes a change; null: the service itself. */
type By = Types.ObjectId | null;

/** A new user, with the password if it was generated. */
export interface CreatedUser {
  user: StoredUser;
  generated: string | null;
}

/**
 * Creates a user. If no password is given, one is generated and returned this once.
 * Errors: `email-taken`, `validation-failed`, `too-busy`, and those of `along`.
 */
export async function createUser(
  database: Connection,
  passwords: Passwords,
  by: By,
  input: NewUser,
  along: Along<CreatedUser> = async () => undefined,
): Promise<CreatedUser> {
  const { password, ...fields } = input;
  const generated = password === undefined ? generatePassword() : null;
  const passwordHash = await hashNewPassword(passwords, password ?? (generated as string), input.email);
  const stored = {
    ...fields,
    isActive: fields.isActive ?? true,
    passwordHash,
    searchWords: searchWords(fields.email, fields.fullName),
  };
  return uniqueEmail(() =>
    inTransaction(database, async (session) => {
      const [made] = await userModel(database).create([stored], { session });
      if (!made) throw new Error('the database made no user and no error');
      await audit(database, session, { by, action: 'create', resource: 'user', id: made._id, patient: null });
      const created = { user: made.toObject(), generated };
      await along(created, session);
      return created;
    }),
  );
}

/** Reads a user; null if there is none, also for a malformed id. */
export const findUser = async (database: Connection, id: string): Promise<StoredUser | null> =>
  isId(id) ? userModel(database).findById(id).lean() : null;

/** Reads a user. Errors: `not-found`, also for a malformed id. */
export async function readUser(database: Connection, id: string): Promise<StoredUser> {
  const user = await findUser(database, id);
  if (!user) throw notFound();
  return user;
}

/**
 * Changes a user; a new password or deactivation ends their tokens.
 * Errors: `not-found`, `version-stale`, `email-taken`, `validation-failed`, `last-admin`, `too-busy`.
 */
export async function changeUser(
  database: Connection,
  passwords: Passwords,
  by: By,
  target: Target,
  patch: UserPatch,
): Promise<StoredUser> {
  const { password, ...fields } = patch;
  const before = await readUser(database, target.id);
  const passwordHash =
    password === undefined ? undefined : await hashNewPassword(passwords, password, patch.email ?? before.email);
  const endsTokens = passwordHash !== undefined || patch.isActive === false;
  return uniqueEmail(() =>
    underAdminGuard(database, async (session) => {
      const current = await userModel(database).findById(target.id).session(session).lean();
      assertVersion(current, target.version);
      const changes = { ...fields, ...(passwordHash && { passwordHash }) };
      // A removal under way has deactivated the user only for itself: a deactivation must outlast it.
      if (!endsTokens && changesNothing(current, changes)) return current;
      const update: UpdateQuery<StoredUser> = {
        $set: {
          ...changes,
          searchWords: searchWords(patch.email ?? current.email, patch.fullName ?? current.fullName),
        },
        $inc: { version: 1, tokenVersion: endsTokens ? 1 : 0 },
      };
      const changed = await userModel(database)
        .findByIdAndUpdate(target.id, update, { session, returnDocument: 'after' })
        .lean();
      if (!changed) throw notFound();
      const event = { by, resource: 'user', id: current._id, patient: null, fields: Object.keys(patch) } as const;
      await audit(database, session, { ...event, action: actionOf(current, changed) });
      return changed;
    }),
  );
}

/** Activation and deactivation have names of their own. */
function actionOf(before: StoredUser, after: StoredUser): AuditAction {
  if (before.isActive === after.isActive) return 'update';
  return after.isActive ? 'activate' : 'deactivate';
}

/**
 * Removes a user who owns no recordings. First their access ends and then their recordings are looked for, while an
 * upload publishes first and checks its user afterwards; so one of the two always sees the other.
 * Errors: `not-found`, `version-stale`, `user-in-use`, `last-admin`.
 */
export async function removeUser(
  database: Connection,
  by: By,
  target: Target,
  ownsRecordings: (userId: string) => Promise<boolean>,
): Promise<void> {
  const before = await readUser(database, target.id);
  assertVersion(before, target.version);
  if (await ownsRecordings(target.id)) throw inUse();
  const { version } = await changeUserState(database, target, false);
  try {
    if (await ownsRecordings(target.id)) throw inUse();
    await underAdminGuard(database, async (session) => {
      const { deletedCount } = await userModel(database).deleteOne({ _id: target.id, version }, { session });
      if (deletedCount === 0) throw changedMeanwhile();
      await sessionModel(database).deleteMany({ user: before._id }, { session });
      await resetCollection(database).deleteOne({ _id: before._id }, { session });
      await audit(database, session, { by, action: 'delete', resource: 'user', id: before._id, patient: null });
    });
  } catch (error) {
    // If somebody has changed the user in the meantime, their change is kept.
    const restored = changeUserState(database, { id: target.id, version }, before.isActive).catch(() => undefined);
    // The caller does not wait a second time for an unreachable database.
    if (!isAway(error)) await restored;
    throw error;
  }
}

/** Activates or deactivates a user, without ending their tokens. */
async function changeUserState(database: Connection, target: Target, isActive: boolean): Promise<StoredUser> {
  return underAdminGuard(database, async (session) => {
    const current = await userModel(database).findById(target.id).session(session).lean();
    assertVersion(current, target.version);
    const changed = await userModel(database)
      .findByIdAndUpdate(target.id, { $set: { isActive }, $inc: { version: 1 } }, { session, returnDocument: 'after' })
      .lean();
    if (!changed) throw notFound();
    return changed;
  });
}

const changedMeanwhile = (): Problem =>
  new Problem(
    'version-stale',
    'Another request changed the user at the same time. The user may be inactive now; read it again.',
  );

const inUse = (): Problem => new Problem('user-in-use', 'Deactivate the user instead: recordings keep their owner.');

/** Filters of a list of users. */
export interface UserFilter {
  q?: string | undefined;
  role?: StoredUser['role'] | undefined;
  isActive?: boolean | undefined;
}

/** Lists users by e-mail address. @param after the address after which to continue */
export function findUsers(
  database: Connection,
  filter: UserFilter,
  after: string | null,
  limit: number,
): Promise<StoredUser[]> {
  const conditions: QueryFilter<StoredUser>[] = [
    asQuery(filter),
    ...(after === null ? [] : [{ email: { $gt: after } }]),
  ];
  return userModel(database).find({ $and: conditions }).sort({ email: 1 }).limit(limit).lean();
}

/** Counts users, up to `atMost`. */
export const countUsers = (database: Connection, filter: UserFilter, atMost: number): Promise<number> =>
  userModel(database).countDocuments(asQuery(filter)).limit(atMost).exec();

function asQuery({ q, role, isActive }: UserFilter): QueryFilter<StoredUser> {
  const words = q === undefined ? [] : wordPrefixes(q);
  return {
    ...(role !== undefined && { role }),
    ...(isActive !== undefined && { isActive }),
    ...(words.length > 0 && { $and: words.map((word) => ({ searchWords: word })) }),
  };
}

/** Hashes a password that a user chose. Errors: `validation-failed`, `too-busy`. */
export function hashNewPassword(
  passwords: Passwords,
  password: string,
  email: string,
  path = '/password',
): Promise<string> {
  const fault = passwordFault(password, email);
  if (fault) throw new Problem('validation-failed', 'Choose another password.', { errors: [{ path, message: fault }] });
  return passwords.hash(password);
}

const uniqueEmail = <T>(write: () => Promise<T>): Promise<T> =>
  unique(
    write,
    (_key, cause) => new Problem('email-taken', 'Find the user by this address, or use another one.', { cause }),
  );
