/**
 * The uploads of the verification: a mixture of kinds. Each upload is generated from its number, so that it can be
 * generated again for comparison.
 */
import {
  type About,
  dicomSending,
  jsonSending,
  type Sending,
  signalsOf,
  wfdbSending,
} from '../../test/support/sendings.ts';

/** A patient of the directory, and one of their studies. */
export interface Known {
  patient: string;
  study: string;
}

const LEADS = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
/** Ten seconds at 500 Hz. */
const TEN_SECONDS = Object.fromEntries(LEADS.map((lead) => [lead, 5_000]));
const MANY_BLOCKS = { I: 700_000, II: 300_000 };
const SOME_BLOCKS = { I: 150_000, V1: 70_000 };
const RECORD = { MLII: 20_000, V5: 20_000 };
const TWO_RECORDINGS = { I: 8_000, II: 16_000 };
/** Keeps the signal numbers of different seeds apart. */
const SEED_STEP = 1_000_003;

/** The upload with this number; every third one names a patient. */
export async function mixed(number: number, seed: number, patients: readonly Known[]): Promise<Sending> {
  const id = `upload-${number}`;
  const about = aboutOf(number, patients);
  const signals = (lengths: Readonly<Record<string, number>>) => signalsOf(seed * SEED_STEP + number, lengths);
  const place = number % 20;
  if (place === 7) return jsonSending(id, signals(MANY_BLOCKS), about);
  if (place === 3 || place === 13) return jsonSending(id, signals(SOME_BLOCKS), about);
  if (place % 5 === 1) return wfdbSending(id, signals(RECORD), 1_200, about);
  if (place === 4 || place === 14) return dicomSending(id, signals(TWO_RECORDINGS), about);
  return jsonSending(id, signals(TEN_SECONDS), about);
}

function aboutOf(number: number, patients: readonly Known[]): About {
  const one = patients[number % patients.length];
  if (!one || number % 3 !== 0) return {};
  return number % 2 === 0 ? one : { patient: one.patient };
}
