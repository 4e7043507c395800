/** `/studies` and `/patients/{id}/studies`: the same studies, all of them or those of one patient. */
import type { Context } from 'koa';
import { Types } from 'mongoose';
import type { ClinicZone } from '../../calendar/clinic-zone.ts';
import { Problem } from '../../errors.ts';
import { etag, ifMatch } from '../../http/etag.ts';
import type { Handler, Identity, Operations } from '../../http/operations.ts';
import { page, total } from '../../http/paging.ts';
import { queryProblem } from '../../http/validate.ts';
import {
  changeChild,
  countChildren,
  createChild,
  existingPatient,
  listChildren,
  readChild,
  removeChild,
} from '../children.ts';
import { instants } from '../dates.ts';
import { placeIn, type Range } from '../order.ts';
import type { DirectoryDeps } from '../patients/routes.ts';
import type { StoredStudy } from './model.ts';
import {
  NewPatientStudy,
  NewStudy,
  patientStudiesQuery,
  type StudyList,
  type StudyListQuery,
  StudyPatch,
  studyListQuery,
  type StudyWithRecordings,
} from './schema.ts';
import { findableBy, newStudy, studies, studyChanges } from './store.ts';
import { studyWithRecordings } from './view.ts';

type NoQuery = Record<string, never>;

export function studyRoutes(api: Operations, deps: DirectoryDeps): void {
  api.add('get', '/studies', { access: 'user', query: studyListQuery(deps.config.limits) }, listAll(deps));
  api.add('post', '/studies', { access: 'user', body: NewStudy }, create(deps));
  api.add('get', '/studies/:id', { access: 'user' }, read(deps));
  api.add('patch', '/studies/:id', { access: 'user', body: StudyPatch }, change(deps));
  api.add('delete', '/studies/:id', { access: 'user' }, remove(deps));
  api.add(
    'get',
    '/patients/:id/studies',
    { access: 'user', query: patientStudiesQuery(deps.config.limits) },
    listOfPatient(deps),
  );
  api.add('post', '/patients/:id/studies', { access: 'user', body: NewPatientStudy }, createOfPatient(deps));
  api.add('get', '/patients/:id/studies/:studyId', { access: 'user' }, readOfPatient(deps));
  api.add('patch', '/patients/:id/studies/:studyId', { access: 'user', body: StudyPatch }, changeOfPatient(deps));
  api.add('delete', '/patients/:id/studies/:studyId', { access: 'user' }, removeOfPatient(deps));
}

/** Which study of which patient a call means; null: whosesoever it is. */
type Place = (param: (name: string) => string) => { patient: string | null; study: string };
const BY_ID: Place = (param) => ({ patient: null, study: param('id') });
const OF_PATIENT: Place = (param) => ({ patient: param('id'), study: param('studyId') });

/** The studies as the caller may see them: clinicians with their own recordings, admins without anything of recordings. */
async function views(
  { recordings }: DirectoryDeps,
  user: Identity,
  found: readonly StoredStudy[],
): Promise<StudyWithRecordings[]> {
  const attached =
    user.role === 'clinician'
      ? await recordings.attached(
          user.userId,
          found.map(({ _id }) => _id.toHexString()),
        )
      : null;
  return found.map((study) => studyWithRecordings(study, attached));
}

async function answer(deps: DirectoryDeps, ctx: Context, user: Identity, study: StoredStudy): Promise<void> {
  ctx.set('ETag', etag(study.version));
  [ctx.body] = await views(deps, user, [study]);
}

async function answerList(deps: DirectoryDeps, ctx: Context, user: Identity, query: StudyListQuery): Promise<void> {
  const range: Range = {
    after: placeIn(query.sort, query.cursor),
    descending: query.sort === '-performedAt',
    ...periodOf(query, deps.zone),
  };
  const kind = studies(deps.recordings, user.userId);
  const filter = findableBy(query);
  const found = await listChildren(kind, deps.database, filter, range, 'order', query.limit + 1);
  const { items, nextCursor } = page(found, query.limit, (study) => [query.sort, study.order]);
  const counted = query.total
    ? await total((atMost) => countChildren(kind, deps.database, filter, range, 'order', atMost))
    : {};
  ctx.body = { items: await views(deps, user, items), nextCursor, ...counted } satisfies StudyList;
}

