/** Stored conditions → API documents. */
import { attributionView } from '../documents.ts';
import type { StoredCondition } from './model.ts';
import type { Condition } from './schema.ts';

export const conditionView = (condition: StoredCondition): Condition => ({
  id: condition._id.toHexString(),
  patient: condition.patient.toHexString(),
  encounter: condition.encounter?.toHexString() ?? null,
  code: condition.code,
  description: condition.description,
  start: condition.start,
  stop: condition.stop,
  ...attributionView(condition),
});
