/** Seeded random recordings within the limits of a format, to be written by our encoders and read by others. */
import type { Annotation } from '../../src/formats/types.ts';
import type { ChannelToWrite, writable } from '../../test/support/formats.ts';
import { uniform } from '../../test/support/signals.ts';

/** The formats whose exports are read by independent programs. */
export const CHECKED_FORMATS = ['wfdb', 'edf', 'dicom', 'aecg', 'json', 'fhir', 'csv'] as const;
export type CheckedFormat = (typeof CHECKED_FORMATS)[number];

export interface RandomRecording {
  channels: (ChannelToWrite & { name: string; samplingRate: number; unit: string; gain: number; zeroLevel: number })[];
  about: NonNullable<Parameters<typeof writable>[1]> & { annotations: Annotation[] };
}

interface Ability {
  /** Hz: the possible combinations of rates of a recording's channels. */
  rates: readonly (readonly number[])[];
  missing: boolean;
  /** Samples of more than 16 bits. */
  wide: boolean;
  /** Whether channels may end at different times. */
  ragged: boolean;
  names: readonly string[];
  zeroLevels: readonly number[];
  /** Whether all channels may have the same gap. */
  gaps: boolean;
  codes: readonly (string | null)[];
}

const RATES = [[500], [360, 360], [1000, 250], [128, 512, 1], [257], [100, 0.5], [500, 500, 500, 500, 500, 500]];
const PLAIN: Ability = {
  rates: RATES,
  missing: true,
  wide: true,
  ragged: true,
  names: ['I', 'II', 'aVR', 'V1', 'Sternum', 'EKG V2'],
  zeroLevels: [0, 0, 1024, -7],
  gaps: false,
  codes: [null],
};
const FRACTIONAL = [0, 1024, -7, -0.5, 12.25];
const ABILITIES: Readonly<Record<CheckedFormat, Ability>> = {
  wfdb: {
    ...PLAIN,
    names: ['I', 'Brustwand Vä', 'aVR', 'Brustwand Va', 'Sternum', 'EKG Vå'],
    zeroLevels: FRACTIONAL,
    codes: ['N', 'V', '+', '"', null, '2:1'],
  },
  edf: {
    ...PLAIN,
    missing: false,
    wide: false,
    ragged: false,
    zeroLevels: FRACTIONAL,
    gaps: true,
    codes: [null, 'N', '5.10-1'],
  },
  dicom: {
    ...PLAIN,
    rates: [...RATES, [128.5, 1000 / 3]],
    names: [...PLAIN.names.slice(0, 5), 'a rather long name'],
    codes: ['N', null, '2:1', '5.10-1'],
  },
  aecg: {
    ...PLAIN,
    rates: [[500], [360, 360], [257], [128.5, 128.5], [500, 500, 500, 500, 500, 500]],
    missing: false,
    codes: ['N', null, '2:1', 'MDC_ECG_BEAT'],
  },
  json: PLAIN,
  fhir: PLAIN,
  csv: { ...PLAIN, rates: [[500], [250, 250], [125, 125, 125], [1000, 250]] },
};
const GAINS = [1, 200, 1000, -200, 2000, 409.6, 204.918, 0.8];
const UNITS = ['mV', 'uV', 'mmHg'];
const TEXTS = ['beat', 'Störung', '心'];

export function randomRecording(format: CheckedFormat, seed: number): RandomRecording {
  const ability = ABILITIES[format];
  const random = uniform(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const int = (from: number, to: number): number => from + Math.floor(random() * (to - from + 1));
  const rates = pick(ability.rates);
  const seconds = 2 * int(1, 6);
  const most = ability.wide && random() < 0.3 ? 2_147_483_647 : 32_767;
  const extra = ability.ragged ? pick([0, int(1, 40)]) : 0;
  // Of whole seconds, so that the records are long and no rate is rounded.
  const gap = ability.gaps && seconds >= 6 && random() < 0.5 ? { from: 2, to: 4 } : null;
  const channels = rates.map((samplingRate, i) => {
    const missing = ability.missing && random() < 0.3 ? 0.1 : 0;
    const height = pick([2000, most]);
    const length = samplingRate * seconds + pick([0, extra]);
    const isGone = (at: number): boolean => gap !== null && at >= gap.from * samplingRate && at < gap.to * samplingRate;
    const values = Array.from({ length }, (_, at) => (isGone(at) || random() < missing ? null : int(-height, height)));
    return {
      name: ability.names[i] as string,
      samplingRate,
      unit: pick(UNITS),
      gain: pick(GAINS),
      zeroLevel: pick(ability.zeroLevels),
      values,
    };
  });
  const annotations = Array.from({ length: pick([0, int(1, 40)]) }, (_, i): Annotation => ({
    at: Math.round(random() * seconds * 1000) / 1000,
    duration: random() < 0.3 ? Math.round(random() * 1000) / 1000 : null,
    channel: random() < 0.3 ? int(0, channels.length - 1) : null,
    code: pick(ability.codes),
    text: `${pick(TEXTS)} ${i}`,
  })).toSorted((a, b) => a.at - b.at);
  const subject =
    random() < 0.7
      ? { patientId: 'p 1', patientName: 'Zoë K', birthDate: '1951-05-02', sex: 'female' as const, studyId: null }
      : null;
  return {
    channels,
    about: {
      annotations,
      date: random() < 0.8 ? `2026-01-15T09:30:0${int(0, 9)}${pick(['', '.250'])}Z` : null,
      subject,
      notes: pick([null, 'a note']),
    },
  };
}
