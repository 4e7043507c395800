/** `/attendances`: visits of technicians to clients, and whether they were in time. */
import type { Context } from 'koa';
import { type Connection, Types } from 'mongoose';
import type { Config } from '../startup/config.ts';
import { etag, ifMatch } from '../http/etag.ts';
import type { Handler, Identity, Operations } from '../http/operations.ts';
import { page, total } from '../http/paging.ts';
import { type ClinicZone, clinicZone } from '../calendar/clinic-zone.ts';
import { readIndicators } from './indicators-routes.ts';
import { asFilter, countAttendances, cursorValues, findAttendances } from './list.ts';
import { namedRoutes } from './named-routes.ts';
import {
  type AttendanceList,
  type AttendanceListQuery,
  attendanceListQuery,
  AttendancePatch,
  indicatorsQuery,
  NewAttendance,
  type WrittenAttendance,
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
  config: Pick<Config, 'limits' | 'clinicTimezone' | 'holidays'>;
  database: Connection;
}

type NoQuery = Record<string, never>;

export function attendanceRoutes(api: Operations, deps: AttendanceDeps): void {
  const zone = clinicZone(deps.config.clinicTimezone);
  const writing = (user: Identity): Writing => ({
    database: deps.database,
    zone,
    userId: new Types.ObjectId(user.userId),
  });

  api.add('get', '/attendances', { access: 'user', query: attendanceListQuery(deps.config.limits) }, list(deps, zone));
  api.add('post', '/attendances', { access: 'user', body: NewAttendance }, create(writing));
  // Before the routes that would take its name for an id.
  api.add(
    'get',
    '/attendances/indicators',
    { access: 'user', query: indicatorsQuery, large: true },
    readIndicators(deps.database, { zone, holidays: deps.config.holidays }),
  );
  api.add('get', '/attendances/:id', { access: 'user' }, read(deps));
  api.add('put', '/attendances/:id', { access: 'user', body: NewAttendance }, replace(writing));
  api.add('patch', '/attendances/:id', { access: 'user', body: AttendancePatch }, change(writing));
  api.add('delete', '/attendances/:id', { access: 'user' }, remove(writing));
  namedRoutes(api, deps);
}

/**
 * @openapi
 * /attendances:
 *   get:
 *     operationId: listAttendances
 *     tags: [attendances]
 *     x-access: user
 *     summary: List attendances
 *     parameters:
 *       - { $ref: '#/components/parameters/Limit' }
 *       - { $ref: '#/components/parameters/Cursor' }
 *       - { $ref: '#/components/parameters/Total' }
 *       - { name: order, in: query, schema: { type: string, enum: [deadline, '-deadline', attendedAt, '-attendedAt', externalId, '-externalId'], default: '-deadline' }, description: 'With `-` descending. Open attendances come before all others by attendedAt' }
 *       - { name: client, in: query, schema: { type: string, minLength: 1, maxLength: 200 },
 *           description: 'Its id or its name' }
 *       - { name: technician, in: query, schema: { type: string, minLength: 1, maxLength: 200 },
 *           description: 'Its id or its name' }
 *       - { name: base, in: query, schema: { type: string, minLength: 1, maxLength: 200 },
 *           description: 'Its id or its name' }
 *       - { name: from, in: query, schema: { type: string, format: date, minLength: 1 },
 *           description: 'Deadline on this day of the clinic or later' }
 *       - { name: to, in: query, schema: { type: string, format: date, minLength: 1 },
 *           description: 'Deadline on this day of the clinic or earlier' }
 *       - { name: state, in: query, schema: { type: string, enum: [onTime, late, open] }, description: 'late: attended after the deadline; open: not attended' }
 *     responses:
 *       200:
 *         description: One page
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/AttendanceList' }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 */
function list({ database }: AttendanceDeps, zone: ClinicZone): Handler<AttendanceListQuery, undefined> {
  return async ({ ctx, query }) => {
    const { order, cursor, limit } = query;
    const filter = await asFilter(database, zone, query);
    const found = await findAttendances(database, filter, order, cursor, limit + 1);
    const { items, nextCursor } = page(found, limit, (attendance) => cursorValues(order, attendance));
    const counted = query.total ? await total((atMost) => countAttendances(database, filter, atMost)) : {};
    ctx.body = { items: await attendanceViews(database, items), nextCursor, ...counted } satisfies AttendanceList;
  };
}

