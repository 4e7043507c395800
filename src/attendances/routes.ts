/** `/attendances`: visits of technicians to clients, and whether they were on time. */
import type { Context } from 'koa';
import { type ClientSession, type Connection, Types } from 'mongoose';
import type { Config } from '../startup/config.ts';
import type { ClinicZone } from '../calendar/clinic-zone.ts';
import { created, noContent, pageOrCsv, versioned } from '../http/answers.ts';
import { etag } from '../http/etag.ts';
import { columnsOf } from '../http/csv-columns.ts';
import { answerList, LIST } from '../http/list-csv.ts';
import { type AnyOperation, type Identity, operation } from '../http/operation.ts';
import { page } from '../http/paging.ts';
import { readIndicators } from './indicators-routes.ts';
import { asFilter, countAttendances, cursorValues, findAttendances } from './list.ts';
import { namedOperations } from './named-routes.ts';
import {
  Attendance,
  AttendanceList,
  attendanceListQuery,
  AttendancePatch,
  NewAttendance,
  WrittenAttendance,
} from './schema.ts';
import {
  changeAttendance,
  createAttendance,
  readAttendance,
  removeAttendance,
  type Writing,
  type Written,
} from './store.ts';
import { attendanceViews } from './view.ts';

export interface AttendanceDeps {
  config: Pick<Config, 'limits' | 'holidays'>;
  zone: ClinicZone;
  database: Connection;
}

type WritingOf = (user: Identity) => Writing;

export function attendanceOperations(deps: AttendanceDeps): AnyOperation[] {
  const { database, config, zone } = deps;
  const writing: WritingOf = (user) => ({ database, zone, userId: new Types.ObjectId(user.userId) });
  return [
    list(deps),
    create(writing),
    // Before the routes that would take its name for an id.
    readIndicators(database, { zone, holidays: config.holidays }),
    read(deps),
    replace(writing),
    change(writing),
    remove(writing),
    ...namedOperations(deps),
  ];
}

const COMMON = { tag: 'attendances', access: 'user' } as const;
const CSV = { name: 'attendances', columns: columnsOf(Attendance) };

/**
 * @openapi
 * /attendances:
 *   get:
 *     summary: List attendances
 */
const list = ({ config, database, zone }: AttendanceDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'listAttendances',
    method: 'get',
    path: '/attendances',
    query: attendanceListQuery(config.limits),
    answers: pageOrCsv(AttendanceList),
    ...LIST,
    handler: async (call) => {
      const { sort } = call.query;
      const filter = await asFilter(database, zone, call.query);
      await answerList<Attendance>(call, CSV, {
        page: async (cursor, limit) => {
          const found = await findAttendances(database, filter, sort, cursor, limit + 1);
          const { items, nextCursor } = page(found, limit, (attendance) => cursorValues(sort, attendance));
          return { items: await attendanceViews(database, items), nextCursor };
        },
        count: (atMost) => countAttendances(database, filter, atMost),
      });
    },
  });

/**
 * @openapi
 * /attendances:
 *   post:
 *     summary: Create an attendance
 *     description: >
 *       Its client, technician and base are created if they are new; `created` lists them. Either everything is stored
 *       or nothing.
 *     requestBody:
 *       content:
 *         application/json:
 *           example:
 *             externalId: A-1001
 *             client: { name: Mercado Central }
 *             technician: { name: Technician 1 }
 *             base: { name: CE - JUAZEIRO DO NORTE }
 *             deadline: '2026-01-15'
 */
const create = (writing: WritingOf): AnyOperation =>
  operation({
    ...COMMON,
    id: 'createAttendance',
    method: 'post',
    path: '/attendances',
    body: NewAttendance,
    creates: true,
    answers: created(WrittenAttendance),
    errors: ['attendance-id-taken'],
    handler: async ({ ctx, user, body, keep }) => {
      await createAttendance(writing(user), body, async (written, session) => {
        ctx.status = 201;
        ctx.set('Location', `${ctx.path}/${written.attendance._id.toHexString()}`);
        await answer(ctx, writing(user).database, written, session);
        await keep?.(session);
      });
    },
  });

async function answer(
  ctx: Context,
  database: Connection,
  { attendance, created: made }: Written,
  session: ClientSession | null = null,
): Promise<void> {
  const [view] = await attendanceViews(database, [attendance], session);
  if (!view) throw new Error('one attendance makes one view');
  ctx.set('ETag', etag(view.version));
  ctx.body = { ...view, created: made } satisfies WrittenAttendance;
}

/**
 * @openapi
 * /attendances/{id}:
 *   get:
 *     summary: Read an attendance
 */
const read = ({ database }: AttendanceDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'readAttendance',
    method: 'get',
    path: '/attendances/:id',
    answers: versioned(Attendance, 'The attendance'),
    handler: async ({ ctx, param }) => {
      const attendance = await readAttendance(database, param('id'));
      ctx.set('ETag', etag(attendance.version));
      [ctx.body] = await attendanceViews(database, [attendance]);
    },
  });

/**
 * @openapi
 * /attendances/{id}:
 *   put:
 *     summary: Replace an attendance
 *     description: >
 *       Replaces all fields. `attendedAt` is the only field that may be left out; it is empty afterwards. An attendance
 *       that does not exist is not created.
 *     requestBody:
 *       content:
 *         application/json:
 *           example:
 *             externalId: A-1001
 *             client: { name: Mercado Central }
 *             technician: { name: Technician 1 }
 *             base: { name: CE - JUAZEIRO DO NORTE }
 *             deadline: '2026-01-15'
 *             attendedAt: '2026-01-15T09:30:00Z'
 */
const replace = (writing: WritingOf): AnyOperation =>
  operation({
    ...COMMON,
    id: 'replaceAttendance',
    method: 'put',
    path: '/attendances/:id',
    body: NewAttendance,
    ifMatch: true,
    answers: versioned(WrittenAttendance, 'Replaced'),
    errors: ['attendance-id-taken'],
    handler: async ({ ctx, user, param, body, version }) =>
      answer(ctx, writing(user).database, await changeAttendance(writing(user), { id: param('id'), version }, body)),
  });

/**
 * @openapi
 * /attendances/{id}:
 *   patch:
 *     summary: Change an attendance
 *     description: Changes only the fields in the body. A null `attendedAt` reopens the attendance.
 *     requestBody: { content: { application/json: { example: { attendedAt: '2026-01-15T09:30:00Z' } } } }
 */
const change = (writing: WritingOf): AnyOperation =>
  operation({
    ...COMMON,
    id: 'changeAttendance',
    method: 'patch',
    path: '/attendances/:id',
    body: AttendancePatch,
    ifMatch: true,
    answers: versioned(WrittenAttendance, 'Changed'),
    errors: ['attendance-id-taken'],
    handler: async ({ ctx, user, param, body, version }) =>
      answer(ctx, writing(user).database, await changeAttendance(writing(user), { id: param('id'), version }, body)),
  });

/**
 * @openapi
 * /attendances/{id}:
 *   delete:
 *     summary: Delete an attendance
 *     description: Its client, technician and base are kept.
 */
const remove = (writing: WritingOf): AnyOperation =>
  operation({
    ...COMMON,
    id: 'deleteAttendance',
    method: 'delete',
    path: '/attendances/:id',
    ifMatch: true,
    answers: noContent('Deleted'),
    handler: async ({ ctx, user, param, version }) => {
      await removeAttendance(writing(user), { id: param('id'), version });
      ctx.status = 204;
    },
  });
