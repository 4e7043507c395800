/**
 * Builds the envelopes of recordings that have none: of those that were stored before there were any, and of those that
 * have lost tiles. A recording says itself that it needs them and from when on (`envelopeDueAt`). Whoever begins moves
 * that time into the future, so that another instance begins again if it does not finish.
 */
import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import { isUnreachable } from '../../database/unreachable.ts';
import { loggable } from '../../log/loggable-error.ts';
import { EnvelopeBuilder } from '../../signal/envelope.ts';
import { BLOCK_SAMPLES } from '../../signal/samples.ts';
import { RecordingReader } from '../reading/recording-reader.ts';
import { spanOf } from '../reading/span-cursor.ts';
import type { BlockEncoding } from '../store/block-encoding.ts';
import { TileWriter } from '../store/batch-writer.ts';
import { ecgModel, envelopeCollection, PUBLISHED, type StoredEcg } from '../store/model.ts';
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
 * Builds the envelopes of all recordings that are due, one after the other. Returns their number. Errors: those of the
 * database.
 */
export async function buildEnvelopes(deps: BuildDeps): Promise<number> {
  let built = 0;
  for (let ecg = await nextDue(deps); ecg !== null; ecg = await nextDue(deps)) {
    try {
      await buildEnvelope(deps, ecg);
      built++;
    } catch (error) {
      if (deps.stopping.aborted) break;
      if (isUnreachable(error)) throw error;
      const ecgId = ecg._id.toHexString();
      deps.log.warn({ error: loggable(error), ecgId }, 'the envelope of a recording cannot be built yet');
    }
  }
  if (built > 0) deps.log.info({ recordings: built }, 'built the envelopes of recordings that had none');
  return built;
}

/** Builds envelopes in the background until it is stopped. */
export function startEnvelopeBuilder(given: Omit<BuildDeps, 'stopping'>): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const deps = { ...given, stopping: stopping.signal };
  let running: Promise<unknown> | null = null;
  const look = (): void => {
    running ??= buildEnvelopes(deps)
      .catch((error: unknown) => deps.log.warn({ error: loggable(error) }, 'envelopes will be built later'))
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
  const later = [{ $set: { envelopeDueAt: { $add: ['$$NOW', LEASE_MS] } } }];
  return ecgModel(database)
    .findOneAndUpdate(
      { ...PUBLISHED, envelopeDueAt: { $type: 'date' }, $expr: { $lte: ['$envelopeDueAt', '$$NOW'] } },
      later,
    )
    .lean<StoredEcg>();
}

async function buildEnvelope({ database, uploads, blockEncoding, stopping }: BuildDeps, ecg: StoredEcg): Promise<void> {
  await envelopeCollection(database).deleteMany({ ecg: ecg._id });
  const tiles = new TileWriter(database, { ecg: ecg._id, owner: ecg.owner, writer: uploads.instance });
  try {
    for (const [channel, { summary }] of ecg.channels.entries()) {
      if (summary.samples <= BLOCK_SAMPLES) continue;
      const builder = new EnvelopeBuilder((tile) => tiles.add(channel, tile, blockEncoding));
      const span = spanOf(ecg, channel, { first: 0, end: summary.samples });
      for await (const { samples } of new RecordingReader(database, ecg._id, [span], stopping).inTurn()) {
        builder.push(samples);
        await tiles.room();
      }
      builder.finish();
    }
    await tiles.flush();
  } finally {
    await tiles.stop();
  }
  const done = { $set: { envelopeDocuments: tiles.documents }, $unset: { envelopeDueAt: 1 } };
  const { matchedCount } = await ecgModel(database).updateOne(publishedAt(placeOf(ecg)), done);
  // The removal of the recording did not see what was written here.
  if (matchedCount === 0) await envelopeCollection(database).deleteMany({ ecg: ecg._id });
}
