/** `/patients/{id}/conditions`. */
import { Types } from 'mongoose';
import { etag, ifMatch } from '../../http/etag.ts';
import type { Handler, Operations } from '../../http/operations.ts';
import { page, total } from '../../http/paging.ts';
import {
  changeChild,
  countChildren,
  createChild,
  existingPatient,
  listChildren,
  readChild,
  removeChild,
} from '../children.ts';
import { placeIn } from '../order.ts';
import type { DirectoryDeps } from '../patients/routes.ts';
import {
  conditionListQuery,
  type ConditionList,
  type ConditionListQuery,
  ConditionPatch,
  NewCondition,
} from './schema.ts';
import { conditionChanges, conditions, newCondition } from './store.ts';
import { conditionView } from './view.ts';

type NoQuery = Record<string, never>;

export function conditionRoutes(api: Operations, deps: DirectoryDeps): void {
  api.add(
    'get',
    '/patients/:id/conditions',
    { access: 'user', query: conditionListQuery(deps.config.limits) },
    list(deps),
  );
  api.add('post', '/patients/:id/conditions', { access: 'user', body: NewCondition }, create(deps));
  api.add('get', '/patients/:id/conditions/:conditionId', { access: 'user' }, read(deps));
  api.add('patch', '/patients/:id/conditions/:conditionId', { access: 'user', body: ConditionPatch }, change(deps));
  api.add('delete', '/patients/:id/conditions/:conditionId', { access: 'user' }, remove(deps));
}

/**
 * @openapi
 * /patients/{id}/conditions:
 *   get:
 *     operationId: listConditions
 *     tags: [conditions]
 *     x-access: user
 *     summary: List the conditions of a patient, the latest first
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *       - { $ref: '#/components/parameters/Limit' }
 *       - { $ref: '#/components/parameters/Cursor' }
 *       - { $ref: '#/components/parameters/Total' }
 *       - { name: sort, in: query, schema: { type: string, enum: [start, -start], default: -start } }
 *     responses:
 *       200:
 *         description: One page
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/ConditionList' }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       404: { $ref: '#/components/responses/Problem404' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 */
function list({ database }: DirectoryDeps): Handler<ConditionListQuery, undefined> {
  return async ({ ctx, query, param }) => {
    const filter = { patient: await existingPatient(database, param('id')) };
    const range = { after: placeIn(query.sort, query.cursor), descending: query.sort === '-start' };
    const found = await listChildren(conditions, database, filter, range, 'patient', query.limit + 1);
    const { items, nextCursor } = page(found, query.limit, (item) => [query.sort, item.order]);
    const counted = query.total
      ? await total((atMost) => countChildren(conditions, database, filter, range, 'patient', atMost))
      : {};
    ctx.body = { items: items.map(conditionView), nextCursor, ...counted } satisfies ConditionList;
  };
}

/**
 * @openapi
 * /patients/{id}/conditions:
 *   post:
 *     operationId: createCondition
 *     tags: [conditions]
 *     x-access: user
 *     summary: Create a condition of a patient
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *     requestBody:
 *       required: true
 *       content:
 *         application/json:
 *           schema: { $ref: '#/components/schemas/NewCondition' }
 *           example: { code: '40055000', description: Chronic sinusitis (disorder), start: '2019-04-16' }
 *     responses:
 *       201:
 *         description: Created
 *         headers:
 *           Location: { $ref: '#/components/headers/Location' }
 *           ETag: { $ref: '#/components/headers/ETag' }
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/Condition' }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       404: { $ref: '#/components/responses/Problem404' }
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
function create({ database }: DirectoryDeps): Handler<NoQuery, NewCondition> {
  return async ({ ctx, user, param, body }) => {
    const patient = await existingPatient(database, param('id'));
    const condition = conditionView(
      await createChild(conditions, database, new Types.ObjectId(user.userId), patient, newCondition(body)),
    );
    ctx.status = 201;
    ctx.set({ Location: `${ctx.path}/${condition.id}`, ETag: etag(condition.version) });
    ctx.body = condition;
  };
}

/**
 * @openapi
 * /patients/{id}/conditions/{conditionId}:
 *   get:
 *     operationId: readCondition
 *     tags: [conditions]
 *     x-access: user
 *     summary: Read a condition
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *       - { name: conditionId, in: path, required: true, schema: { type: string }, example: 665f1c2ab7e4d1a2c3b4d5e6 }
 *     responses:
 *       200:
 *         description: The condition
 *         headers:
 *           ETag: { $ref: '#/components/headers/ETag' }
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/Condition' }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       404: { $ref: '#/components/responses/Problem404' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 */
function read({ database }: DirectoryDeps): Handler<NoQuery, undefined> {
  return async ({ ctx, param }) => {
    const condition = conditionView(await readChild(conditions, database, param('id'), param('conditionId')));
    ctx.set('ETag', etag(condition.version));
    ctx.body = condition;
  };
}

/**
 * @openapi
 * /patients/{id}/conditions/{conditionId}:
 *   patch:
 *     operationId: changeCondition
 *     tags: [conditions]
 *     x-access: user
 *     summary: Change a condition
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *       - { name: conditionId, in: path, required: true, schema: { type: string }, example: 665f1c2ab7e4d1a2c3b4d5e6 }
 *       - { $ref: '#/components/parameters/IfMatch' }
 *     requestBody:
 *       required: true
 *       content:
 *         application/json:
 *           schema: { $ref: '#/components/schemas/ConditionPatch' }
 *           example: { stop: '2020-01-31' }
 *     responses:
 *       200:
 *         description: Changed
 *         headers:
 *           ETag: { $ref: '#/components/headers/ETag' }
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/Condition' }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
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
function change({ database }: DirectoryDeps): Handler<NoQuery, ConditionPatch> {
  return async ({ ctx, user, param, body }) => {
    const target = { id: param('conditionId'), version: ifMatch(ctx) };
    const condition = conditionView(
      await changeChild(
        conditions,
        database,
        new Types.ObjectId(user.userId),
        param('id'),
        target,
        conditionChanges(body),
      ),
    );
    ctx.set('ETag', etag(condition.version));
    ctx.body = condition;
  };
}

/**
 * @openapi
 * /patients/{id}/conditions/{conditionId}:
 *   delete:
 *     operationId: deleteCondition
 *     tags: [conditions]
 *     x-access: user
 *     summary: Delete a condition
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *       - { name: conditionId, in: path, required: true, schema: { type: string }, example: 665f1c2ab7e4d1a2c3b4d5e6 }
 *       - { $ref: '#/components/parameters/IfMatch' }
 *     responses:
 *       204: { description: Deleted }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       404: { $ref: '#/components/responses/Problem404' }
 *       409: { $ref: '#/components/responses/Problem409' }
 *       412: { $ref: '#/components/responses/Problem412' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 *       507: { $ref: '#/components/responses/Problem507' }
 */
function remove({ database }: DirectoryDeps): Handler<NoQuery, undefined> {
  return async ({ ctx, user, param }) => {
    await removeChild(conditions, database, new Types.ObjectId(user.userId), param('id'), {
      id: param('conditionId'),
      version: ifMatch(ctx),
    });
    ctx.status = 204;
  };
}
