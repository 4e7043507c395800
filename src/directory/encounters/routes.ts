/** `/patients/{id}/encounters`. */
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
  encounterListQuery,
  type EncounterList,
  type EncounterListQuery,
  EncounterPatch,
  NewEncounter,
} from './schema.ts';
import { encounterChanges, encounters, newEncounter } from './store.ts';
import { encounterView } from './view.ts';

type NoQuery = Record<string, never>;

export function encounterRoutes(api: Operations, deps: DirectoryDeps): void {
  api.add(
    'get',
    '/patients/:id/encounters',
    { access: 'user', query: encounterListQuery(deps.config.limits) },
    list(deps),
  );
  api.add('post', '/patients/:id/encounters', { access: 'user', body: NewEncounter }, create(deps));
  api.add('get', '/patients/:id/encounters/:encounterId', { access: 'user' }, read(deps));
  api.add('patch', '/patients/:id/encounters/:encounterId', { access: 'user', body: EncounterPatch }, change(deps));
  api.add('delete', '/patients/:id/encounters/:encounterId', { access: 'user' }, remove(deps));
}

/**
 * @openapi
 * /patients/{id}/encounters:
 *   get:
 *     operationId: listEncounters
 *     tags: [encounters]
 *     x-access: user
 *     summary: List the encounters of a patient, the latest first
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
 *             schema: { $ref: '#/components/schemas/EncounterList' }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       404: { $ref: '#/components/responses/Problem404' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 */
function list({ database }: DirectoryDeps): Handler<EncounterListQuery, undefined> {
  return async ({ ctx, query, param }) => {
    const filter = { patient: await existingPatient(database, param('id')) };
    const range = { after: placeIn(query.sort, query.cursor), descending: query.sort === '-start' };
    const found = await listChildren(encounters, database, filter, range, 'patient', query.limit + 1);
    const { items, nextCursor } = page(found, query.limit, (item) => [query.sort, item.order]);
    const counted = query.total
      ? await total((atMost) => countChildren(encounters, database, filter, range, 'patient', atMost))
      : {};
    ctx.body = { items: items.map(encounterView), nextCursor, ...counted } satisfies EncounterList;
  };
}

/**
 * @openapi
 * /patients/{id}/encounters:
 *   post:
 *     operationId: createEncounter
 *     tags: [encounters]
 *     x-access: user
 *     summary: Create an encounter of a patient
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *     requestBody:
 *       required: true
 *       content:
 *         application/json:
 *           schema: { $ref: '#/components/schemas/NewEncounter' }
 *           example: { start: '2026-01-15T09:30:00Z', stop: '2026-01-15T10:00:00Z', class: ambulatory, code: '185349003', description: Encounter for check up (procedure) }
 *     responses:
 *       201:
 *         description: Created
 *         headers:
 *           Location: { $ref: '#/components/headers/Location' }
 *           ETag: { $ref: '#/components/headers/ETag' }
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/Encounter' }
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
function create({ zone, database }: DirectoryDeps): Handler<NoQuery, NewEncounter> {
  return async ({ ctx, user, param, body }) => {
    const patient = await existingPatient(database, param('id'));
    const encounter = encounterView(
      await createChild(encounters, database, new Types.ObjectId(user.userId), patient, newEncounter(body, zone)),
    );
    ctx.status = 201;
    ctx.set({ Location: `${ctx.path}/${encounter.id}`, ETag: etag(encounter.version) });
    ctx.body = encounter;
  };
}

/**
 * @openapi
 * /patients/{id}/encounters/{encounterId}:
 *   get:
 *     operationId: readEncounter
 *     tags: [encounters]
 *     x-access: user
 *     summary: Read an encounter
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *       - { name: encounterId, in: path, required: true, schema: { type: string }, example: 665f1c2ab7e4d1a2c3b4d5e6 }
 *     responses:
 *       200:
 *         description: The encounter
 *         headers:
 *           ETag: { $ref: '#/components/headers/ETag' }
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/Encounter' }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       404: { $ref: '#/components/responses/Problem404' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 */
function read({ database }: DirectoryDeps): Handler<NoQuery, undefined> {
  return async ({ ctx, param }) => {
    const encounter = encounterView(await readChild(encounters, database, param('id'), param('encounterId')));
    ctx.set('ETag', etag(encounter.version));
    ctx.body = encounter;
  };
}

/**
 * @openapi
 * /patients/{id}/encounters/{encounterId}:
 *   patch:
 *     operationId: changeEncounter
 *     tags: [encounters]
 *     x-access: user
 *     summary: Change an encounter
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *       - { name: encounterId, in: path, required: true, schema: { type: string }, example: 665f1c2ab7e4d1a2c3b4d5e6 }
 *       - { $ref: '#/components/parameters/IfMatch' }
 *     requestBody:
 *       required: true
 *       content:
 *         application/json:
 *           schema: { $ref: '#/components/schemas/EncounterPatch' }
 *           example: { class: outpatient }
 *     responses:
 *       200:
 *         description: Changed
 *         headers:
 *           ETag: { $ref: '#/components/headers/ETag' }
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/Encounter' }
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
function change({ zone, database }: DirectoryDeps): Handler<NoQuery, EncounterPatch> {
  return async ({ ctx, user, param, body }) => {
    const target = { id: param('encounterId'), version: ifMatch(ctx) };
    const encounter = encounterView(
      await changeChild(
        encounters,
        database,
        new Types.ObjectId(user.userId),
        param('id'),
        target,
        encounterChanges(body, zone),
      ),
    );
    ctx.set('ETag', etag(encounter.version));
    ctx.body = encounter;
  };
}

/**
 * @openapi
 * /patients/{id}/encounters/{encounterId}:
 *   delete:
 *     operationId: deleteEncounter
 *     tags: [encounters]
 *     x-access: user
 *     summary: Delete an encounter
 *     description: >
 *       An encounter in which conditions were found stays: 409.
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *       - { name: encounterId, in: path, required: true, schema: { type: string }, example: 665f1c2ab7e4d1a2c3b4d5e6 }
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
    await removeChild(encounters, database, new Types.ObjectId(user.userId), param('id'), {
      id: param('encounterId'),
      version: ifMatch(ctx),
    });
    ctx.status = 204;
  };
}
