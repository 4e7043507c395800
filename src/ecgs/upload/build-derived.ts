/**
 * Builds what is derived from the samples of long channels, envelopes and minutes, where it is missing: in recordings
 * that were stored before there was any, that have lost some, or whose sampling rate or zero level became known after
 * their samples or was changed. A recording says itself that it needs them and from when on (`derivedDueAt`). Whoever
 * begins moves that time into the future, so that another instance begins again if it does not finish.
 */
import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import { isUnreachable } from '../../database/unreachable.ts';
import { loggable } from '../../log/loggable-error.ts';
import { EnvelopeBuilder } from '../../signal/envelope.ts';
import { BLOCK_SAMPLES } from '../../signal/samples.ts';
import { WindowGrid } from '../../signal/window-grid.ts';
import { RecordingReader } from '../reading/recording-reader.ts';
import { wholeSpan } from '../reading/span-cursor.ts';
import type { BlockEncoding } from '../store/block-encoding.ts';
import { MinuteWriter, TileWriter } from '../store/batch-writer.ts';
import { hasMinutes, MINUTE } from '../store/minutes.ts';
import { contentCollection, envelopeCollection, minuteCollection } from '../store/content-model.ts';
import { ecgModel, PUBLISHED, type StoredEcg } from '../store/model.ts';
import { placeOf, publishedAt } from '../store/place.ts';
import type { Uploads } from '../store/uploads.ts';

/** After this time another instance may begin: a day of 12 leads takes seconds. */
const LEASE_MS = 15 * 60 * 1000;

/** Milliseconds between looks for recordings that are due. */
const POLL_MS = 60_000;

export interface BuildDeps {
  database: Connection;
  log: Logger;
  uploads: Pick<Uploads, 'instance'>;
  blockEncoding: BlockEncoding;
  /** Interrupts the work within a recording; it is begun again later. */
  stopping: AbortSignal;
}

/**
 * Builds envelopes and minutes of all recordings that are due, one after the other. Returns their number. Errors: those
 * of the database.
 */
export async function buildDerived(deps: BuildDeps): Promise<number> {
  let built = 0;
  for (let ecg = await nextDue(deps); ecg !== null; ecg = await nextDue(deps)) {
    try {
      await build(deps, ecg);
      built++;
    } catch (error) {
      if (deps.stopping.aborted) break;
      if (isUnreachable(error)) throw error;
      const ecgId = ecg._id.toHexString();
      deps.log.warn({ error: loggable(error), ecgId }, 'the envelopes and minutes of a recording cannot be built yet');
    }
  }
  if (built > 0) deps.log.info({ recordings: built }, 'built the envelopes and minutes of recordings');
  return built;
}

/** Builds envelopes and minutes in the background until it is stopped. */
export function startDerivedBuilder(given: Omit<BuildDeps, 'stopping'>): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const deps = { ...given, stopping: stopping.signal };
  let running: Promise<unknown> | null = null;
  const look = (): void => {
    running ??= buildDerived(deps)
      .catch((error: unknown) => deps.log.warn({ error: loggable(error) }, 'envelopes and minutes will be built later'))
      .finally(() => (running = null));
  };
  const timer = setInterval(look, POLL_MS);
  timer.unref();
  look();
  return {
    stop: async () => {
      stopping.abort();
      clearInterval(timer);
      await running;
    },
  };
}

/** The next recording that is due, which is then not due for a while. */
async function nextDue({ database, stopping }: BuildDeps): Promise<StoredEcg | null> {
  if (stopping.aborted) return null;
  const later = [{ $set: { derivedDueAt: { $add: ['$$NOW', LEASE_MS] } } }];
  return ecgModel(database)
    .findOneAndUpdate(
      { ...PUBLISHED, derivedDueAt: { $type: 'date' }, $expr: { $lte: ['$derivedDueAt', '$$NOW'] } },
      later,
      { returnDocument: 'after' },
    )
    .lean<StoredEcg>();
}

async function build({ database, uploads, blockEncoding, stopping }: BuildDeps, ecg: StoredEcg): Promise<void> {
  // Envelopes do not depend on sampling rate and zero level, which may have been changed.
  const lacksEnvelopes = ecg.envelopeDocuments === undefined;
  if (lacksEnvelopes) await envelopeCollection(database).deleteMany({ ecg: ecg._id });
  await minuteCollection(database).deleteMany({ ecg: ecg._id });
  const of = { ecg: ecg._id, owner: ecg.owner, writer: uploads.instance };
  const tiles = new TileWriter(database, of);
  const minutes = new MinuteWriter(database, of);
  try {
    for (const [number, channel] of ecg.channels.entries()) {
      if (channel.summary.samples <= BLOCK_SAMPLES) continue;
      const envelope = lacksEnvelopes ? new EnvelopeBuilder((tile) => tiles.add(number, tile, blockEncoding)) : null;
      const { samplingRate, zeroLevel } = channel;
      const grid = hasMinutes(channel) ? new WindowGrid(samplingRate as number, MINUTE, zeroLevel) : null;
      if (envelope === null && grid === null) continue;
      const span = wholeSpan(ecg, number);
      for await (const { samples } of new RecordingReader(database, ecg._id, [span], stopping).inTurn()) {
        envelope?.push(samples);
        grid?.push(samples);
        await tiles.room();
      }
      envelope?.finish();
      if (grid) minutes.add(number, { samplingRate: samplingRate as number, zeroLevel, rows: grid.rows });
      await minutes.room();
    }
    await Promise.all([tiles.flush(), minutes.flush()]);
  } finally {
    await Promise.all([tiles.stop(), minutes.stop()]);
  }
  const built = {
    minuteDocuments: minutes.documents,
    ...(lacksEnvelopes && { envelopeDocuments: tiles.documents }),
  };
  // A change of sampling rate or zero level in the meantime makes it due again.
  const unchanged = { ...publishedAt(placeOf(ecg)), derivedDueAt: ecg.derivedDueAt as Date };
  const done = { $set: built, $unset: { derivedDueAt: 1 } };
  if ((await ecgModel(database).updateOne(unchanged, done)).matchedCount === 1) return;
  // The removal of the recording did not see what was written here.
  if (await ecgModel(database).exists(publishedAt(placeOf(ecg)))) return;
  for (const name of ['ecgEnvelopes', 'ecgMinutes'] as const)
    await contentCollection(database, name).deleteMany({ ecg: ecg._id });
}
