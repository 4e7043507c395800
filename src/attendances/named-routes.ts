/**
 * `/clients`, `/technicians` and `/bases`: what attendances refer to, and how often. They are created with the
 * attendances that name them.
 */
import type { Connection } from 'mongoose';
import { z } from 'zod';
import type { Config } from '../startup/config.ts';
import { json, pageOrCsv } from '../http/answers.ts';
import { columnsOf } from '../http/csv-columns.ts';
import { answerList, LIST } from '../http/list-csv.ts';
import { type AnyOperation, operation } from '../http/operation.ts';
import { decodeCursor, page } from '../http/paging.ts';
import { KIND_NAMES, type Kind, KINDS } from './model.ts';
import { countNamed, countsOf, findNamed, readNamed } from './named.ts';
import { Named, NamedList, namedListQuery } from './schema.ts';
import { namedView } from './view.ts';

interface NamedDeps {
  config: Pick<Config, 'limits'>;
  database: Connection;
}

export const namedOperations = (deps: NamedDeps): AnyOperation[] =>
  KIND_NAMES.flatMap((kind) => [list(deps, kind), read(deps, kind)]);

const COMMON = { tag: 'attendances', access: 'user' } as const;
const COLUMNS = columnsOf(Named);

/** For operation ids such as `readClient`. */
const capitalized = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** The key of the last item; keys define the order of the list. */
const cursorShape = z.tuple([z.string()]);

/**
 * @openapi
 * /clients:
 *   get:
 *     summary: List clients
 *     description: Sorted by name, each with the number of its attendances.
 * /technicians:
 *   get:
 *     summary: List technicians
 *     description: Sorted by name, each with the number of its attendances.
 * /bases:
 *   get:
 *     summary: List bases
 *     description: Sorted by name, each with the number of its attendances.
 */
const list = ({ config, database }: NamedDeps, kind: Kind): AnyOperation =>
  operation({
    ...COMMON,
    id: `list${capitalized(KINDS[kind])}`,
    method: 'get',
    path: `/${KINDS[kind]}`,
    query: namedListQuery(config.limits),
    answers: pageOrCsv(NamedList),
    ...LIST,
    handler: async (call) => {
      const { q } = call.query;
      await answerList<Named>(
        call,
        { name: KINDS[kind], columns: COLUMNS },
        {
          page: async (cursor, limit) => {
            const after = cursor === undefined ? null : decodeCursor(cursor, cursorShape)[0];
            const found = await findNamed(database, kind, q, after, limit + 1);
            const { items, nextCursor } = page(found, limit, (named) => [named.key]);
            const ids = items.map(({ _id }) => _id);
            const counts = await countsOf(database, kind, ids);
            return {
              items: items.map((named) => namedView(named, counts.get(named._id.toHexString()) ?? 0)),
              nextCursor,
            };
          },
          count: (atMost) => countNamed(database, kind, q, atMost),
        },
      );
    },
  });

/**
 * @openapi
 * /clients/{id}:
 *   get: { summary: Read a client }
 * /technicians/{id}:
 *   get: { summary: Read a technician }
 * /bases/{id}:
 *   get: { summary: Read a base }
 */
const read = ({ database }: NamedDeps, kind: Kind): AnyOperation =>
  operation({
    ...COMMON,
    id: `read${capitalized(kind)}`,
    method: 'get',
    path: `/${KINDS[kind]}/:id`,
    answers: { 200: json(Named, `The ${kind}`) },
    handler: async ({ ctx, param }) => {
      const named = await readNamed(database, kind, param('id'));
      const counts = await countsOf(database, kind, [named._id]);
      ctx.body = namedView(named, counts.get(named._id.toHexString()) ?? 0);
    },
  });