/** Bounds of the order. Errors: `invalid-query`. */
function periodOf({ performedFrom, performedTo }: StudyListQuery, zone: ClinicZone): Pick<Range, 'from' | 'to'> {
  const { read: bounds, faults: errors } = instants({ performedFrom, performedTo }, zone);
  const [from, to] = [bounds.performedFrom?.toISOString(), bounds.performedTo?.toISOString()];
  if (from !== undefined && to !== undefined && from > to) {
    errors.push({ path: '/performedTo', message: 'must not lie before performedFrom' });
  }
  if (errors.length > 0) throw queryProblem(errors);
  return { from, to };
}

function readAt(deps: DirectoryDeps, place: Place): Handler<NoQuery, undefined> {
  return async ({ ctx, user, param }) => {
    const { patient, study } = place(param);
    await answer(
      deps,
      ctx,
      user,
      await readChild(studies(deps.recordings, user.userId), deps.database, patient, study),
    );
  };
}

function changeAt(deps: DirectoryDeps, place: Place): Handler<NoQuery, StudyPatch> {
  return async ({ ctx, user, param, body }) => {
    const { patient, study } = place(param);
    const target = { id: study, version: ifMatch(ctx) };
    const changes = studyChanges(body, deps.zone);
    await answer(
      deps,
      ctx,
      user,
      await changeChild(
        studies(deps.recordings, user.userId),
        deps.database,
        new Types.ObjectId(user.userId),
        patient,
        target,
        changes,
      ),
    );
  };
}

function removeAt(deps: DirectoryDeps, place: Place): Handler<NoQuery, undefined> {
  return async ({ ctx, user, param }) => {
    const { patient, study } = place(param);
    await removeChild(studies(deps.recordings, user.userId), deps.database, new Types.ObjectId(user.userId), patient, {
      id: study,
      version: ifMatch(ctx),
    });
    ctx.status = 204;
  };
}

/**
 * @openapi
 * /studies:
 *   get:
 *     operationId: listStudies
 *     tags: [studies]
 *     x-access: user
 *     summary: List studies, the latest first
 *     description: >
 *       Clinicians see with each study how many of their own recordings are attached to it, and the latest of them.
 *     parameters:
 *       - { $ref: '#/components/parameters/Limit' }
 *       - { $ref: '#/components/parameters/Cursor' }
 *       - { $ref: '#/components/parameters/Total' }
 *       - { name: patient, in: query, schema: { type: string, minLength: 24, maxLength: 24 },
 *           description: 'Id of the patient' }
 *       - { name: sort, in: query, schema: { type: string, enum: [performedAt, -performedAt], default: -performedAt } }
 *       - { name: urgencyLevel, in: query, schema: { type: string, enum: [HIGH, MID, LOW] } }
 *       - { name: type, in: query, schema: { type: string, minLength: 1, maxLength: 100 },
 *           description: 'Without case and accents' }
 *       - { name: bodyPart, in: query, schema: { type: string, minLength: 1, maxLength: 100 },
 *           description: 'Without case and accents' }
 *       - { name: performedFrom, in: query, schema: { type: string, minLength: 1 },
 *           description: 'ISO 8601 date or date-time; performed then or later' }
 *       - { name: performedTo, in: query, schema: { type: string, minLength: 1 },
 *           description: 'ISO 8601 date or date-time; performed before' }
 *     responses:
 *       200:
 *         description: One page
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/StudyList' }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 */
function listAll(deps: DirectoryDeps): Handler<StudyListQuery, undefined> {
  return ({ ctx, user, query }) => answerList(deps, ctx, user, query);
}

