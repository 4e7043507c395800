/** Adds what lists need (`listed.ts`) to recordings that an instance of an earlier version has stored. */
import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import { listedOf } from './listed.ts';
import { blockTableLeftOut, ecgModel, PUBLISHED, type StoredEcg } from './model.ts';
import { placeOf, publishedAt } from './place.ts';

const BATCH = 500;

export interface FillDeps {
  database: Connection;
  log: Logger;
  /** Interrupts the work between two batches; it is continued later. */
  stopping?: AbortSignal;
}

/**
 * Returns the number of recordings. It may be repeated, and done by several instances. Errors: those of the database.
 */
export async function fillListed({ database, log, stopping }: FillDeps): Promise<number> {
  const ecgs = ecgModel(database);
  let filled = 0;
  for (;;) {
    if (stopping?.aborted) break;
    const found = await ecgs
      .find({ ...PUBLISHED, listed: null }, blockTableLeftOut, { limit: BATCH, hint: 'unlisted' })
      .lean<StoredEcg[]>();
    if (found.length === 0) break;
    const { modifiedCount } = await ecgs.bulkWrite(
      found.map((ecg) => ({
        // A change in the meantime has added it, or an instance of an earlier version has changed the recording again.
        updateOne: {
          filter: { ...publishedAt(placeOf(ecg)), version: ecg.version, listed: null },
          update: { $set: { listed: listedOf(ecg) } },
        },
      })),
      { ordered: false },
    );
    filled += modifiedCount;
  }
  if (filled > 0) log.info({ recordings: filled }, 'existing recordings can now be searched');
  return filled;
}
