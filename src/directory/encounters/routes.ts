/** `/patients/{id}/encounters`. */
import type { AnyOperation } from '../../http/operation.ts';
import { childOperations } from '../child-operations.ts';
import type { DirectoryDeps } from '../deps.ts';
import { Encounter, EncounterList, encounterListQuery, EncounterPatch, NewEncounter } from './schema.ts';
import { encounterChanges, encounters, newEncounter } from './store.ts';
import { encounterView } from './view.ts';

/**
 * @openapi
 * /patients/{id}/encounters:
 *   get:
 *     summary: List the encounters of a patient, the latest first
 *   post:
 *     summary: Create an encounter of a patient
 *     requestBody:
 *       content:
 *         application/json:
 *           example:
 *             start: '2026-01-15T09:30:00Z'
 *             stop: '2026-01-15T10:00:00Z'
 *             class: ambulatory
 *             code: '185349003'
 *             description: Encounter for check up (procedure)
 * /patients/{id}/encounters/{encounterId}:
 *   get:
 *     summary: Read an encounter
 *   patch:
 *     summary: Change an encounter
 *     requestBody: { content: { application/json: { example: { class: outpatient } } } }
 *   delete:
 *     summary: Delete an encounter
 *     description: An encounter that conditions refer to cannot be deleted (409).
 */
export const encounterOperations = ({ config, zone, database }: DirectoryDeps): AnyOperation[] =>
  childOperations(database, {
    tag: 'encounters',
    noun: 'encounter',
    ids: { one: 'Encounter', many: 'Encounters' },
    path: '/patients/:id/encounters',
    idParameter: 'encounterId',
    schemas: {
      New: NewEncounter,
      Patch: EncounterPatch,
      View: Encounter,
      List: EncounterList,
      query: encounterListQuery(config.limits),
    },
    kind: () => encounters,
    fields: (body) => newEncounter(body, zone),
    changes: (body) => encounterChanges(body, zone),
    views: (found) => Promise.resolve(found.map(encounterView)),
    list: { index: 'patient' },
    errors: { write: ['identifier-taken'], remove: ['encounter-in-use'] },
  });
