/** `/patients`: the people of the directory. */
import { type Connection, Types } from 'mongoose';
import type { ClinicZone } from '../../calendar/clinic-zone.ts';
import type { Config } from '../../startup/config.ts';
import { etag, ifMatch } from '../../http/etag.ts';
import type { Handler, Operations } from '../../http/operations.ts';
import { page, total } from '../../http/paging.ts';
import type { AlsoWrong } from '../../http/validate.ts';
import { today } from '../dates.ts';
import { placeIn } from '../order.ts';
import type { RecordingsPort } from '../recordings.ts';
import { countPatients, defaultOrder, findPatients, type PatientOrdering } from './find.ts';
import { lifeFaultsOf } from './fields.ts';
import { included } from './include.ts';
import {
  NewPatient,
  type Patient,
  type PatientList,
  type PatientListQuery,
  type PatientOrder,
  PatientPatch,
  patientListQuery,
} from './schema.ts';
import { changePatient, createPatient, readPatient, removePatient } from './store.ts';
import { basicView, patientView } from './view.ts';

export interface DirectoryDeps {
  config: Pick<Config, 'limits' | 'clinicTimezone'>;
  zone: ClinicZone;
  database: Connection;
  recordings: RecordingsPort;
}

type NoQuery = Record<string, never>;

export function patientRoutes(api: Operations, deps: DirectoryDeps): void {
  api.add('get', '/patients', { access: 'user', query: patientListQuery(deps.config.limits) }, list(deps));
  const alsoWrong: AlsoWrong = (sent) => lifeFaultsOf(sent, today(deps.config.clinicTimezone));
  api.add('post', '/patients', { access: 'user', body: NewPatient, alsoWrong }, create(deps));
  api.add('get', '/patients/:id', { access: 'user' }, read(deps));
  api.add('get', '/patients/:id/basic', { access: 'user' }, readBasic(deps));
  api.add('patch', '/patients/:id', { access: 'user', body: PatientPatch, alsoWrong }, change(deps));
  api.add('delete', '/patients/:id', { access: 'user' }, remove(deps));
}

/**
 * @openapi
 * /patients:
 *   get:
 *     operationId: listPatients
 *     tags: [patients]
 *     x-access: user
 *     summary: List patients
 *     parameters:
 *       - { $ref: '#/components/parameters/Limit' }
 *       - { $ref: '#/components/parameters/Cursor' }
 *       - { $ref: '#/components/parameters/Total' }
 *       - { name: sort, in: query, schema: { type: string, enum: [name, -name, firstName, -firstName, birthDate, -birthDate, city, -city, createdAt, -createdAt, updatedAt, -updatedAt] }, description: 'A minus sign turns the order round. Without it: by name, or by date of birth where birthFrom or birthTo is given without q and condition' }
 *       - { name: q, in: query, schema: { type: string, minLength: 1, maxLength: 100 },
 *           description: 'Beginnings of words of the name, without case and accents; all of them must be found. Or the
 *           whole SSN, or the whole value of an identifier' }
 *       - { name: condition, in: query, schema: { type: string, minLength: 1, maxLength: 100 },
 *           description: 'The code of a condition, or words of its description, all of them in one' }
 *       - { name: sex, in: query, schema: { type: string, enum: [female, male, other, unknown] } }
 *       - { name: birthFrom, in: query, schema: { type: string, format: date, minLength: 1 },
 *           description: 'Born on that day or later' }
 *       - { name: birthTo, in: query, schema: { type: string, format: date, minLength: 1 },
 *           description: 'Born on that day or earlier' }
 *       - { name: city, in: query, schema: { type: string, minLength: 1, maxLength: 100 },
 *           description: 'Without case and accents' }
 *       - { name: state, in: query, schema: { type: string, minLength: 1, maxLength: 100 },
 *           description: 'Without case and accents' }
 *       - { name: active, in: query, schema: { type: string, enum: ['true', 'false'] } }
 *       - { name: include, in: query, schema: { type: string, minLength: 1, maxLength: 100 },
 *           description: 'Shows each patient with these: studies, conditions, encounters, with commas between them; of
 *           each the newest 20 and how many there are' }
 *     responses:
 *       200:
 *         description: One page
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/PatientList' }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 */
function list({ config, database }: DirectoryDeps): Handler<PatientListQuery, undefined> {
  return async ({ ctx, query }) => {
    const sort = query.sort ?? defaultOrder(query);
    const ordering = orderingOf(sort);
    const found = await findPatients(database, query, ordering, placeIn(sort, query.cursor), query.limit + 1);
    const { items, nextCursor } = page(found, query.limit, (patient) => [sort, patient.orders[ordering.order]]);
    const [extras, counted] = await Promise.all([
      included(database, items, query.include ?? []),
      query.total ? total((atMost) => countPatients(database, query, atMost)) : {},
    ]);
    const now = today(config.clinicTimezone);
    ctx.body = {
      items: items.map((patient, i) => ({ ...patientView(patient, now), ...extras[i] })),
      nextCursor,
      ...counted,
    } satisfies PatientList;
  };
}

