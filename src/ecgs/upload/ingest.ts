/** The pipeline of an upload: each stage is a file of the same name. */
import type { ClinicZone } from '../../calendar/clinic-zone.ts';
import { decode } from './decode.ts';
import { describe } from './describe.ts';
import { type DraftDeps, Drafts } from './drafts.ts';
import { type Confirm, confirmed, guard } from './guard.ts';
import { type Ingested, prove } from './prove.ts';
import { type Duplicate, publish } from './publish.ts';
import type { Source } from './source.ts';
import { store } from './store.ts';

export interface IngestDeps extends DraftDeps {
  zone: ClinicZone;
}

export interface Upload {
  /** Who will own the recordings. */
  userId: string;
  /** Closed at the end of the upload. */
  source: Source;
  duplicate: Duplicate;
  confirm: Confirm;
}

/**
 * Stores every recording of an upload or none of them: after a failure nothing of it is left or visible. There is one
 * exception: if an existing recording has been deleted in the meantime or cannot be restored, new ones of the same
 * upload stay; sending it again finds them. If the outcome cannot be determined in time, the database's error is thrown
 * and the sweeper settles it.
 * Errors: those of the stages.
 */
export async function ingest({ userId, source, duplicate, confirm }: Upload, deps: IngestDeps): Promise<Ingested[]> {
  const drafts = new Drafts(userId, deps);
  let failure: unknown = null;
  try {
    const decoded = decode(source);
    const described = describe(decoded, source);
    const guarded = guard(described, confirm);
    const stored = await store(guarded, source.format.id, drafts, deps.zone);
    const recordings = stored.map(({ ecg }) => ecg);
    const published = await publish(recordings, duplicate, deps);
    drafts.keep(published);
    await confirmed(published, confirm, deps);
    return await prove(stored, published, deps);
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    await drafts.end(failure);
    await source.close();
  }
}