/**
 * @openapi
 * /studies:
 *   post:
 *     operationId: createStudy
 *     tags: [studies]
 *     x-access: user
 *     summary: Create a study
 *     requestBody:
 *       required: true
 *       content:
 *         application/json:
 *           schema: { $ref: '#/components/schemas/NewStudy' }
 *           example: { patient: 665f1c2ab7e4d1a2c3b4d5e6, urgencyLevel: HIGH, type: ECG }
 *     responses:
 *       201:
 *         description: Created
 *         headers:
 *           Location: { $ref: '#/components/headers/Location' }
 *           ETag: { $ref: '#/components/headers/ETag' }
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/StudyWithRecordings' }
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
function create(deps: DirectoryDeps): Handler<NoQuery, NewStudy> {
  return async ({ ctx, user, body: { patient, ...said } }) => {
    await existingPatient(deps.database, patient).catch((error: unknown) => {
      throw error instanceof Problem
        ? new Problem('reference-unknown', 'Create the patient first.', {
            errors: [{ path: '/patient', message: 'is no patient of the directory' }],
          })
        : error;
    });
    await add(deps, ctx, user, new Types.ObjectId(patient), said);
  };
}

async function add(
  deps: DirectoryDeps,
  ctx: Context,
  user: Identity,
  patient: Types.ObjectId,
  said: NewPatientStudy,
): Promise<void> {
  const study = await createChild(
    studies(deps.recordings, user.userId),
    deps.database,
    new Types.ObjectId(user.userId),
    patient,
    newStudy(said, deps.zone),
  );
  ctx.status = 201;
  ctx.set('Location', `${ctx.path}/${study._id.toHexString()}`);
  await answer(deps, ctx, user, study);
}

/**
 * @openapi
 * /studies/{id}:
 *   get:
 *     operationId: readStudy
 *     tags: [studies]
 *     x-access: user
 *     summary: Read a study
 *     description: >
 *       Clinicians see how many of their own recordings are attached to it, and the latest of them.
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *     responses:
 *       200:
 *         description: The study
 *         headers:
 *           ETag: { $ref: '#/components/headers/ETag' }
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/StudyWithRecordings' }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       404: { $ref: '#/components/responses/Problem404' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 */
function read(deps: DirectoryDeps): Handler<NoQuery, undefined> {
  return readAt(deps, BY_ID);
}

/**
 * @openapi
 * /studies/{id}:
 *   patch:
 *     operationId: changeStudy
 *     tags: [studies]
 *     x-access: user
 *     summary: Change a study
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *       - { $ref: '#/components/parameters/IfMatch' }
 *     requestBody:
 *       required: true
 *       content:
 *         application/json:
 *           schema: { $ref: '#/components/schemas/StudyPatch' }
 *           example: { urgencyLevel: LOW }
 *     responses:
 *       200:
 *         description: Changed
 *         headers:
 *           ETag: { $ref: '#/components/headers/ETag' }
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/StudyWithRecordings' }
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
function change(deps: DirectoryDeps): Handler<NoQuery, StudyPatch> {
  return changeAt(deps, BY_ID);
}

/**
 * @openapi
 * /studies/{id}:
 *   delete:
 *     operationId: deleteStudy
 *     tags: [studies]
 *     x-access: user
 *     summary: Delete a study
 *     description: >
 *       A study that recordings refer to stays: 409, which says how many of them are yours and nothing of those of others.
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
function remove(deps: DirectoryDeps): Handler<NoQuery, undefined> {
  return removeAt(deps, BY_ID);
}

/**
 * @openapi
 * /patients/{id}/studies:
 *   get:
 *     operationId: listPatientStudies
 *     tags: [studies]
 *     x-access: user
 *     summary: List the studies of a patient, the latest first
 *     description: >
 *       Clinicians see with each study how many of their own recordings are attached to it, and the latest of them.
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *       - { $ref: '#/components/parameters/Limit' }
 *       - { $ref: '#/components/parameters/Cursor' }
 *       - { $ref: '#/components/parameters/Total' }
 *       - { name: sort, in: query, schema: { type: string, enum: [performedAt, -performedAt], default: -performedAt } }
 *       - { name: urgencyLevel, in: query, schema: { type: string, enum: [HIGH, MID, LOW] } }
 *       - { name: type, in: query, schema: { type: string, minLength: 1, maxLength: 100 },
 *           description: 'Without case and accents' }
 *       - { name: bodyPart, in: query, schema: { type: string, minLength: 1, maxLength: 100 },
 *           description: 'Without case and accents' }
 *       - { name: performedFrom, in: query, schema: { type: string, minLength: 1 },
 *           description: 'ISO 8601 date or date-time; performed then or later' }
 *       - { name: performedTo, in: query, schema: { type: string, minLength: 1 },
 *           description: 'ISO 8601 date or date-time; performed before' }
 *     responses:
 *       200:
 *         description: One page
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/StudyList' }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       404: { $ref: '#/components/responses/Problem404' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 */
function listOfPatient(deps: DirectoryDeps): Handler<Omit<StudyListQuery, 'patient'>, undefined> {
  return async ({ ctx, user, query, param }) => {
    const patient = await existingPatient(deps.database, param('id'));
    await answerList(deps, ctx, user, { ...query, patient: patient.toHexString() });
  };
}

