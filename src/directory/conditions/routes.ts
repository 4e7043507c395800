/** `/patients/{id}/conditions`. */
import type { AnyOperation } from '../../http/operation.ts';
import { childOperations } from '../child-operations.ts';
import type { DirectoryDeps } from '../deps.ts';
import { Condition, ConditionList, conditionListQuery, ConditionPatch, NewCondition } from './schema.ts';
import { conditionChanges, conditions, newCondition } from './store.ts';
import { conditionView } from './view.ts';

/**
 * @openapi
 * /patients/{id}/conditions:
 *   get:
 *     summary: List the conditions of a patient, the latest first
 *   post:
 *     summary: Create a condition
 *     requestBody:
 *       content:
 *         application/json:
 *           example: { code: '40055000', description: Chronic sinusitis (disorder), start: '2019-04-16' }
 * /patients/{id}/conditions/{conditionId}:
 *   get:
 *     summary: Read a condition
 *   patch:
 *     summary: Change a condition
 *     requestBody: { content: { application/json: { example: { stop: '2020-01-31' } } } }
 *   delete:
 *     summary: Delete a condition
 */
export const conditionOperations = ({ config, database }: DirectoryDeps): AnyOperation[] =>
  childOperations(database, {
    tag: 'conditions',
    noun: 'condition',
    ids: { one: 'Condition', many: 'Conditions' },
    path: '/patients/:id/conditions',
    idParameter: 'conditionId',
    schemas: {
      New: NewCondition,
      Patch: ConditionPatch,
      View: Condition,
      List: ConditionList,
      query: conditionListQuery(config.limits),
    },
    kind: () => conditions,
    fields: newCondition,
    changes: conditionChanges,
    views: (found) => Promise.resolve(found.map(conditionView)),
    list: { index: 'patient' },
    errors: { write: ['reference-unknown'] },
  });
