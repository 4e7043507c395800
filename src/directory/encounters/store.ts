/** What sets encounters apart: their order, and that conditions keep them. */
import { Problem } from '../../errors.ts';
import type { ChildKind } from '../children.ts';
import { conditionModel } from '../conditions/model.ts';
import { assertNone, instant, orderFaults } from '../dates.ts';
import { orderText } from '../order.ts';
import { type EncounterFields, encounterModel, type StoredEncounter } from './model.ts';
import type { EncounterPatch, NewEncounter } from './schema.ts';

/** An encounter of which nothing is known but its beginning. */
export const NOTHING_KNOWN: Omit<EncounterFields, 'start'> = {
  stop: null, class: null, code: null, description: null, reasonCode: null, reasonDescription: null, organization: null, provider: null, payer: null,
  baseCost: null, totalClaimCost: null, payerCoverage: null, externalId: null,
};

/** The named fields as they are stored. */
export function encounterChanges({ start, stop, ...said }: EncounterPatch, clinicTimezone: string): Partial<EncounterFields> {
  const named = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  return {
    ...named,
    ...(start !== undefined && { start: instant(start, clinicTimezone) }),
    ...(stop !== undefined && { stop: stop === null ? null : instant(stop, clinicTimezone) }),
  };
}

export const newEncounter = (said: NewEncounter, clinicTimezone: string): EncounterFields =>
  ({ ...NOTHING_KNOWN, start: instant(said.start, clinicTimezone), ...encounterChanges(said, clinicTimezone) });

export const encounterOrder = ({ _id, start }: Pick<StoredEncounter, '_id' | 'start'>): string => orderText([start?.toISOString() ?? ''], _id);

export const encounters: ChildKind<StoredEncounter, EncounterFields> = {
  resource: 'encounter',
  counter: 'encounters',
  model: encounterModel,
  derive: (encounter) => ({ order: encounterOrder(encounter) }),
  check: (_database, { start, stop }) => Promise.resolve(assertNone(orderFaults(start, stop))),
  mayRemove: async (database, { _id }, session) => {
    if (await conditionModel(database).exists({ encounter: _id }).session(session)) throw new Problem('encounter-in-use', 'Conditions were found in it. Remove them, or take them off the encounter, first.');
  },
  taken: () => new Problem('identifier-taken', 'Another encounter has this externalId.', { errors: [{ path: '/externalId', message: 'belongs to another encounter' }] }),
};