/**
 * @openapi
 * /attendances:
 *   post:
 *     operationId: createAttendance
 *     tags: [attendances]
 *     x-access: user
 *     summary: Create an attendance
 *     description: Its client, technician and base are made where they are new; `created` says which. All of it is stored, or nothing.
 *     requestBody:
 *       required: true
 *       content:
 *         application/json:
 *           schema: { $ref: '#/components/schemas/NewAttendance' }
 *     responses:
 *       201:
 *         description: Created
 *         headers:
 *           Location: { $ref: '#/components/headers/Location' }
 *           ETag: { $ref: '#/components/headers/ETag' }
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/WrittenAttendance' }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
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
function create(writing: (user: Identity) => Writing): Handler<NoQuery, NewAttendance> {
  return async ({ ctx, user, body }) => {
    const written = await createAttendance(writing(user), body);
    ctx.status = 201;
    ctx.set('Location', `${ctx.path}/${written.attendance._id.toHexString()}`);
    await answer(ctx, writing(user).database, written);
  };
}

async function answer(ctx: Context, database: Connection, { attendance, created }: Written): Promise<void> {
  const [view] = await attendanceViews(database, [attendance]);
  if (!view) throw new Error('one attendance makes one view');
  ctx.set('ETag', etag(view.version));
  ctx.body = { ...view, created } satisfies WrittenAttendance;
}

/**
 * @openapi
 * /attendances/{id}:
 *   get:
 *     operationId: readAttendance
 *     tags: [attendances]
 *     x-access: user
 *     summary: Read an attendance
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *     responses:
 *       200:
 *         description: The attendance
 *         headers:
 *           ETag: { $ref: '#/components/headers/ETag' }
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/Attendance' }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       404: { $ref: '#/components/responses/Problem404' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 */
function read({ database }: AttendanceDeps): Handler<NoQuery, undefined> {
  return async ({ ctx, param }) => {
    const attendance = await readAttendance(database, param('id'));
    ctx.set('ETag', etag(attendance.version));
    [ctx.body] = await attendanceViews(database, [attendance]);
  };
}

/**
 * @openapi
 * /attendances/{id}:
 *   put:
 *     operationId: replaceAttendance
 *     tags: [attendances]
 *     x-access: user
 *     summary: Replace an attendance
 *     description: What the body leaves out is empty afterwards; `attendedAt` alone may be left out. An attendance that does not exist is not made by this.
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *       - { $ref: '#/components/parameters/IfMatch' }
 *     requestBody:
 *       required: true
 *       content:
 *         application/json:
 *           schema: { $ref: '#/components/schemas/NewAttendance' }
 *     responses:
 *       200:
 *         description: Replaced
 *         headers:
 *           ETag: { $ref: '#/components/headers/ETag' }
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/WrittenAttendance' }
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
function replace(writing: (user: Identity) => Writing): Handler<NoQuery, NewAttendance> {
  return async ({ ctx, user, param, body }) => {
    const written = await changeAttendance(writing(user), { id: param('id'), version: ifMatch(ctx) }, body);
    await answer(ctx, writing(user).database, written);
  };
}

/**
 * @openapi
 * /attendances/{id}:
 *   patch:
 *     operationId: changeAttendance
 *     tags: [attendances]
 *     x-access: user
 *     summary: Change an attendance
 *     description: Only what the body names. `attendedAt` null opens it again.
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *       - { $ref: '#/components/parameters/IfMatch' }
 *     requestBody:
 *       required: true
 *       content:
 *         application/json:
 *           schema: { $ref: '#/components/schemas/AttendancePatch' }
 *     responses:
 *       200:
 *         description: Changed
 *         headers:
 *           ETag: { $ref: '#/components/headers/ETag' }
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/WrittenAttendance' }
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
function change(writing: (user: Identity) => Writing): Handler<NoQuery, AttendancePatch> {
  return async ({ ctx, user, param, body }) => {
    const written = await changeAttendance(writing(user), { id: param('id'), version: ifMatch(ctx) }, body);
    await answer(ctx, writing(user).database, written);
  };
}

/**
 * @openapi
 * /attendances/{id}:
 *   delete:
 *     operationId: deleteAttendance
 *     tags: [attendances]
 *     x-access: user
 *     summary: Delete an attendance
 *     description: Its client, technician and base stay.
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *       - { $ref: '#/components/parameters/IfMatch' }
 *     responses:
 *       204: { description: Deleted }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       404: { $ref: '#/components/responses/Problem404' }
 *       412: { $ref: '#/components/responses/Problem412' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 *       507: { $ref: '#/components/responses/Problem507' }
 */
function remove(writing: (user: Identity) => Writing): Handler<NoQuery, undefined> {
  return async ({ ctx, user, param }) => {
    await removeAttendance(writing(user), { id: param('id'), version: ifMatch(ctx) });
    ctx.status = 204;
  };
}
