/** What is specific to encounters: their order, and that an encounter with conditions is kept. */
import type { ClinicZone } from '../../calendar/clinic-zone.ts';
import { Problem } from '../../errors.ts';
import type { ChildKind } from '../children.ts';
import { conditionModel } from '../conditions/model.ts';
import { assertNone, instants, orderFaults } from '../dates.ts';
import { orderText } from '../order.ts';
import { type EncounterFields, encounterModel, type StoredEncounter } from './model.ts';
import type { EncounterPatch, NewEncounter } from './schema.ts';

/** An encounter of which only the beginning is known. */
export const NOTHING_KNOWN: Omit<EncounterFields, 'start'> = {
  stop: null,
  class: null,
  code: null,
  description: null,
  reasonCode: null,
  reasonDescription: null,
  organization: null,
  provider: null,
  payer: null,
  baseCost: null,
  totalClaimCost: null,
  payerCoverage: null,
  externalId: null,
};

/** The fields of a patch as they are stored. Errors: `validation-failed`. */
export function encounterChanges({ start, stop, ...said }: EncounterPatch, zone: ClinicZone): Partial<EncounterFields> {
  const named = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  const { read, faults } = instants({ start, stop }, zone);
  assertNone(faults);
  return { ...named, ...read };
}

export const newEncounter = (said: NewEncounter, zone: ClinicZone): EncounterFields => ({
  ...NOTHING_KNOWN,
  start: null,
  ...encounterChanges(said, zone),
});

export const encounterOrder = ({ _id, start }: Pick<StoredEncounter, '_id' | 'start'>): string =>
  orderText([start?.toISOString() ?? ''], _id);

export const encounters: ChildKind<StoredEncounter, EncounterFields> = {
  resource: 'encounter',
  counter: 'encounters',
  model: encounterModel,
  derive: (encounter) => ({ order: encounterOrder(encounter) }),
  check: (_database, { start, stop }) => Promise.resolve(assertNone(orderFaults(start, stop))),
  mayRemove: async (database, { _id }, session) => {
    if (await conditionModel(database).exists({ encounter: _id }).session(session))
      throw new Problem(
        'encounter-in-use',
        'Conditions refer to it. First remove them or detach them from the encounter.',
      );
  },
  taken: () =>
    new Problem('identifier-taken', 'Another encounter has this externalId.', {
      errors: [{ path: '/externalId', message: 'belongs to another encounter' }],
    }),
};
