/** `/users`: admins provision users. */
import { type Connection, Types } from 'mongoose';
import { z } from 'zod';
import type { Config } from '../startup/config.ts';
import { Problem } from '../errors.ts';
import { etag, ifMatch } from '../http/etag.ts';
import type { Handler, Operations } from '../http/operations.ts';
import { decodeCursor, page, total } from '../http/paging.ts';
import { changeUser, countUsers, createUser, findUsers, readUser, removeUser } from './accounts.ts';
import { identitiesOf } from './identity-cache.ts';
import { LoginAttempts } from './login-attempts.ts';
import { NewUser, type NewUserAnswer, type UserList, type UserListQuery, UserPatch, userListQuery } from './schema.ts';
import { userView } from './view.ts';

export interface UserDeps {
  config: Pick<Config, 'limits' | 'secretKey' | 'loginFailures' | 'loginFailuresPerAddress'>;
  database: Connection;
  /** Whether recordings of this user exist; they keep their owner from being deleted. */
  ownsRecordings: (userId: string) => Promise<boolean>;
}

type NoQuery = Record<string, never>;

export function userRoutes(api: Operations, deps: UserDeps): void {
  api.add('get', '/users', { access: 'admin', query: userListQuery(deps.config.limits) }, list(deps));
  api.add('post', '/users', { access: 'admin', body: NewUser }, create(deps));
  api.add('get', '/users/:id', { access: 'admin' }, read(deps));
  api.add('patch', '/users/:id', { access: 'admin', body: UserPatch }, change(deps));
  api.add('delete', '/users/:id', { access: 'admin' }, remove(deps));
}

/** The e-mail address of the last item: the list is in their order. */
const cursorShape = z.tuple([z.string()]);

/**
 * @openapi
 * /users:
 *   get:
 *     operationId: listUsers
 *     tags: [users]
 *     x-access: admin
 *     summary: List users
 *     description: In the order of their e-mail addresses.
 *     parameters:
 *       - { $ref: '#/components/parameters/Limit' }
 *       - { $ref: '#/components/parameters/Cursor' }
 *       - { $ref: '#/components/parameters/Total' }
 *       - { name: q, in: query, schema: { type: string, minLength: 1, maxLength: 100 },
 *           description: 'Beginnings of words of e-mail address or name, without case and accents; all of them must be
 *           found' }
 *       - { name: role, in: query, schema: { type: string, enum: [admin, clinician] } }
 *       - { name: isActive, in: query, schema: { type: string, enum: ['true', 'false'] } }
 *     responses:
 *       200:
 *         description: One page
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/UserList' }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       403: { $ref: '#/components/responses/Problem403' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 */
function list({ database }: UserDeps): Handler<UserListQuery, undefined> {
  return async ({ ctx, query }) => {
    const filter = {
      q: query.q,
      role: query.role,
      isActive: query.isActive === undefined ? undefined : query.isActive === 'true',
    };
    const after = query.cursor === undefined ? null : decodeCursor(query.cursor, cursorShape)[0];
    const found = await findUsers(database, filter, after, query.limit + 1);
    const { items, nextCursor } = page(found, query.limit, (user) => [user.email]);
    const counted = query.total ? await total((atMost) => countUsers(database, filter, atMost)) : {};
    ctx.body = { items: items.map(userView), nextCursor, ...counted } satisfies UserList;
  };
}

/**
 * @openapi
 * /users:
 *   post:
 *     operationId: createUser
 *     tags: [users]
 *     x-access: admin
 *     summary: Create a user
 *     description: Without a password one is made up, and answered this once.
 *     requestBody:
 *       required: true
 *       content:
 *         application/json:
 *           schema: { $ref: '#/components/schemas/NewUser' }
 *     responses:
 *       201:
 *         description: Created
 *         headers:
 *           Location: { $ref: '#/components/headers/Location' }
 *           ETag: { $ref: '#/components/headers/ETag' }
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/NewUserAnswer' }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       403: { $ref: '#/components/responses/Problem403' }
 *       408: { $ref: '#/components/responses/Problem408' }
 *       409: { $ref: '#/components/responses/Problem409' }
 *       413: { $ref: '#/components/responses/Problem413' }
 *       415: { $ref: '#/components/responses/Problem415' }
 *       422: { $ref: '#/components/responses/Problem422' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 *       507: { $ref: '#/components/responses/Problem507' }
 */
