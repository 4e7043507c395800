/** `/patients`: the people of the directory. */
import { Types } from 'mongoose';
import type { ClinicZone } from '../../calendar/clinic-zone.ts';
import { created, json, noContent, pageOrCsv, versioned } from '../../http/answers.ts';
import { etag } from '../../http/etag.ts';
import { wantsCsv } from '../../http/csv.ts';
import { columnsOf } from '../../http/csv-columns.ts';
import { answerList, LIST } from '../../http/list-csv.ts';
import { type AnyOperation, operation } from '../../http/operation.ts';
import { page } from '../../http/paging.ts';
import type { AlsoWrong } from '../../http/validate.ts';
import { today } from '../dates.ts';
import type { DirectoryDeps } from '../deps.ts';
import { placeIn } from '../order.ts';
import { lifeFaultsOf } from './fields.ts';
import { countPatients, defaultOrder, findPatients, type PatientOrdering } from './find.ts';
import { included } from './include.ts';
import {
  type ListedPatient,
  NewPatient,
  Patient,
  PatientBasic,
  PatientList,
  patientListQuery,
  type PatientOrder,
  PatientPatch,
} from './schema.ts';
import { changePatient, createPatient, readPatient, removePatient } from './store.ts';
import { basicView, patientView } from './view.ts';

export const patientOperations = (deps: DirectoryDeps): AnyOperation[] => [
  list(deps),
  create(deps),
  read(deps),
  readBasic(deps),
  change(deps),
  remove(deps),
];

const COMMON = { tag: 'patients', access: 'user' } as const;
const CSV = { name: 'patients', columns: columnsOf(Patient) };

/**
 * @openapi
 * /patients:
 *   get:
 *     summary: List patients
 *     description: The CSV has the fields of the patients, without what `include` adds.
 */
const list = ({ config, zone, database }: DirectoryDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'listPatients',
    method: 'get',
    path: '/patients',
    query: patientListQuery(config.limits),
    answers: pageOrCsv(PatientList),
    ...LIST,
    handler: async (call) => {
      const { ctx, query } = call;
      const sort = query.sort ?? defaultOrder(query);
      const ordering = orderingOf(sort);
      const include = wantsCsv(ctx) ? [] : (query.include ?? []);
      const now = today(zone);
      await answerList<ListedPatient>(call, CSV, {
        page: async (cursor, limit) => {
          const found = await findPatients(database, query, ordering, placeIn(sort, cursor), limit + 1);
          const { items, nextCursor } = page(found, limit, (patient) => [sort, patient.orders[ordering.order]]);
          const extras = await included(database, items, include);
          return { items: items.map((patient, i) => ({ ...patientView(patient, now), ...extras[i] })), nextCursor };
        },
        count: (atMost) => countPatients(database, query, atMost),
      });
    },
  });

const orderingOf = (sort: string): PatientOrdering => ({
  order: sort.replace('-', '') as PatientOrder,
  descending: sort.startsWith('-'),
});

/** Contradictory days of birth and death are reported together with the other errors of a body. */
const lifeFaults =
  (zone: ClinicZone): AlsoWrong =>
  (sent) =>
    lifeFaultsOf(sent, today(zone));

/**
 * @openapi
 * /patients:
 *   post:
 *     summary: Create a patient
 *     requestBody:
 *       content:
 *         application/json:
 *           example:
 *             firstName: Terrilyn
 *             lastName: Ratke
 *             birthDate: '1944-04-23'
 *             sex: female
 *             address: { city: Wareham, state: Massachusetts }
 */
const create = ({ zone, database }: DirectoryDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'createPatient',
    method: 'post',
    path: '/patients',
    body: NewPatient,
    alsoWrong: lifeFaults(zone),
    creates: true,
    answers: created(Patient),
    errors: ['identifier-taken'],
    handler: async ({ ctx, user, body, keep }) => {
      const now = today(zone);
      await createPatient(database, new Types.ObjectId(user.userId), body, now, async (stored, session) => {
        const patient: Patient = patientView(stored, now);
        ctx.status = 201;
        ctx.set({ Location: `${ctx.path}/${patient.id}`, ETag: etag(patient.version) });
        ctx.body = patient;
        await keep?.(session);
      });
    },
  });

/**
 * @openapi
 * /patients/{id}:
 *   get:
 *     summary: Read a patient
 */
const read = ({ zone, database }: DirectoryDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'readPatient',
    method: 'get',
    path: '/patients/:id',
    answers: versioned(Patient, 'The patient'),
    handler: async ({ ctx, param }) => {
      const patient = await readPatient(database, param('id'));
      ctx.set('ETag', etag(patient.version));
      ctx.body = patientView(patient, today(zone));
    },
  });

/**
 * @openapi
 * /patients/{id}/basic:
 *   get:
 *     summary: Read the basic data of a patient
 */
const readBasic = ({ zone, database }: DirectoryDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'readPatientBasic',
    method: 'get',
    path: '/patients/:id/basic',
    answers: { 200: json(PatientBasic, 'Name, dates and age') },
    handler: async ({ ctx, param }) => {
      ctx.body = basicView(await readPatient(database, param('id')), today(zone));
    },
  });

/**
 * @openapi
 * /patients/{id}:
 *   patch:
 *     summary: Change a patient
 *     description: >
 *       `null` removes an optional field; address and identifiers are replaced as a whole. `isActive: false` retires
 *       the patient.
 *     requestBody: { content: { application/json: { example: { phone: 555-0100 } } } }
 */
const change = ({ zone, database }: DirectoryDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'changePatient',
    method: 'patch',
    path: '/patients/:id',
    body: PatientPatch,
    alsoWrong: lifeFaults(zone),
    ifMatch: true,
    answers: versioned(Patient, 'Changed'),
    errors: ['identifier-taken'],
    handler: async ({ ctx, user, param, body, version }) => {
      const now = today(zone);
      const by = new Types.ObjectId(user.userId);
      const patient = await changePatient(database, by, { id: param('id'), version }, body, now);
      ctx.set('ETag', etag(patient.version));
      ctx.body = patientView(patient, now);
    },
  });

/**
 * @openapi
 * /patients/{id}:
 *   delete:
 *     summary: Delete a patient, with studies, encounters and conditions
 *     description: >
 *       A patient with recordings cannot be deleted. The 409 says how many of the recordings are yours, and nothing
 *       about those of others.
 */
const remove = ({ database, recordings }: DirectoryDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'deletePatient',
    method: 'delete',
    path: '/patients/:id',
    ifMatch: true,
    answers: noContent('Deleted'),
    errors: ['patient-in-use'],
    handler: async ({ ctx, user, param, version }) => {
      await removePatient(database, recordings, new Types.ObjectId(user.userId), { id: param('id'), version });
      ctx.status = 204;
    },
  });
