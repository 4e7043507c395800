/**
 * A sheet of twelve leads in the formats of carts and of Kardia, written by the builders of the tests: the same digits
 * on every machine.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { numberOfLead } from '../src/signal/leads.ts';
import { synthesize } from '../src/synth/ecg.ts';
import type { LeadName } from '../src/synth/leads.ts';
import { atcFile, format, info, lead as leadBlock } from '../test/unit/formats/atc/files.ts';
import { leadOf, museText, waveformOf } from '../test/unit/formats/muse/documents.ts';
import {
  attributes104,
  compressed,
  NAMES,
  philipsText,
  plain,
  waveformsOf,
} from '../test/unit/formats/philips/documents.ts';
import { DEFAULT_TABLE, defaultStream, leadsBody, scpFile, signalsBody } from '../test/unit/formats/scp/files.ts';

const RATE = 500;
/** The most that the lengths of SCP-ECG allow, about: 65,535 bytes a lead. */
const SCP_SAMPLES = 50_000;

/** Leads with their digits. */
type Sheet = { name: LeadName; samples: number[] }[];

export interface CartFile {
  path: string;
  /** Of all leads. */
  samples: number;
}

export type CartFormat = 'scp' | 'muse' | 'xli' | 'plain' | 'atc';

/** Writes files of a length in seconds into a folder. */
export function writeCartFiles(folder: string, duration: number): Readonly<Record<CartFormat, CartFile>> {
  const { leads } = synthesize({
    seed: 1,
    duration,
    samplingRate: RATE,
    noise: 10,
    hum: 5,
    wander: 150,
    gain: 200,
    leads: NAMES,
  });
  const sheet = leads.map(({ name, samples }) => ({ name, samples: [...samples] }));
  const independent = sheet.filter(({ name }) => !['III', 'aVR', 'aVL', 'aVF'].includes(name));
  const short = sheet.map(({ name, samples }) => ({ name, samples: samples.slice(0, SCP_SAMPLES) }));
  const write = (name: string, of: Sheet, bytes: Uint8Array | string): CartFile => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return { path, samples: of.reduce((sum, { samples }) => sum + samples.length, 0) };
  };
  return {
    scp: write('sheet.scp', short, scpOf(short)),
    muse: write('muse.xml', independent, museOf(independent)),
    xli: write('xli.xml', sheet, philipsOf(sheet, duration, true)),
    plain: write('plain.xml', sheet, philipsOf(sheet, duration, false)),
    atc: write('sheet.atc', sheet, atcOf(sheet)),
  };
}

/** Second differences in the default table. */
const scpOf = (sheet: Sheet): Buffer =>
  scpFile({
    2: DEFAULT_TABLE,
    3: leadsBody(sheet.map(({ name, samples }) => [numberOfLead(name) as number, 1, samples.length])),
    6: signalsBody(
      sheet.map(({ samples }) => defaultStream(secondDifferences(samples))),
      { nanovolts: 5000, period: 1e6 / RATE, order: 2 },
    ),
  });

const secondDifferences = (samples: readonly number[]): number[] =>
  samples.map((sample, at) =>
    at < 2 ? sample : sample - 2 * (samples[at - 1] as number) + (samples[at - 2] as number),
  );

const museOf = (sheet: Sheet): string =>
  museText(
    waveformOf(
      'Rhythm',
      sheet.map(({ name, samples }) => leadOf(name, samples)),
    ),
  );

function philipsOf(sheet: Sheet, duration: number, isCompressed: boolean): string {
  const leads = sheet.map(({ samples }) => samples);
  const attributes = attributes104(RATE * duration, RATE);
  return philipsText(
    isCompressed
      ? waveformsOf(compressed(leads), attributes)
      : waveformsOf(plain(leads), { ...attributes, compression: null }),
  );
}
/** The blocks of the twelve leads, in the order of the sheet. */
const ATC_IDS = ['ecg ', 'ecg2', 'ecg3', 'ecg4', 'ecg5', 'ecg6', 'ecg7', 'ecg8', 'ecg9', 'ecga', 'ecgb', 'ecgc'];

const atcOf = (sheet: Sheet): Buffer =>
  atcFile({
    blocks: [
      info(),
      format({ rate: RATE }),
      ...sheet.map(({ samples }, lead) => leadBlock(ATC_IDS[lead] as string, samples)),
    ],
  });
