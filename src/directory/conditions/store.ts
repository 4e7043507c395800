/** What is specific to conditions: they refer to an encounter, and patients can be searched by them. */
import { type ClientSession, type Connection, Types } from 'mongoose';
import { Problem } from '../../errors.ts';
import type { ChildKind } from '../children.ts';
import { assertNone, orderFaults } from '../dates.ts';
import { encounterModel } from '../encounters/model.ts';
import { orderText } from '../order.ts';
import { conditionTerms, type StoredPatient } from '../patients/model.ts';
import { type ConditionFields, conditionModel, type StoredCondition } from './model.ts';
import type { ConditionPatch, NewCondition } from './schema.ts';

/** The fields of a patch as they are stored. */
export function conditionChanges({ encounter, ...said }: ConditionPatch): Partial<ConditionFields> {
  const named = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  return {
    ...named,
    ...(encounter !== undefined && { encounter: encounter === null ? null : new Types.ObjectId(encounter) }),
  };
}

export const newCondition = (said: NewCondition): ConditionFields => ({
  stop: null,
  encounter: null,
  code: said.code,
  description: said.description,
  start: said.start,
  ...conditionChanges(said),
});

export const conditionOrder = ({ _id, start }: Pick<StoredCondition, '_id' | 'start'>): string =>
  orderText([start], _id);

export const conditions: ChildKind<StoredCondition, ConditionFields> = {
  resource: 'condition',
  counter: 'conditions',
  model: conditionModel,
  derive: (condition) => ({ order: conditionOrder(condition) }),
  check: async (database, { patient, encounter, start, stop }, session) => {
    assertNone(orderFaults(start, stop));
    if (encounter === null || (await encounterModel(database).exists({ _id: encounter, patient }).session(session)))
      return;
    throw new Problem('reference-unknown', 'Name an encounter of this patient.', {
      errors: [{ path: '/encounter', message: 'is not an encounter of this patient' }],
    });
  },
  patientChanges: async (database, patient, session) => ({
    conditionTerms: await termsOfPatient(database, patient, session),
  }),
};

/** The search terms of each different condition of a patient. */
export async function termsOfPatient(
  database: Connection,
  patient: Types.ObjectId,
  session: ClientSession,
): Promise<StoredPatient['conditionTerms']> {
  const found = await conditionModel(database).find({ patient }, 'code description').session(session).lean();
  const different = new Map(
    found.map(({ code, description }) => [`${code}\t${description}`, conditionTerms(code, description)]),
  );
  return [...different.values()];
}
