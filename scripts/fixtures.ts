/**
 * Recreates `fixtures/`: the recordings with our synthesizer and encoders, their crossings with `count_crossings.py`,
 * which shares no code with the product. Usage: `npm run fixtures`
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { challengeJson, synthesizeChallengeJson } from '../src/synth/challenge-json.ts';
import { synthesize, type EcgOptions } from '../src/synth/ecg.ts';
import { dicomFile, edfFile, wfdbRecord } from './fixture-files.ts';

const DATE = '2026-01-15T09:30:00Z';

type Files = Promise<Map<string, Buffer>>;

/** The files of each recording by name; each call produces the same bytes. */
export const FIXTURES: readonly (() => Files)[] = [
  () => one('challenge-minimal.json', minimal()),
  () => one('ecg-12lead-10s.json', standard()),
  () => one('ecg-decimals-5s.json', decimals()),
  () => one('ecg-holter-2lead-60s.json', holter()),
  () => wfdbRecord('ecg-2lead-30s'),
  () => edfFile('ecg-3lead-20s'),
  () => dicomFile('ecg-12lead-10s'),
];

const one = async (name: string, pieces: Iterable<Uint8Array>): Files => new Map([[name, Buffer.concat([...pieces])]]);

function minimal(): Iterable<Uint8Array> {
  const options: EcgOptions = { seed: 11, duration: 1, samplingRate: 100, noise: 5, leads: ['I', 'II', 'III'] };
  return synthesizeChallengeJson(options, { id: 'challenge-minimal', date: DATE });
}

function standard(): Iterable<Uint8Array> {
  const options: EcgOptions = { seed: 12, duration: 10, heartRate: 68, noise: 8, hum: 4, wander: 80 };
  return synthesizeChallengeJson(options, {
    id: 'ecg-12lead-10s',
    date: DATE,
    samplingRate: 500,
    unit: 'mV',
    gain: 1000,
  });
}

/** Millivolts with a decimal point, as written by systems without a gain. */
function decimals(): Iterable<Uint8Array> {
  const options: EcgOptions = {
    seed: 13,
    duration: 5,
    samplingRate: 250,
    heartRate: 84,
    noise: 10,
    wander: 60,
    leads: ['I', 'II', 'V2'],
    missing: [{ lead: 'V2', from: 2.1, to: 2.14 }],
  };
  return synthesizeChallengeJson(options, { id: 'ecg-decimals-5s', date: DATE, samplingRate: 250, unit: 'mV' }, 3);
}

/** Like an ambulatory recorder of 1980: 200 digits per millivolt around 1024, non-standard lead names. */
function holter(): Iterable<Uint8Array> {
  const { leads, samplingRate, unit, gain, zeroLevel } = synthesize({
    seed: 14,
    duration: 60,
    samplingRate: 250,
    heartRate: 76,
    noise: 15,
    hum: 6,
    wander: 200,
    gain: 200,
    zeroLevel: 1024,
    leads: ['II', 'V5'],
    ectopics: [7, 21.5, 22.5, 48],
    flat: [{ lead: 'V5', from: 30, to: 33.5 }],
    missing: [
      { lead: 'II', from: 40, to: 42 },
      { lead: 'V5', from: 33.5, to: 34 },
    ],
  });
  const names = { II: 'MLII', V5: 'V5' } as Readonly<Record<string, string>>;
  return challengeJson(
    { id: 'ecg-holter-2lead-60s', date: '2026-01-15T22:00:00+01:00', samplingRate, unit, gain, zeroLevel },
    leads.map(({ name, samples }) => ({ name: names[name] ?? name, count: samples.length, runs: [samples] })),
  );
}

async function main(): Promise<void> {
  const folder = fileURLToPath(new URL('../fixtures/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  for (const make of FIXTURES) {
    for (const [name, bytes] of await make()) {
      writeFileSync(folder + name, bytes);
      console.log(`${name}: ${bytes.length} bytes`);
    }
  }
  const script = fileURLToPath(new URL('count_crossings.py', import.meta.url));
  const { status, error } = spawnSync('python3', [script, folder], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`count_crossings.py ended with ${status}`, { cause: error });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
