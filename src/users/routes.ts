/** `/users`: admins provision users. */
import { type Connection, Types } from 'mongoose';
import { z } from 'zod';
import type { Config } from '../startup/config.ts';
import { Problem } from '../errors.ts';
import { created, noContent, pageOrCsv, versioned } from '../http/answers.ts';
import { etag } from '../http/etag.ts';
import { columnsOf } from '../http/csv-columns.ts';
import { answerList, LIST } from '../http/list-csv.ts';
import { type AnyOperation, operation } from '../http/operation.ts';
import { decodeCursor, page } from '../http/paging.ts';
import { changeUser, countUsers, createUser, findUsers, readUser, removeUser } from './accounts.ts';
import type { IdentityCache } from './identity-cache.ts';
import { LoginAttempts } from './login-attempts.ts';
import type { Attempt } from './login-limit.ts';
import type { Passwords } from './passwords.ts';
import { offerReset, reset } from './reset-routes.ts';
import { NewUser, NewUserAnswer, User, UserList, userListQuery, UserPatch } from './schema.ts';
import { userView } from './view.ts';

export interface UserDeps {
  config: Pick<Config, 'limits' | 'secretKey' | 'passwordResetSeconds'>;
  database: Connection;
  identities: IdentityCache;
  passwords: Passwords;
  attempt: Attempt;
  /** Whether the user owns recordings; then they cannot be deleted. */
  ownsRecordings: (userId: string) => Promise<boolean>;
}

export const userOperations = (deps: UserDeps): AnyOperation[] => [
  list(deps),
  create(deps),
  read(deps),
  change(deps),
  remove(deps),
  offerReset(deps),
  reset(deps),
];

const COMMON = { tag: 'users', access: 'admin' } as const;

/** The e-mail address of the last item, by which the list is ordered. */
const cursorShape = z.tuple([z.string()]);
const CSV = { name: 'users', columns: columnsOf(User) };

/**
 * @openapi
 * /users:
 *   get:
 *     summary: List users
 *     description: Sorted by e-mail address.
 */
const list = ({ config, database }: UserDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'listUsers',
    method: 'get',
    path: '/users',
    query: userListQuery(config.limits),
    answers: pageOrCsv(UserList),
    ...LIST,
    handler: async (call) => {
      const { q, role, isActive } = call.query;
      const filter = { q, role, isActive };
      await answerList<User>(call, CSV, {
        page: async (cursor, limit) => {
          const after = cursor === undefined ? null : decodeCursor(cursor, cursorShape)[0];
          const found = await findUsers(database, filter, after, limit + 1);
          const { items, nextCursor } = page(found, limit, (user) => [user.email]);
          return { items: items.map(userView), nextCursor };
        },
        count: (atMost) => countUsers(database, filter, atMost),
      });
    },
  });

/**
 * @openapi
 * /users:
 *   post:
 *     summary: Create a user
 *     description: If no password is given, one is generated and returned only in this answer.
 *     requestBody:
 *       content:
 *         application/json:
 *           example: { email: clinician@clinic.example, fullName: Clinician One, role: clinician }
 */
const create = ({ database, passwords }: UserDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'createUser',
    method: 'post',
    path: '/users',
    body: NewUser,
    creates: true,
    answers: created(NewUserAnswer),
    errors: ['email-taken'],
    handler: async ({ ctx, user: admin, body, keep }) => {
      const by = new Types.ObjectId(admin.userId);
      await createUser(database, passwords, by, body, async ({ user, generated }, session) => {
        const view = userView(user);
        ctx.status = 201;
        ctx.set({ Location: `${ctx.path}/${view.id}`, ETag: etag(user.version), 'Cache-Control': 'no-store' });
        ctx.body = { ...view, ...(generated !== null && { password: generated }) } satisfies NewUserAnswer;
        await keep?.(session, generated === null ? undefined : SHOWN_ONCE);
      });
    },
  });

const SHOWN_ONCE = 'The generated password was shown only once; change the user to set another one.';

/**
 * @openapi
 * /users/{id}:
 *   get:
 *     summary: Read a user
 */
const read = ({ database }: UserDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'readUser',
    method: 'get',
    path: '/users/:id',
    answers: versioned(User, 'The user'),
    handler: async ({ ctx, param }) => {
      const user = await readUser(database, param('id'));
      ctx.set('ETag', etag(user.version));
      ctx.body = userView(user);
    },
  });

/**
 * @openapi
 * /users/{id}:
 *   patch:
 *     summary: Change a user
 *     description: >
 *       A new password or deactivation revokes the user's tokens. You cannot demote or deactivate yourself, and one
 *       active admin must remain.
 *     requestBody: { content: { application/json: { example: { isActive: false } } } }
 */
function change({ config, database, identities, passwords }: UserDeps): AnyOperation {
  const attempts = new LoginAttempts(database, config.secretKey);
  return operation({
    ...COMMON,
    id: 'changeUser',
    method: 'patch',
    path: '/users/:id',
    body: UserPatch,
    ifMatch: true,
    answers: versioned(User, 'Changed'),
    errors: ['email-taken', 'last-admin', 'own-account'],
    handler: async ({ ctx, user, param, body, version }) => {
      const id = param('id');
      if (id === user.userId && (body.role === 'clinician' || body.isActive === false)) throw ownAccount();
      try {
        const changed = await changeUser(database, passwords, new Types.ObjectId(user.userId), { id, version }, body);
        // The password that was guessed at has changed.
        if (body.password !== undefined) await attempts.forget(attempts.id('account', changed.email));
        ctx.set('ETag', etag(changed.version));
        ctx.body = userView(changed);
      } finally {
        identities.forget(id);
      }
    },
  });
}

/**
 * @openapi
 * /users/{id}:
 *   delete:
 *     summary: Delete a user
 *     description: >
 *       A user who owns recordings cannot be deleted; deactivate them instead. You cannot delete yourself, and one
 *       active admin must remain.
 */
function remove({ database, identities, ownsRecordings }: UserDeps): AnyOperation {
  return operation({
    ...COMMON,
    id: 'deleteUser',
    method: 'delete',
    path: '/users/:id',
    ifMatch: true,
    answers: noContent('Deleted'),
    errors: ['user-in-use', 'last-admin', 'own-account'],
    handler: async ({ ctx, user, param, version }) => {
      const id = param('id');
      if (id === user.userId) throw ownAccount();
      try {
        await removeUser(database, new Types.ObjectId(user.userId), { id, version }, ownsRecordings);
      } finally {
        identities.forget(id);
      }
      ctx.status = 204;
    },
  });
}

const ownAccount = (): Problem => new Problem('own-account', 'Ask another admin to do it.');
