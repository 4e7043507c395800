/** The last stage of an upload: a recording that existed is proven to have its samples and marks, or gets them back. */
import { notReady } from '../../errors.ts';
import type { StoredEcg } from '../store/model.ts';
import { placeOf } from '../store/place.ts';
import { assumptions } from '../store/scale.ts';
import { differences, tells, type ToldField } from './alike.ts';
import { heal } from './heal.ts';
import type { Published, PublishDeps } from './publish.ts';
import type { Stored } from './store.ts';

/** What is answered for one recording. */
export interface Ingested {
  ecg: StoredEcg;
  /** False where the owner had the same content already. */
  created: boolean;
  /** What was in the upload and is not kept, in words. */
  warnings: string[];
}

const LACKING =
  'annotations: the recording exists and has lost marks; this file has others, the file it came from brings them back';

/** What to do about what a recording that exists does not take over. */
const REMEDY: Readonly<Record<ToldField, string>> = {
  patient: 'PATCH changes it',
  study: 'PATCH changes it',
  notes: 'PATCH changes it',
  subject: 'another id keeps both',
  annotations: 'another id keeps both',
};

/** Errors: `not-ready` where a recording has been deleted meanwhile; sent again, it is stored anew. */
export async function prove(
  stored: readonly Stored[],
  published: readonly Published[],
  deps: PublishDeps,
): Promise<Ingested[]> {
  const proven: Ingested[] = [];
  for (const [i, one] of stored.entries()) proven.push(await provenOne(one, published[i] as Published, deps));
  return proven;
}

async function provenOne(
  { ecg: copy, warnings }: Stored,
  { ecg, created }: Published,
  { database, uploads }: PublishDeps,
): Promise<Ingested> {
  const assumed = assumptions(ecg.channels);
  if (created) return { ecg, created, warnings: [...warnings, ...assumed] };
  const healed = await heal(database, ecg, copy, uploads.instance).catch((error: unknown) => {
    // It may be gone, and something of it written again: the sweeper looks.
    uploads.leave(placeOf(ecg));
    throw error;
  });
  if (healed === 'gone')
    throw notReady(undefined, 'You have deleted this recording while it came again; send it again to keep it.');
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
      ...ignored.map((field) => `${field}: the recording exists, and keeps what it has; ${REMEDY[field]}`),
    ],
  };
}