/**
 * @openapi
 * /patients/{id}/studies:
 *   post:
 *     operationId: createPatientStudy
 *     tags: [studies]
 *     x-access: user
 *     summary: Create a study of a patient
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *     requestBody:
 *       required: true
 *       content:
 *         application/json:
 *           schema: { $ref: '#/components/schemas/NewPatientStudy' }
 *           example: { urgencyLevel: HIGH, type: ECG, bodyPart: CHEST, performedAt: '2026-01-15T09:30:00Z' }
 *     responses:
 *       201:
 *         description: Created
 *         headers:
 *           Location: { $ref: '#/components/headers/Location' }
 *           ETag: { $ref: '#/components/headers/ETag' }
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/StudyWithRecordings' }
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
function createOfPatient(deps: DirectoryDeps): Handler<NoQuery, NewPatientStudy> {
  return async ({ ctx, user, body, param }) =>
    add(deps, ctx, user, await existingPatient(deps.database, param('id')), body);
}

/**
 * @openapi
 * /patients/{id}/studies/{studyId}:
 *   get:
 *     operationId: readPatientStudy
 *     tags: [studies]
 *     x-access: user
 *     summary: Read a study of a patient
 *     description: >
 *       Clinicians see how many of their own recordings are attached to it, and the latest of them.
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *       - { name: studyId, in: path, required: true, schema: { type: string }, example: 665f1c2ab7e4d1a2c3b4d5e6 }
 *     responses:
 *       200:
 *         description: The study
 *         headers:
 *           ETag: { $ref: '#/components/headers/ETag' }
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/StudyWithRecordings' }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       404: { $ref: '#/components/responses/Problem404' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 */
function readOfPatient(deps: DirectoryDeps): Handler<NoQuery, undefined> {
  return readAt(deps, OF_PATIENT);
}

/**
 * @openapi
 * /patients/{id}/studies/{studyId}:
 *   patch:
 *     operationId: changePatientStudy
 *     tags: [studies]
 *     x-access: user
 *     summary: Change a study of a patient
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *       - { name: studyId, in: path, required: true, schema: { type: string }, example: 665f1c2ab7e4d1a2c3b4d5e6 }
 *       - { $ref: '#/components/parameters/IfMatch' }
 *     requestBody:
 *       required: true
 *       content:
 *         application/json:
 *           schema: { $ref: '#/components/schemas/StudyPatch' }
 *           example: { urgencyLevel: LOW }
 *     responses:
 *       200:
 *         description: Changed
 *         headers:
 *           ETag: { $ref: '#/components/headers/ETag' }
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/StudyWithRecordings' }
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
function changeOfPatient(deps: DirectoryDeps): Handler<NoQuery, StudyPatch> {
  return changeAt(deps, OF_PATIENT);
}

/**
 * @openapi
 * /patients/{id}/studies/{studyId}:
 *   delete:
 *     operationId: deletePatientStudy
 *     tags: [studies]
 *     x-access: user
 *     summary: Delete a study of a patient
 *     description: >
 *       A study that recordings refer to stays: 409, which says how many of them are yours and nothing of those of others.
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *       - { name: studyId, in: path, required: true, schema: { type: string }, example: 665f1c2ab7e4d1a2c3b4d5e6 }
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
function removeOfPatient(deps: DirectoryDeps): Handler<NoQuery, undefined> {
  return removeAt(deps, OF_PATIENT);
}
