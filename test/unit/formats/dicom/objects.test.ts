/** What a DICOM object says of its channels and its date, for other readers; and what the validators say of it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { SOP_CLASSES } from '../../../../src/formats/dicom/uids.ts';
import type { Annotation, Subject } from '../../../../src/formats/types.ts';
import { CANONICAL_LEADS } from '../../../../src/signal/leads.ts';
import type { ChannelToWrite, DecodedWhole } from '../../../support/formats.ts';
import { type About, ramp, read, written } from './writing.ts';

describe('a DICOM object', () => {
  it('names leads by their codes, the standard ones in their order', async () => {
    const names = ['V7', 'V6', 'X', 'aVF', 'ECG II', 'V3R', 'I', 'CM5', '-aVR', 'NASA', 'ECG1'];
    const file = await written(names.map((name, at) => ({ name, values: [at] })));
    const codes = [...file.toString('latin1').matchAll(/SH..(2:\d+)/gs)].map(([, code]) => code);
    expect(codes).to.deep.equal(['2:1', '2:2', '2:64', '2:8', '2:9', '2:16', '2:11', '2:20', '2:65', '2:0', '2:0']);
    const [found] = await read(file);
    expect(found!.recording.channels.map(({ name }) => name)).to.deep.equal([
      'I',
      'ECG II',
      'aVF',
      'V6',
      'V7',
      'X',
      'V3R',
      'CM5',
      '-aVR',
      'NASA',
      'ECG1',
    ]);
    expect(found!.digits.map(([value]) => value)).to.deep.equal([6, 4, 3, 1, 0, 2, 5, 7, 8, 9, 10]);
  });

  it('names units by their UCUM codes', async () => {
    const units = ['Ohm', 'Ω', '%', 'mmHg', 'mm[Hg]', 'Cel', '°C', 'bpm', 'mV'];
    const file = await written(units.map((unit, at) => ({ name: `channel ${at}`, values: [at], unit })));
    expect(file.includes('99LEADWIRE')).to.equal(false);
    const [found] = await read(file);
    expect(found!.recording.channels.map(({ unit }) => unit)).to.deep.equal([
      'Ohm',
      'Ohm',
      '%',
      'mm[Hg]',
      'mm[Hg]',
      'Cel',
      'Cel',
      '/min',
      'mV',
    ]);
  });

  it('writes the version of the scheme with codes of SCP-ECG', async () => {
    const annotations = [{ at: 0, duration: null, channel: null, code: '5.10.3-1', text: null }];
    const version = Buffer.concat([
      Buffer.from('SCPECG'),
      Buffer.from([8, 0, 3, 1]),
      Buffer.from('SH\u0004\u00001.3 '),
    ]);
    expect((await written([{ values: [1] }], { annotations })).includes(version)).to.equal(true);
  });

  it('has no control characters in notes besides the ends of lines', async () => {
    const file = await written([{ values: [1] }], { notes: 'one\u0001two\u001b[1m\r\n\tthree' });
    expect(file.includes('one two [1m\r\n\tthree')).to.equal(true);
  });

  it('has no empty date without a date, and comes back without a date and without a warning', async () => {
    const file = await written([{ values: [1] }], { date: null });
    expect(file.toString('latin1')).to.match(/19000101000000.*REMOVED/s);
    const [{ recording }] = (await read(file)) as [DecodedWhole];
    expect([recording.date, recording.warnings]).to.deep.equal([null, []]);
  });
});

const DATE = '2026-01-15T09:30:00.250123+01:00';
const NOBODY: Subject = { patientId: null, patientName: null, birthDate: null, sex: null, studyId: null };
const SOMEBODY: Subject = {
  patientId: '4711',
  patientName: 'Zoë Müller',
  birthDate: '1971-01-23',
  sex: 'female',
  studyId: '1.2.3.4',
};
const MARKS: Annotation[] = [
  { at: 0, duration: null, channel: null, code: 'N', text: null },
  { at: 0.002, duration: null, channel: 0, code: '5.10.3-1', text: 'RR interval' },
  { at: 0.002, duration: null, channel: 0, code: '2:16032', text: null },
  { at: 0.0301, duration: 0.5, channel: null, code: null, text: 'noise' },
];
const at = (samplingRate: number, names: readonly string[], samples = 1000): ChannelToWrite[] =>
  names.map((name) => ({ name, samplingRate, values: ramp(samples) }));
const STANDARD = CANONICAL_LEADS.slice(0, 12);
const DEIDENTIFIED: About = { date: null, subject: null };

/** Every kind of object, with and without what may be missing. */
const OBJECTS: Readonly<Record<string, readonly [ChannelToWrite[], About]>> = {
  'of 12 leads': [at(500, STANDARD, 5000), { date: DATE, subject: SOMEBODY }],
  'of 12 leads, of nobody known': [at(500, STANDARD), { date: DATE, subject: NOBODY }],
  'of 12 leads, de-identified': [at(500, STANDARD), { ...DEIDENTIFIED, annotations: MARKS.slice(0, 3) }],
  'with marks and notes': [
    at(500, STANDARD),
    { date: DATE, subject: SOMEBODY, annotations: MARKS, notes: 'first\nsecond é' },
  ],
  'with gaps': [
    at(500, STANDARD).map((channel) => ({
      ...channel,
      values: ramp(1000).map((value, i) => (i < 99 ? null : value)),
    })),
    { date: DATE, subject: SOMEBODY },
  ],
  'of an uncalibrated recording': [
    at(250, ['II', 'V5']).map((channel) => ({ ...channel, calibrated: false, zeroLevel: 1024 })),
    { date: DATE, subject: NOBODY },
  ],
  'of all kinds of leads': [
    at(500, [...STANDARD, 'V7', 'V8', 'V9', 'V3R', 'V4R', 'X', 'Y', 'Z', 'ECG II', 'CM5', 'NASA', 'Sternum ä']),
    { date: DATE, subject: SOMEBODY },
  ],
  'of several units': [
    ['Ohm', '%', 'mmHg', '°C', 'bpm', 'beats per half a minute'].map((unit, i) => ({
      name: `channel ${i}`,
      samplingRate: 500,
      values: ramp(500),
      unit,
    })),
    { date: DATE, subject: SOMEBODY },
  ],
  'of a slow recorder': [at(125, ['ECG1', 'NASA']), { date: DATE, subject: SOMEBODY }],
  'of a slow recorder, de-identified': [at(125, ['ECG1', 'NASA']), DEIDENTIFIED],
  'of several rates': [
    [...at(500, ['V1', 'II']), ...at(250, ['I'])],
    { date: DATE, subject: SOMEBODY, annotations: MARKS },
  ],
  'of 32 bits': [[{ name: 'I', samplingRate: 500, values: [40_000, 1] }], { date: DATE, subject: SOMEBODY }],
};

