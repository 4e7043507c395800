/** Stored encounters → API documents. */
import { attributionView } from '../documents.ts';
import type { StoredEncounter } from './model.ts';
import type { Encounter } from './schema.ts';

export const encounterView = (encounter: StoredEncounter): Encounter => ({
  id: encounter._id.toHexString(),
  patient: encounter.patient.toHexString(),
  start: encounter.start?.toISOString() ?? null,
  stop: encounter.stop?.toISOString() ?? null,
  class: encounter.class,
  code: encounter.code,
  description: encounter.description,
  reasonCode: encounter.reasonCode,
  reasonDescription: encounter.reasonDescription,
  organization: encounter.organization,
  provider: encounter.provider,
  payer: encounter.payer,
  baseCost: encounter.baseCost,
  totalClaimCost: encounter.totalClaimCost,
  payerCoverage: encounter.payerCoverage,
  externalId: encounter.externalId,
  ...attributionView(encounter),
});
