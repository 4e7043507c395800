/** `/studies` and `/patients/{id}/studies`: the same studies, all of them or those of one patient. */
import type { Types } from 'mongoose';
import type { ClinicZone } from '../../calendar/clinic-zone.ts';
import { Problem } from '../../errors.ts';
import type { AnyOperation, Identity } from '../../http/operation.ts';
import { queryProblem } from '../../http/validate.ts';
import { childOperations } from '../child-operations.ts';
import { instants } from '../dates.ts';
import type { DirectoryDeps } from '../deps.ts';
import type { Range } from '../order.ts';
import type { StoredStudy } from './model.ts';
import {
  NewPatientStudy,
  NewStudy,
  patientStudiesQuery,
  StudyList,
  type StudyListQuery,
  studyListQuery,
  StudyPatch,
  StudyWithRecordings,
} from './schema.ts';
import { findableBy, newStudy, studies, studyChanges } from './store.ts';
import { studyWithRecordings } from './view.ts';

/**
 * @openapi
 * /studies:
 *   get:
 *     summary: List studies, the latest first
 *     description: >
 *       For each study, clinicians see how many of their own recordings are attached to it, and the latest of them.
 *   post:
 *     summary: Create a study
 *     requestBody:
 *       content:
 *         application/json: { example: { patient: 665f1c2ab7e4d1a2c3b4d5e6, urgencyLevel: HIGH, type: ECG } }
 * /studies/{id}:
 *   get:
 *     summary: Read a study
 *     description: Clinicians see how many of their own recordings are attached to it, and the latest of them.
 *   patch:
 *     summary: Change a study
 *     requestBody: { content: { application/json: { example: { urgencyLevel: LOW } } } }
 *   delete:
 *     summary: Delete a study
 *     description: >
 *       A study with recordings cannot be deleted. The 409 says how many of the recordings are yours, and nothing about
 *       those of others.
 */
const ofAll = (deps: DirectoryDeps): AnyOperation[] =>
  childOperations(deps.database, {
    ...common(deps),
    ids: { one: 'Study', many: 'Studies' },
    path: '/studies',
    idParameter: 'id',
    schemas: { ...SCHEMAS, New: NewStudy, query: studyListQuery(deps.config.limits) },
    fields: ({ patient: _patient, ...body }) => newStudy(body, deps.zone),
    patientInBody: { id: ({ patient }) => patient, missing: unknownPatient },
    errors: { write: ['reference-unknown'], remove: ['study-in-use'] },
  });

/**
 * @openapi
 * /patients/{id}/studies:
 *   get:
 *     summary: List the studies of a patient, the latest first
 *     description: >
 *       For each study, clinicians see how many of their own recordings are attached to it, and the latest of them.
 *   post:
 *     summary: Create a study of a patient
 *     requestBody:
 *       content:
 *         application/json:
 *           example: { urgencyLevel: HIGH, type: ECG, bodyPart: CHEST, performedAt: '2026-01-15T09:30:00Z' }
 * /patients/{id}/studies/{studyId}:
 *   get:
 *     summary: Read a study of a patient
 *     description: Clinicians see how many of their own recordings are attached to it, and the latest of them.
 *   patch:
 *     summary: Change a study of a patient
 *     requestBody: { content: { application/json: { example: { urgencyLevel: LOW } } } }
 *   delete:
 *     summary: Delete a study of a patient
 *     description: >
 *       A study with recordings cannot be deleted. The 409 says how many of the recordings are yours, and nothing about
 *       those of others.
 */
const ofPatient = (deps: DirectoryDeps): AnyOperation[] =>
  childOperations(deps.database, {
    ...common(deps),
    ids: { one: 'PatientStudy', many: 'PatientStudies' },
    path: '/patients/:id/studies',
    idParameter: 'studyId',
    schemas: { ...SCHEMAS, New: NewPatientStudy, query: patientStudiesQuery(deps.config.limits) },
    fields: (body) => newStudy(body, deps.zone),
    errors: { remove: ['study-in-use'] },
  });

export const studyOperations = (deps: DirectoryDeps): AnyOperation[] => [...ofAll(deps), ...ofPatient(deps)];

const SCHEMAS = { Patch: StudyPatch, View: StudyWithRecordings, List: StudyList };

const common = ({ zone, recordings }: DirectoryDeps) => ({
  tag: 'studies',
  noun: 'study',
  kind: (user: Identity) => studies(recordings, user.userId),
  changes: (body: StudyPatch) => studyChanges(body, zone),
  /** Clinicians see their own recordings with each study; admins see no recordings. */
  views: async (found: readonly StoredStudy[], user: Identity): Promise<StudyWithRecordings[]> => {
    const ids = found.map(({ _id }) => _id.toHexString());
    const attached = user.role === 'clinician' ? await recordings.attached(user.userId, ids) : null;
    return found.map((study) => studyWithRecordings(study, attached));
  },
  list: {
    filter: (query: StudyListQuery, patient: Types.ObjectId | null) =>
      findableBy(patient === null ? query : { ...query, patient: patient.toHexString() }),
    bounds: (query: StudyListQuery) => periodOf(query, zone),
    index: 'order',
  },
});

/** The range of dates in the list's order. Errors: `invalid-query`. */
function periodOf({ performedAtFrom, performedAtTo }: StudyListQuery, zone: ClinicZone): Pick<Range, 'from' | 'to'> {
  const { read: bounds, faults: errors } = instants({ performedAtFrom, performedAtTo }, zone);
  const [from, to] = [bounds.performedAtFrom?.toISOString(), bounds.performedAtTo?.toISOString()];
  if (from !== undefined && to !== undefined && from > to) {
    errors.push({ path: '/performedAtTo', message: 'must not be before performedAtFrom' });
  }
  if (errors.length > 0) throw queryProblem(errors);
  return { from, to };
}

const unknownPatient = (): Problem =>
  new Problem('reference-unknown', 'Create the patient first.', {
    errors: [{ path: '/patient', message: 'is not a patient of the directory' }],
  });
