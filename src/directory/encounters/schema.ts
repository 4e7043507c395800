/**
 * Input and output of `/patients/{id}/encounters`. These schemas validate requests and are components of the API
 * document.
 */
import { z } from 'zod';
import type { Limits } from '../../startup/config.ts';
import { listOf, pageQuery } from '../../http/paging.ts';
import { text } from '../../text/plain-text.ts';
import { amount, attribution, longText, maybe, moment } from '../fields.ts';

const fields = {
  start: moment(),
  stop: maybe(moment()).meta({ description: 'Not before `start`' }),
  class: maybe(text()).meta({
    description: 'For example ambulatory, wellness, outpatient, urgentcare, emergency, inpatient',
    example: 'ambulatory',
  }),
  code: maybe(text()).meta({ description: 'Code of the procedure (SNOMED CT)', example: '185349003' }),
  description: maybe(longText()),
  reasonCode: maybe(text()),
  reasonDescription: maybe(longText()),
  organization: maybe(text()),
  provider: maybe(text()),
  payer: maybe(text()),
  baseCost: maybe(amount()),
  totalClaimCost: maybe(amount()),
  payerCoverage: maybe(amount()),
  externalId: maybe(text()).meta({ description: 'The id in the source system; unique' }),
};

export const NewEncounter = z.strictObject(fields).meta({ id: 'NewEncounter' });
export type NewEncounter = z.infer<typeof NewEncounter>;

export const EncounterPatch = z
  .strictObject(fields)
  .partial()
  .refine((patch) => Object.keys(patch).length > 0, 'must have at least one field to change')
  .meta({ id: 'EncounterPatch', minProperties: 1, description: 'null removes an optional field' });
export type EncounterPatch = z.infer<typeof EncounterPatch>;

const string = z.string().nullable();
const number = z.number().nullable();
const time = z.string().nullable().meta({ format: 'date-time' });

export const Encounter = z
  .strictObject({
    id: z.string(),
    patient: z.string(),
    start: time,
    stop: time,
    class: string,
    code: string,
    description: string,
    reasonCode: string,
    reasonDescription: string,
    organization: string,
    provider: string,
    payer: string,
    baseCost: number,
    totalClaimCost: number,
    payerCoverage: number,
    externalId: string,
    ...attribution,
  })
  .meta({ id: 'Encounter' });
export type Encounter = z.infer<typeof Encounter>;

export const EncounterList = listOf(Encounter).meta({ id: 'EncounterList' });
export type EncounterList = z.infer<typeof EncounterList>;

/** The query of `GET /patients/{id}/encounters`. */
export const encounterListQuery = (limits: Pick<Limits, 'maxPageSize'>) =>
  z.strictObject({ ...pageQuery(limits), sort: z.enum(['start', '-start']).default('-start') });