function create({ database }: UserDeps): Handler<NoQuery, NewUser> {
  return async ({ ctx, user: admin, body }) => {
    const { user, generated } = await createUser(database, new Types.ObjectId(admin.userId), body);
    const view = userView(user);
    ctx.status = 201;
    ctx.set({ Location: `/api/v1/users/${view.id}`, ETag: etag(user.version), 'Cache-Control': 'no-store' });
    ctx.body = { ...view, ...(generated !== null && { password: generated }) } satisfies NewUserAnswer;
  };
}

/**
 * @openapi
 * /users/{id}:
 *   get:
 *     operationId: readUser
 *     tags: [users]
 *     x-access: admin
 *     summary: Read a user
 *     parameters:
 *       - { name: id, in: path, required: true, schema: { type: string } }
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
 *       403: { $ref: '#/components/responses/Problem403' }
 *       404: { $ref: '#/components/responses/Problem404' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 */
function read({ database }: UserDeps): Handler<NoQuery, undefined> {
  return async ({ ctx, param }) => {
    const user = await readUser(database, param('id'));
    ctx.set('ETag', etag(user.version));
    ctx.body = userView(user);
  };
}

/**
 * @openapi
 * /users/{id}:
 *   patch:
 *     operationId: changeUser
 *     tags: [users]
 *     x-access: admin
 *     summary: Change a user
 *     description: A new password, and deactivation, end the user's tokens. Nobody demotes or deactivates themselves, and one active admin is always left.
 *     parameters:
 *       - { name: id, in: path, required: true, schema: { type: string } }
 *       - { $ref: '#/components/parameters/IfMatch' }
 *     requestBody:
 *       required: true
 *       content:
 *         application/json:
 *           schema: { $ref: '#/components/schemas/UserPatch' }
 *     responses:
 *       200:
 *         description: Changed
 *         headers:
 *           ETag: { $ref: '#/components/headers/ETag' }
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/User' }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       403: { $ref: '#/components/responses/Problem403' }
 *       404: { $ref: '#/components/responses/Problem404' }
 *       408: { $ref: '#/components/responses/Problem408' }
 *       409: { $ref: '#/components/responses/Problem409' }
 *       412: { $ref: '#/components/responses/Problem412' }
 *       413: { $ref: '#/components/responses/Problem413' }
 *       415: { $ref: '#/components/responses/Problem415' }
 *       422: { $ref: '#/components/responses/Problem422' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 *       507: { $ref: '#/components/responses/Problem507' }
 */
function change({ config, database }: UserDeps): Handler<NoQuery, UserPatch> {
  const identities = identitiesOf(database);
  const attempts = new LoginAttempts(database, config.secretKey);
  return async ({ ctx, user, param, body }) => {
    const id = param('id');
    if (id === user.userId && (body.role === 'clinician' || body.isActive === false)) throw ownAccount();
    try {
      const changed = await changeUser(database, new Types.ObjectId(user.userId), { id, version: ifMatch(ctx) }, body);
      // What was guessed at has changed.
      if (body.password !== undefined) await attempts.forget(attempts.id('account', changed.email));
      ctx.set('ETag', etag(changed.version));
      ctx.body = userView(changed);
    } finally {
      identities.forget(id);
    }
  };
}

/**
 * @openapi
 * /users/{id}:
 *   delete:
 *     operationId: deleteUser
 *     tags: [users]
 *     x-access: admin
 *     summary: Delete a user
 *     description: A user who owns recordings is deactivated, not deleted. Nobody deletes themselves, and one active admin is always left.
 *     parameters:
 *       - { name: id, in: path, required: true, schema: { type: string } }
 *       - { $ref: '#/components/parameters/IfMatch' }
 *     responses:
 *       204: { description: Deleted }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       403: { $ref: '#/components/responses/Problem403' }
 *       404: { $ref: '#/components/responses/Problem404' }
 *       409: { $ref: '#/components/responses/Problem409' }
 *       412: { $ref: '#/components/responses/Problem412' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 *       507: { $ref: '#/components/responses/Problem507' }
 */
function remove({ database, ownsRecordings }: UserDeps): Handler<NoQuery, undefined> {
  const identities = identitiesOf(database);
  return async ({ ctx, user, param }) => {
    const id = param('id');
    if (id === user.userId) throw ownAccount();
    try {
      await removeUser(database, new Types.ObjectId(user.userId), { id, version: ifMatch(ctx) }, ownsRecordings);
    } finally {
      identities.forget(id);
    }
    ctx.status = 204;
  };
}

const ownAccount = (): Problem => new Problem('own-account', 'Ask another admin to do it.');
