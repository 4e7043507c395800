/** Last stage of an upload: makes sure that a recording which already existed has its samples and marks. */
import { notReady } from '../../errors.ts';
import type { StoredEcg } from '../store/model.ts';
import { placeOf } from '../store/place.ts';
import { assumptions } from '../store/scale.ts';
import { adopt } from './adopt.ts';
import { differences, tells, type ToldField } from './alike.ts';
import { heal } from './heal.ts';
import type { Published, PublishDeps } from './publish.ts';
import type { Stored } from './store.ts';

/** The result for one recording. */
export interface Ingested {
  ecg: StoredEcg;
  /** False if the owner already had the same content. */
  created: boolean;
  /** What was in the upload and is not kept, in words. */
  warnings: string[];
}

const LACKING =
  'annotations: the recording exists but has lost marks, and this file has other ones; upload the original file to ' +
  'restore them';

/** How to get what the existing recording did not take over. */
const REMEDY: Readonly<Record<ToldField, string>> = {
  patient: 'change it with PATCH',
  study: 'change it with PATCH',
  notes: 'change it with PATCH',
  subject: 'use another id to keep both',
  annotations: 'use another id to keep both',
};

/** Errors: `not-ready` if a recording was deleted in the meantime; sending it again stores it anew. */
export async function prove(
  stored: readonly Stored[],
  published: readonly Published[],
  deps: PublishDeps,
): Promise<Ingested[]> {
  const proven: Ingested[] = [];
  for (const [i, one] of stored.entries()) proven.push(await provenOne(one, published[i] as Published, deps));
  const [first] = proven;
  // The files of several recordings may belong to a new one.
  if (proven.length === 1 && first && !first.created)
    first.ecg = await adopt(deps.database, first.ecg, (stored[0] as Stored).ecg);
  return proven;
}

/** The result for a recording that is new: there is nothing to prove. */
export const ingestedAnew = (warnings: readonly string[], ecg: StoredEcg): Ingested => ({
  ecg,
  created: true,
  warnings: [...warnings, ...assumptions(ecg.channels)],
});

async function provenOne(
  { ecg: copy, warnings }: Stored,
  { ecg, created }: Published,
  { database, uploads }: PublishDeps,
): Promise<Ingested> {
  if (created) return ingestedAnew(warnings, ecg);
  const assumed = assumptions(ecg.channels);
  const healed = await heal(database, ecg, copy, uploads.instance).catch((error: unknown) => {
    // It may have been deleted while parts of it were restored: the sweeper has to check.
    uploads.leave(placeOf(ecg));
    throw error;
  });
  if (healed === 'gone')
    throw notReady(undefined, 'You deleted this recording while it was uploaded again; send it again to keep it.');
  const ignored = differences(ecg, copy).filter(
    (field) => tells(copy, field) && !(field === 'annotations' && healed === 'lacking'),
  );
  return {
    ecg,
    created,
    warnings: [
      ...warnings,
      ...assumed,
      ...(healed === 'lacking' ? [LACKING] : []),
      ...ignored.map((field) => `${field}: the recording exists and keeps its value; ${REMEDY[field]}`),
    ],
  };
}
