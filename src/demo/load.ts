/**
 * A few recordings for the demo clinician, so that a newcomer sees something at once. They are stored like any upload.
 */
import type { Config } from '../startup/config.ts';
import { ingest, type IngestDeps } from '../ecgs/upload/ingest.ts';
import { ownFile } from '../ecgs/upload/source.ts';
import { recordingsFor } from '../ecgs/access.ts';
import { ecgModel } from '../ecgs/store/model.ts';
import { ownsRecordings } from '../ecgs/store/recordings.ts';
import { json } from '../formats/json/index.ts';
import { synthesizeChallengeJson } from '../synth/challenge-json.ts';
import type { EcgOptions } from '../synth/ecg.ts';
import { markerCollection } from './model.ts';

interface DemoRecording {
  options: EcgOptions & { samplingRate: number };
  id: string;
  date: string;
  notes: string;
}

const RECORDINGS: readonly DemoRecording[] = [
  {
    id: 'demo-12-lead',
    date: '2026-01-15T09:30:00Z',
    notes: 'Synthetic: sinus rhythm at rest, 12 leads',
    options: { seed: 1, duration: 10, samplingRate: 500, heartRate: 68, noise: 8 },
  },
  {
    id: 'demo-ectopic',
    date: '2026-01-16T14:05:00Z',
    notes: 'Synthetic: ventricular ectopic beats at 6 s, 17 s and 24 s, wandering baseline',
    options: { seed: 2, duration: 30, samplingRate: 500, heartRate: 76, noise: 12, wander: 150, ectopics: [6, 17, 24] },
  },
  {
    id: 'demo-holter-1h',
    date: '2026-01-17T20:00:00Z',
    notes: 'Synthetic: one hour of two leads; V5 is missing for a minute and off for half a minute',
    options: {
      seed: 3,
      duration: 3600,
      samplingRate: 250,
      heartRate: 64,
      noise: 15,
      wander: 80,
      leads: ['II', 'V5'],
      missing: [{ lead: 'V5', from: 600, to: 660 }],
      flat: [{ lead: 'V5', from: 1800, to: 1830 }],
    },
  },
];

/** Nobody waits for these uploads, and nobody can lose access during them. */
const letIn = async (): Promise<void> => undefined;

/** Records that the recordings have been loaded or are being loaded; a later start continues. */
interface Marker {
  _id: 'recordings';
  isLoaded: boolean;
}

/**
 * Gives the demo clinician their recordings, once. Those they delete later are not loaded again, and nothing is loaded
 * if they had recordings before.
 */
export async function loadDemo(userId: string, config: Pick<Config, 'limits'>, deps: IngestDeps): Promise<void> {
  const markers = markerCollection<Marker>(deps.database);
  const made = { $setOnInsert: { isLoaded: await ownsRecordings(deps.database, userId) } };
  const marker = await markers.findOneAndUpdate({ _id: 'recordings' }, made, { upsert: true, returnDocument: 'after' });
  if (marker?.isLoaded) return;
  for (const { options, id, date, notes } of RECORDINGS) {
    if (await ecgModel(deps.database).exists({ ...recordingsFor(userId, 'own'), externalId: id })) continue;
    const bytes = synthesizeChallengeJson(options, {
      id,
      date,
      notes,
      samplingRate: options.samplingRate,
      unit: 'mV',
      gain: 1000,
    });
    const source = ownFile(json, asAsync(bytes), config.limits);
    await ingest({ userId, source, duplicate: 'refuse', confirm: letIn, along: null }, deps);
  }
  await markers.updateOne({ _id: 'recordings' }, { $set: { isLoaded: true } });
}

async function* asAsync<T>(values: Iterable<T>): AsyncGenerator<T> {
  yield* values;
}
