/** Stores recordings as an upload would, but from samples in memory, so large recordings need no file. */
import { type Connection, mongo, Types } from 'mongoose';
import { ClinicZone } from '../../src/calendar/clinic-zone.ts';
import type { BlockEncoding } from '../../src/ecgs/store/block-encoding.ts';
import { ecgModel, type StoredEcg } from '../../src/ecgs/store/model.ts';
import { Draft } from '../../src/ecgs/upload/draft.ts';
import { BLOCK_SAMPLES, type Samples } from '../../src/signal/samples.ts';

export interface ChannelToStore {
  name: string;
  samplingRate?: number;
  gain?: number;
  zeroLevel?: number;
  samples: Samples;
}

/** Stores a recording, block after block of all channels. @param owner default: nobody */
export async function storeRecording(
  database: Connection,
  channels: readonly ChannelToStore[],
  owner = new Types.ObjectId(),
  encoding: BlockEncoding = 'packed',
): Promise<StoredEcg> {
  const id = new Types.ObjectId();
  const draft = new Draft(database, { ecg: id, owner, writer: new Types.ObjectId() }, encoding);
  for (const [number, { samplingRate = 500, zeroLevel = 0 }] of channels.entries()) {
    draft.setSamplingRate(number, samplingRate);
    draft.setZeroLevel(number, zeroLevel);
  }
  const longest = Math.max(...channels.map(({ samples }) => samples.length));
  for (let from = 0; from < longest; from += BLOCK_SAMPLES) {
    for (const [number, { samples }] of channels.entries()) {
      draft.append(number, samples.subarray(from, from + BLOCK_SAMPLES));
      await draft.room();
    }
  }
  const nothing = { externalId: null, date: null, patient: null, study: null, notes: null, subject: null, part: null };
  const described = channels.map(({ name, samplingRate = 500, gain = 1000, zeroLevel = 0 }) => ({
    name,
    samplingRate,
    unit: 'mV',
    gain,
    zeroLevel,
  }));
  const ecg = await draft.finish({ ...nothing, warnings: [], channels: described }, 'json', new ClinicZone('UTC'));
  // Recordings of one owner may have the same content here.
  const stored = { ...ecg, digest: new mongo.Binary(id.id) };
  await ecgModel(database).collection.insertOne(stored);
  return stored;
}

/** A line that is never still. @param seed makes it another one */
export const wave = (length: number, seed = 0): Int16Array =>
  Int16Array.from({ length }, (_, i) => ((i * (7919 + seed)) % 1013) - 500);