/** What dciodvfy says of 32 bits in a general object. */
const ABOUT_32_BITS = [
  'Error - Unrecognized enumerated value <0x20> for value 1 of attribute <Waveform Bits Allocated>',
  'Error - Unrecognized enumerated value <SL> for value 1 of attribute <Waveform Sample Interpretation>',
];

/**
 * dciodvfy of 2022 does not know the object with 32 bits, which has the modules of the general one: it is checked as
 * that, except for its bits.
 */
function asGeneral(file: Buffer): Buffer {
  const known = Buffer.from(file);
  for (let from = known.indexOf(SOP_CLASSES.general32); from !== -1; from = known.indexOf(SOP_CLASSES.general32))
    known.write(SOP_CLASSES.general, from, 'latin1');
  return known;
}

const isInstalled = (tool: string): boolean => spawnSync(tool, ['--version']).error === undefined;

describe('an exported DICOM object', () => {
  let folder: string;
  before(function () {
    if (!['dciodvfy', 'dcmftest', 'dcmdump'].every(isInstalled)) this.skip();
    folder = mkdtempSync(join(tmpdir(), 'leadwire-dicom-'));
  });
  after(() => folder && rmSync(folder, { recursive: true, force: true }));

  for (const [what, [channels, about]] of Object.entries(OBJECTS))
    it(`${what} has no error for dciodvfy (dicom3tools), and is a file for dcmtk`, async () => {
      const path = join(folder, 'object.dcm');
      writeFileSync(path, asGeneral(await written(channels, about)));
      const { stderr } = spawnSync('dciodvfy', [path], { encoding: 'utf8' });
      expect(stderr).to.match(/^(?:TwelveLead|General|Ambulatory)ECG$/m);
      const errors = stderr.split('\n').filter((line) => line.startsWith('Error'));
      expect(errors).to.deep.equal(what === 'of 32 bits' ? ABOUT_32_BITS : []);
      expect(execFileSync('dcmftest', [path], { encoding: 'utf8' })).to.match(/^yes/);
      execFileSync('dcmdump', ['--quiet', path]);
    });
});
