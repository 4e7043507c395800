/** The pipeline of an upload: each stage is a file of the same name. */
import type { ClinicZone } from '../../calendar/clinic-zone.ts';
import type { Along } from '../../database/transaction.ts';
import { decode } from './decode.ts';
import { describe } from './describe.ts';
import { type DraftDeps, Drafts } from './drafts.ts';
import { type Confirm, confirmed, guard } from './guard.ts';
import { type Ingested, ingestedAnew, prove } from './prove.ts';
import { type Duplicate, type Published, publish } from './publish.ts';
import type { Source } from './source.ts';
import { store, type Stored } from './store.ts';

export interface IngestDeps extends DraftDeps {
  zone: ClinicZone;
  /** Bytes of the files of one upload that are kept. */
  keepOriginals: number;
}

export interface Upload {
  /** Who will own the recordings. */
  userId: string;
  /** Closed at the end of the upload. */
  source: Source;
  duplicate: Duplicate;
  confirm: Confirm;
  /** Part of the transaction that publishes the recordings, if all of them are new. Null: there need not be one. */
  along: Along<Ingested[]> | null;
}

/**
 * Stores every recording of an upload or none of them: after a failure nothing of it is left or visible. There is one
 * exception: if an existing recording has been deleted in the meantime or cannot be restored, new ones of the same
 * upload stay; sending it again finds them. If the outcome cannot be determined in time, the database's error is thrown
 * and the sweeper settles it.
 * Errors: those of the stages.
 */
export async function ingest(
  { userId, source, duplicate, confirm, along }: Upload,
  deps: IngestDeps,
): Promise<Ingested[]> {
  const drafts = new Drafts(userId, deps);
  const original = drafts.originalWriter(deps.keepOriginals);
  let failure: unknown = null;
  try {
    source.keepIn(original);
    const decoded = decode(source);
    const described = describe(decoded, source);
    const guarded = guard(described, confirm);
    const stored = await store(guarded, source.format.id, drafts, deps.zone);
    await source.keepRest();
    const kept = await original.finish();
    const recordings = stored.map(({ ecg }) => Object.assign(ecg, kept));
    const published = await publish(recordings, duplicate, deps, along && whenNew(stored, along));
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

/** Existing recordings are recognised again by their content, and are not proven yet. */
const whenNew =
  (stored: readonly Stored[], along: Along<Ingested[]>): Along<Published[]> =>
  async (published, session) => {
    if (published.some(({ created }) => !created)) return;
    await along(
      published.map(({ ecg }, i) => ingestedAnew(stored[i]?.warnings ?? [], ecg)),
      session,
    );
  };
