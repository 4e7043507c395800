/**
 * Input and output of `/patients/{id}/conditions`. These schemas validate requests and are components of the API
 * document.
 */
import { z } from 'zod';
import type { Limits } from '../../startup/config.ts';
import { listOf, pageQuery } from '../../http/paging.ts';
import { text } from '../../text/plain-text.ts';
import { attribution, day, longText, maybe, reference } from '../fields.ts';

const fields = {
  code: text().meta({ description: 'SNOMED CT', example: '40055000' }),
  description: longText().meta({ example: 'Chronic sinusitis (disorder)' }),
  start: day().meta({ description: 'When it was diagnosed' }),
  stop: maybe(day()).meta({ description: 'Not before `start`' }),
  encounter: maybe(reference()).meta({ description: 'The encounter of this patient in which it was diagnosed' }),
};

export const NewCondition = z.strictObject(fields).meta({ id: 'NewCondition' });
export type NewCondition = z.infer<typeof NewCondition>;

export const ConditionPatch = z
  .strictObject(fields)
  .partial()
  .refine((patch) => Object.keys(patch).length > 0, 'must have at least one field to change')
  .meta({ id: 'ConditionPatch', minProperties: 1, description: 'null removes an optional field' });
export type ConditionPatch = z.infer<typeof ConditionPatch>;

export const Condition = z
  .strictObject({
    id: z.string(),
    patient: z.string(),
    encounter: z.string().nullable(),
    code: z.string(),
    description: z.string(),
    start: z.string().meta({ format: 'date' }),
    stop: z.string().nullable().meta({ format: 'date' }),
    ...attribution,
  })
  .meta({ id: 'Condition' });
export type Condition = z.infer<typeof Condition>;

export const ConditionList = listOf(Condition).meta({ id: 'ConditionList' });
export type ConditionList = z.infer<typeof ConditionList>;

/** The query of `GET /patients/{id}/conditions`. */
export const conditionListQuery = (limits: Pick<Limits, 'maxPageSize'>) =>
  z.strictObject({ ...pageQuery(limits), sort: z.enum(['start', '-start']).default('-start') });
