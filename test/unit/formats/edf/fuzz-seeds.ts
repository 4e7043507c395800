/** Small EDF and BDF files for the fuzzer: plain ones, EDF+ with annotations and gaps, an unknown count of records. */
import { FIXED_FIELDS, HEADER_BLOCK, SIGNAL_FIELDS } from '../../../../src/formats/edf/header.ts';
import type { FuzzSeed } from '../../../support/fuzz.ts';
import { made, type MadeFile, timed } from './support.ts';

const WORDS = [
  'EDF+C',
  'EDF+D',
  'BDF+D',
  'EDF Annotations',
  '\x14',
  '\x15',
  '\0',
  '+1\x14\x14\0',
  '+99999999\x14\x14\0',
  '-1',
  '99999999',
  '0       ',
  '1E99',
  '0.000001',
];

function seedOf(file: MadeFile, sampleBytes: 2 | 3): FuzzSeed {
  const bytes = made(file, sampleBytes);
  const signals = file.signals.length;
  const places = [0];
  for (const [, length] of FIXED_FIELDS) places.push(places.at(-1)! + length);
  for (const [, length] of SIGNAL_FIELDS)
    for (let signal = 0; signal < signals; signal++) places.push(places.at(-1)! + length);
  const records = file.signals[0]!.records.length;
  for (let record = 1; record <= records; record++)
    places.push(places.at(-1)! + (bytes.length - HEADER_BLOCK * (signals + 1)) / records);
  return { files: { a: bytes }, main: 'a', boundaries: { a: places }, dictionary: WORDS };
}

const signal = (label: string, samples: number): MadeFile['signals'][number] => ({
  label,
  records: [0, 1, 2].map((record) => Array.from({ length: samples }, (_, at) => at * 7 - record)),
});

const times = (onsets: number[]): MadeFile['signals'][number] => ({
  records: onsets.map((onset) => timed(onset, `+${onset}\x150.5\x14note@@II\x14`)),
});

export const edfSeeds = (): FuzzSeed[] => [
  seedOf({ signals: [signal('I', 5), signal('II', 3)] }, 2),
  seedOf(
    {
      reserved: 'EDF+C',
      patient: 'a M 01-JAN-1990 b',
      recording: 'Startdate 15-JAN-2026 a b c',
      signals: [signal('I', 4), signal('II', 8), times([0, 1, 2])],
    },
    2,
  ),
  seedOf({ reserved: 'EDF+D', signals: [times([0.25, 4.25, 5.25]), signal('I', 4), signal('II', 2)] }, 2),
  seedOf({ reserved: 'BDF+D', signals: [signal('A1', 6), signal('Status', 6), times([0, 1, 3])] }, 3),
  seedOf({ count: '-1', signals: [signal('I', 3)] }, 3),
];