const orderingOf = (sort: string): PatientOrdering => ({
  order: sort.replace('-', '') as PatientOrder,
  descending: sort.startsWith('-'),
});

/**
 * @openapi
 * /patients:
 *   post:
 *     operationId: createPatient
 *     tags: [patients]
 *     x-access: user
 *     summary: Create a patient
 *     requestBody:
 *       required: true
 *       content:
 *         application/json:
 *           schema: { $ref: '#/components/schemas/NewPatient' }
 *           example: { firstName: Terrilyn, lastName: Ratke, birthDate: '1944-04-23', sex: female, address: { city: Wareham, state: Massachusetts } }
 *     responses:
 *       201:
 *         description: Created
 *         headers:
 *           Location: { $ref: '#/components/headers/Location' }
 *           ETag: { $ref: '#/components/headers/ETag' }
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/Patient' }
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
function create({ config, database }: DirectoryDeps): Handler<NoQuery, NewPatient> {
  return async ({ ctx, user, body }) => {
    const now = today(config.clinicTimezone);
    const patient: Patient = patientView(
      await createPatient(database, new Types.ObjectId(user.userId), body, now),
      now,
    );
    ctx.status = 201;
    ctx.set({ Location: `${ctx.path}/${patient.id}`, ETag: etag(patient.version) });
    ctx.body = patient;
  };
}

/**
 * @openapi
 * /patients/{id}:
 *   get:
 *     operationId: readPatient
 *     tags: [patients]
 *     x-access: user
 *     summary: Read a patient
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *     responses:
 *       200:
 *         description: The patient
 *         headers:
 *           ETag: { $ref: '#/components/headers/ETag' }
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/Patient' }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       404: { $ref: '#/components/responses/Problem404' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 */
function read({ config, database }: DirectoryDeps): Handler<NoQuery, undefined> {
  return async ({ ctx, param }) => {
    const patient = await readPatient(database, param('id'));
    ctx.set('ETag', etag(patient.version));
    ctx.body = patientView(patient, today(config.clinicTimezone));
  };
}

/**
 * @openapi
 * /patients/{id}/basic:
 *   get:
 *     operationId: readPatientBasic
 *     tags: [patients]
 *     x-access: user
 *     summary: Read the least that tells who a patient is
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *     responses:
 *       200:
 *         description: Name, dates and age
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/PatientBasic' }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       404: { $ref: '#/components/responses/Problem404' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 */
function readBasic({ config, database }: DirectoryDeps): Handler<NoQuery, undefined> {
  return async ({ ctx, param }) => {
    ctx.body = basicView(await readPatient(database, param('id')), today(config.clinicTimezone));
  };
}

/**
 * @openapi
 * /patients/{id}:
 *   patch:
 *     operationId: changePatient
 *     tags: [patients]
 *     x-access: user
 *     summary: Change a patient
 *     description: >
 *       null takes an optional field away; address and identifiers are replaced as a whole. `isActive: false` retires the patient.
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *       - { $ref: '#/components/parameters/IfMatch' }
 *     requestBody:
 *       required: true
 *       content:
 *         application/json:
 *           schema: { $ref: '#/components/schemas/PatientPatch' }
 *           example: { phone: '555-0100' }
 *     responses:
 *       200:
 *         description: Changed
 *         headers:
 *           ETag: { $ref: '#/components/headers/ETag' }
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/Patient' }
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
function change({ config, database }: DirectoryDeps): Handler<NoQuery, PatientPatch> {
  return async ({ ctx, user, param, body }) => {
    const now = today(config.clinicTimezone);
    const patient = await changePatient(
      database,
      new Types.ObjectId(user.userId),
      { id: param('id'), version: ifMatch(ctx) },
      body,
      now,
    );
    ctx.set('ETag', etag(patient.version));
    ctx.body = patientView(patient, now);
  };
}

/**
 * @openapi
 * /patients/{id}:
 *   delete:
 *     operationId: deletePatient
 *     tags: [patients]
 *     x-access: user
 *     summary: Delete a patient, with studies, encounters and conditions
 *     description: >
 *       A patient whom recordings refer to stays: 409, which says how many of them are yours and nothing of those of others.
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
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
function remove({ database, recordings }: DirectoryDeps): Handler<NoQuery, undefined> {
  return async ({ ctx, user, param }) => {
    await removePatient(database, recordings, new Types.ObjectId(user.userId), {
      id: param('id'),
      version: ifMatch(ctx),
    });
    ctx.status = 204;
  };
}
