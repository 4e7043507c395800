/** `/clients`, `/technicians` and `/bases`: whom attendances refer to, and how often. They come to be with the attendances that name them. */
import type { Connection } from 'mongoose';
import { z } from 'zod';
import type { Config } from '../startup/config.ts';
import type { Handler, Operations } from '../http/operations.ts';
import { decodeCursor, page, total } from '../http/paging.ts';
import { KIND_NAMES, type Kind, KINDS } from './model.ts';
import { countNamed, countsOf, findNamed, readNamed } from './named.ts';
import { type NamedList, namedListQuery, type NamedListQuery } from './schema.ts';
import { namedView } from './view.ts';

interface NamedDeps {
  config: Pick<Config, 'limits'>;
  database: Connection;
}

export function namedRoutes(api: Operations, { config, database }: NamedDeps): void {
  for (const kind of KIND_NAMES) {
    api.add('get', `/${KINDS[kind]}`, { access: 'user', query: namedListQuery(config.limits) }, list(database, kind));
    api.add('get', `/${KINDS[kind]}/:id`, { access: 'user' }, read(database, kind));
  }
}

/** The key of the last item: the list is in their order. */
const cursorShape = z.tuple([z.string()]);

/**
 * @openapi
 * /clients:
 *   get:
 *     operationId: listClients
 *     tags: [attendances]
 *     x-access: user
 *     summary: List clients
 *     description: In the order of their names, each with the number of its attendances.
 *     parameters:
 *       - { $ref: '#/components/parameters/Limit' }
 *       - { $ref: '#/components/parameters/Cursor' }
 *       - { $ref: '#/components/parameters/Total' }
 *       - { name: q, in: query, schema: { type: string, minLength: 1, maxLength: 100 },
 *           description: 'Beginnings of words of the name, without case and accents; all of them must be found' }
 *     responses:
 *       200:
 *         description: One page
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/NamedList' }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 * /technicians:
 *   get:
 *     operationId: listTechnicians
 *     tags: [attendances]
 *     x-access: user
 *     summary: List technicians
 *     description: In the order of their names, each with the number of its attendances.
 *     parameters:
 *       - { $ref: '#/components/parameters/Limit' }
 *       - { $ref: '#/components/parameters/Cursor' }
 *       - { $ref: '#/components/parameters/Total' }
 *       - { name: q, in: query, schema: { type: string, minLength: 1, maxLength: 100 },
 *           description: 'Beginnings of words of the name, without case and accents; all of them must be found' }
 *     responses:
 *       200:
 *         description: One page
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/NamedList' }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 * /bases:
 *   get:
 *     operationId: listBases
 *     tags: [attendances]
 *     x-access: user
 *     summary: List bases
 *     description: In the order of their names, each with the number of its attendances.
 *     parameters:
 *       - { $ref: '#/components/parameters/Limit' }
 *       - { $ref: '#/components/parameters/Cursor' }
 *       - { $ref: '#/components/parameters/Total' }
 *       - { name: q, in: query, schema: { type: string, minLength: 1, maxLength: 100 },
 *           description: 'Beginnings of words of the name, without case and accents; all of them must be found' }
 *     responses:
 *       200:
 *         description: One page
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/NamedList' }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 */
function list(database: Connection, kind: Kind): Handler<NamedListQuery, undefined> {
  return async ({ ctx, query: { q, cursor, limit, total: wantsTotal } }) => {
    const after = cursor === undefined ? null : decodeCursor(cursor, cursorShape)[0];
    const { items, nextCursor } = page(await findNamed(database, kind, q, after, limit + 1), limit, (named) => [
      named.key,
    ]);
    const counts = await countsOf(
      database,
      kind,
      items.map(({ _id }) => _id),
    );
    const counted = wantsTotal ? await total((atMost) => countNamed(database, kind, q, atMost)) : {};
    ctx.body = {
      items: items.map((named) => namedView(named, counts.get(named._id.toHexString()) ?? 0)),
      nextCursor,
      ...counted,
    } satisfies NamedList;
  };
}

/**
 * @openapi
 * /clients/{id}:
 *   get:
 *     operationId: readClient
 *     tags: [attendances]
 *     x-access: user
 *     summary: Read a client
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *     responses:
 *       200:
 *         description: The client
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/Named' }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       404: { $ref: '#/components/responses/Problem404' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 * /technicians/{id}:
 *   get:
 *     operationId: readTechnician
 *     tags: [attendances]
 *     x-access: user
 *     summary: Read a technician
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *     responses:
 *       200:
 *         description: The technician
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/Named' }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       404: { $ref: '#/components/responses/Problem404' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 * /bases/{id}:
 *   get:
 *     operationId: readBase
 *     tags: [attendances]
 *     x-access: user
 *     summary: Read a base
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *     responses:
 *       200:
 *         description: The base
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/Named' }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       404: { $ref: '#/components/responses/Problem404' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 */
function read(database: Connection, kind: Kind): Handler<Record<string, never>, undefined> {
  return async ({ ctx, param }) => {
    const named = await readNamed(database, kind, param('id'));
    const counts = await countsOf(database, kind, [named._id]);
    ctx.body = namedView(named, counts.get(named._id.toHexString()) ?? 0);
  };
}
