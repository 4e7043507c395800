/** Documents of recordings as they are stored, without samples: 12 leads of 10 s, with their block tables. */
import { mongo, type Types } from 'mongoose';
import { packTable } from '../src/ecgs/store/block-table.ts';
import { listedOf } from '../src/ecgs/store/listed.ts';
import type { StoredEcg } from '../src/ecgs/store/model.ts';
import { CANONICAL_LEADS } from '../src/signal/leads.ts';
import type { Random } from '../src/synth/random.ts';

const SAMPLES = 5_000;
export const LEADS = CANONICAL_LEADS.slice(0, 12);
const YEARS_SECONDS = 6 * 365 * 86_400;

/** Seeded channels of one recording. */
export function storedChannels(random: Random): StoredEcg['channels'] {
  const whole = (below: number): number => Math.floor(random.uniform() * below);
  return LEADS.map((lead) => {
    const summary = {
      samples: SAMPLES,
      missing: 0,
      zeroCrossings: 50 + whole(600),
      firstSign: 1 as const,
      lastSign: -1 as const,
      minimum: -whole(500),
      maximum: whole(1_500),
      mean: random.uniform(),
      m2: 1e6 * random.uniform(),
    };
    return {
      name: lead,
      lead,
      samplingRate: 500,
      unit: 'mV',
      gain: 1000,
      zeroLevel: 0,
      calibrated: true,
      open: [],
      sampleType: 'int16',
      summary,
      blockTable: packTable([summary]),
    };
  });
}

/** A recording of a random day of 2020 to 2025. */
export function storedEcg(
  random: Random,
  owner: Types.ObjectId,
  fields: Partial<Pick<StoredEcg, 'patient' | 'study' | 'externalId' | 'notes' | 'format' | 'channels'>>,
): StoredEcg {
  const _id = new mongo.ObjectId();
  const at = new Date(Date.UTC(2020, 0, 1) + Math.floor(random.uniform() * YEARS_SECONDS) * 1_000);
  const unknown = { patient: null, externalId: null, study: null, notes: null, subject: null, part: null };
  const stored = { format: 'json' as const, annotations: 0, blockDocuments: 1, version: 1, siblings: [] };
  const { externalId = null, channels = storedChannels(random) } = fields;
  const apart = externalId === null ? null : { id: externalId };
  const digest = new mongo.Binary(Buffer.concat([_id.id, _id.id]));
  const ecg: StoredEcg = {
    _id,
    owner,
    date: at,
    digest,
    createdAt: at,
    updatedAt: at,
    apart,
    ...unknown,
    ...stored,
    ...fields,
    channels,
  };
  return { ...ecg, listed: listedOf(ecg) };
}
