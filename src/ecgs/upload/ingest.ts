/** An upload on its way into the database, stage by stage. Each stage is a file of its name. */
import type { Connection } from 'mongoose';
import type { Uploads } from '../store/uploads.ts';
import { decode } from './decode.ts';
import { describe } from './describe.ts';
import { Drafts } from './drafts.ts';
import { type Confirm, confirmed, guard } from './guard.ts';
import { type Ingested, prove } from './prove.ts';
import { type Duplicate, publish } from './publish.ts';
import type { Source } from './source.ts';
import { store } from './store.ts';

export interface IngestDeps {
  database: Connection;
  uploads: Uploads;
  clinicTimezone: string;
}

export interface Upload {
  /** Whose the recordings will be. */
  userId: string;
  /** Closed with the upload. */
  source: Source;
  duplicate: Duplicate;
  confirm: Confirm;
}

/**
 * Takes every recording of an upload in, or none: whatever fails, nothing of it stays and nothing is visible. Only where
 * a recording that existed has gone by then, or cannot be made whole, the new ones beside it stay; sent again, they are
 * found. Where the outcome cannot be found out in time, the error of the database is thrown, and the sweeper settles it.
 * Errors: those of the stages.
 */
export async function ingest({ userId, source, duplicate, confirm }: Upload, deps: IngestDeps): Promise<Ingested[]> {
  const drafts = new Drafts(userId, deps);
  let failure: unknown = null;
  try {
    const decoded = decode(source);
    const described = describe(decoded, source);
    const guarded = guard(described, confirm);
    const stored = await store(guarded, source.format.id, drafts, deps.clinicTimezone);
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
