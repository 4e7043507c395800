/** The Philips decoder. */
import { expect } from 'chai';
import { philips } from '../../../../src/formats/philips/index.ts';
import { formatOf } from '../../../../src/formats/registry.ts';
import { fuzzDecoder } from '../../../support/fuzz.ts';
import { refusalOf } from '../../../support/formats.ts';
import {
  attributes103,
  attributes104,
  beatsOf,
  compressed,
  digitsOf,
  NAMES,
  philipsText,
  plain,
  read,
  twelveLeads,
  waveformsOf,
  withCalibration,
} from './documents.ts';
import { philipsSeeds } from './fuzz-seeds.ts';
import { xliOf } from './xli-writer.ts';

const SIERRA = { version: '1.03', type: 'SierraECG' };
const LEADS = twelveLeads(300);
const COMPRESSED = philipsText(waveformsOf(compressed(LEADS), attributes104(300)));
const CALIBRATED = withCalibration(twelveLeads(5_000), 500);
const partsOf = (found: Awaited<ReturnType<typeof read>>): (string | null)[] =>
  found.map(({ recording }) => recording.part);

describe('The Philips decoder', () => {
  for (const seed of [1, 2, 3]) {
    it(`restores random compressed leads to the digit, seed ${seed}`, async () => {
      const leads = twelveLeads(2_000, seed);
      const text = philipsText(waveformsOf(compressed(leads), attributes104(2_000)));
      expect(digitsOf((await read(text, seed))[0]!)).to.deep.equal(leads);
    });
  }

  it('describes version 1.03 by its acquisition, and version 1.04 by the attributes of the samples', async () => {
    const [found] = await read(philipsText(waveformsOf(compressed(LEADS), attributes103(300)), SIERRA));
    expect(digitsOf(found!)).to.deep.equal(LEADS);
    expect(found!.recording.channels).to.deep.equal(
      NAMES.map((name) => ({ name, samplingRate: 500, unit: 'uV', gain: 0.2, zeroLevel: 0 })),
    );
    const attributes = { ...attributes104(300, 1000), resolution: '2.5', signaloffset: '8' };
    const [other] = await read(philipsText(waveformsOf(compressed(LEADS), attributes)));
    expect(other!.recording.channels[3]).to.deep.equal({
      name: 'aVR',
      samplingRate: 1000,
      unit: 'uV',
      gain: 0.4,
      zeroLevel: 8,
    });
    expect(other!.recording).to.include({
      part: null,
      date: '2011-12-01T07:27:34',
      externalId: '03d494f2-94f2-13d4-857f-00095c028bdc',
    });
  });

  it('reads leads without compression as they are', async () => {
    for (const attributes of [
      { ...attributes104(300), compression: null },
      { ...attributes103(300), compressflag: 'False' },
    ]) {
      const [found] = await read(philipsText(waveformsOf(plain(LEADS), attributes)));
      expect(digitsOf(found!)).to.deep.equal(LEADS);
      expect(found!.recording.warnings).to.deep.equal([]);
    }
    const few = [[1, -32768, 32767]];
    const attributes = { ...attributes104(3), compression: null, numberofleads: 1, leadlabels: 'V4R' };
    expect(digitsOf((await read(philipsText(waveformsOf(plain(few), attributes))))[0]!)).to.deep.equal(few);
  });

  it('makes the last second a recording of its own if all leads end with the same pulse', async () => {
    const time = '07:27:34.987654';
    const text = philipsText(waveformsOf(compressed(CALIBRATED), attributes104(5_500)), { time });
    const [rhythm, pulse, ...more] = await read(text);
    expect(more).to.deep.equal([]);
    expect(partsOf([rhythm!, pulse!])).to.deep.equal(['rhythm', 'calibration pulse']);
    expect(digitsOf(rhythm!)).to.deep.equal(CALIBRATED.map((lead) => lead.slice(0, 5_000)));
    expect(digitsOf(pulse!)).to.deep.equal(CALIBRATED.map((lead) => lead.slice(5_000)));
    expect(rhythm!.recording.date).to.equal('2011-12-01T07:27:34.987654');
    expect(pulse!.recording.date).to.equal('2011-12-01T07:27:44.987654');
    expect(pulse!.recording.externalId).to.equal(`${rhythm!.recording.externalId}#2`);
    expect([rhythm, pulse].flatMap((whole) => whole!.recording.warnings)).to.deep.equal([]);
  });

  it('keeps the last second if a lead has no pulse, a later one, a lower one, or one without a pause', async () => {
    const changed: ((lead: number[]) => void)[] = [
      (lead) => lead.fill(0, 5_000),
      (lead) => lead.copyWithin(5_001, 5_000, 5_499),
      (lead) => lead.fill(199, 5_350, 5_450),
      (lead) => lead.fill(7, 5_340, 5_350),
      (lead) => lead.fill(200, 5_450),
    ];
    for (const [number, change] of changed.entries()) {
      const leads = CALIBRATED.map((lead) => [...lead]);
      change(leads[9]!);
      const text = philipsText(waveformsOf(compressed(leads), attributes104(5_500)));
      const [only, ...more] = await read(text);
      expect([more, digitsOf(only!)], `change ${number}`).to.deep.equal([[], leads]);
      expect([only!.recording.part, only!.recording.warnings]).to.deep.equal([
        null,
        ['The last of the eleven seconds is not a calibration pulse, so it was kept as signal.'],
      ]);
    }
  });

  it('passes over flat leads without a name, and tells of others', async () => {
    const flat = withCalibration([Array(5_000).fill(0)], 500)[0]!;
    const extra = async (lead: number[]): Promise<string[]> => {
      const bytes = Buffer.concat([compressed(CALIBRATED), xliOf(lead), xliOf(flat)]);
      const [{ recording }] = (await read(philipsText(waveformsOf(bytes, attributes104(5_500))))) as [
        Awaited<ReturnType<typeof read>>[0],
      ];
      expect(recording.channels).to.have.length(12);
      return recording.warnings;
    };
    expect(await extra(flat)).to.deep.equal([]);
    expect(await extra(CALIBRATED[7]!)).to.deep.equal([
      'A lead has no name and was not kept, although it has a signal.',
    ]);
  });

  it('refuses endless leads without a name, which cost far more time than bytes', async () => {
    const flat = xliOf(withCalibration([Array(5_000).fill(0)], 500)[0]!);
    const bytes = Buffer.concat([compressed(CALIBRATED), ...Array.from({ length: 65 }, () => flat)]);
    const { kind, message } = await refusalOf(read(philipsText(waveformsOf(bytes, attributes104(5_500)))));
    expect([kind, message]).to.deep.equal(['content', 'There are more than 64 leads without a name.']);
  });

  it('tells of limb leads that do not belong together', async () => {
    const leads = LEADS.map((lead) => [...lead]);
    leads[2]![100]! += 500;
    const bytes = plain(leads);
    const [found] = await read(philipsText(waveformsOf(bytes, { ...attributes104(300), compression: null })));
    expect(found!.recording.warnings.join()).to.match(
      /^The lead III differs from II - I by up to (?:499|500|501) digits/,
    );
  });

  it('makes the representative beats a recording, with their own rate and resolution', async () => {
    const beats = beatsOf({ I: [1, -2, 3], II: [4, 5, 6] }, { samplespersec: 1000, resolution: 2.5 });
    for (const waveforms of [
      waveformsOf(compressed(CALIBRATED), attributes104(5_500)) + beats,
      beats + waveformsOf(compressed(CALIBRATED), attributes104(5_500)),
    ]) {
      const found = await read(philipsText(waveforms));
      expect(partsOf(found)).to.have.members(['rhythm', 'calibration pulse', 'representative beat']);
      const beat = found.find(({ recording }) => recording.part === 'representative beat')!;
      expect(digitsOf(beat)).to.deep.equal([
        [1, -2, 3],
        [4, 5, 6],
      ]);
      expect(beat.recording.channels[1]).to.deep.equal({
        name: 'II',
        samplingRate: 1000,
        unit: 'uV',
        gain: 0.4,
        zeroLevel: 0,
      });
    }
  });

  it('leaves out what fills up a representative beat at its end, and only there', async () => {
    const filling = Array<number>(6_000).fill(32_767);
    const beats = beatsOf(
      { I: [1, -2, ...filling], II: [...filling, 3, -32_768, ...filling], III: filling },
      { samplespersec: 1000, resolution: 2.5 },
    );
    const found = await read(philipsText(waveformsOf(compressed(LEADS), attributes104(300)) + beats));
    const beat = found.find(({ recording }) => recording.part === 'representative beat')!;
    expect(beat.recording.channels.map(({ name }) => name)).to.deep.equal(['I', 'II']);
    expect(digitsOf(beat)).to.deep.equal([
      [1, -2],
      [...filling, 3, -32_768],
    ]);
    expect(beat.recording.warnings).to.deep.equal([
      'The representative beat of the lead "III" has no samples and was not kept.',
    ]);
  });

  it('reads representative beats of version 1.03, which have their samples directly', async () => {
    const beats = beatsOf({ I: [1, -2] }, {})
      .replace('<repbeat leadname="I"><pdur>76</pdur><waveform duration="2">', '<repbeat leadname="I" duration="4">')
      .replace('</waveform>', '');
    const [, beat] = await read(philipsText(waveformsOf(compressed(LEADS), attributes103(300)) + beats, SIERRA));
    expect(digitsOf(beat!)).to.deep.equal([[1, -2]]);
    expect(beat!.recording.channels[0]).to.include({ samplingRate: null, gain: null });
  });

  it('tells of waveforms that it does not read', async () => {
    const beats = beatsOf({ I: [1] }, { samplespersec: 500, compression: 'Huffman' });
    const others = '<leadwaveforms><leadwaveform>1 2</leadwaveform></leadwaveforms><vcgs/>';
    const [only, ...more] = await read(COMPRESSED.replace('</waveforms>', `${beats}${others}</waveforms>`));
    expect(more).to.deep.equal([]);
    expect(only!.recording.warnings).to.deep.equal([
      'The representative beats were not kept: the compression "Huffman" is not supported; XLI is.',
      'Waveforms of another kind (leadwaveforms, vcgs) were not kept.',
    ]);
  });

  it('tells the patient, the interpretation and an unknown version', async () => {
    const text = philipsText(waveformsOf(compressed(LEADS), attributes104(300)), {
      version: '2.0',
      name: 'ecg.xml',
      date: '2011-13-01',
      patient:
        '<patientid>P-1</patientid><name><lastname>B</lastname><firstname>A</firstname><middlename/></name>' +
        '<age><dateofbirth>1950-01-31</dateofbirth></age><sex>Female</sex>',
      interpretation:
        '<interpretation><mdsignatureline>Unconfirmed</mdsignatureline><severity>- NORMAL -</severity><statement>' +
        '<leftstatement>&gt;&gt; MI &lt;&lt;</leftstatement><rightstatement>QRS  long</rightstatement></statement>' +
        '<statement><leftstatement>other</leftstatement><rightstatement/></statement></interpretation>',
    });
    const { subject, notes, warnings, externalId, date } = (await read(text))[0]!.recording;
    expect(subject).to.deep.equal({
      patientId: 'P-1',
      patientName: 'A B',
      birthDate: '1950-01-31',
      sex: 'female',
      studyId: null,
    });
    expect(notes).to.equal('Unconfirmed\n- NORMAL -\n>> MI << (QRS long)\nother');
    expect([externalId, date]).to.deep.equal([null, null]);
    expect(warnings).to.deep.equal([
      'The document is a "PhilipsECG" of version "2.0", which is not known; it was read like the versions 1.03, ' +
        '1.04, 1.04.01, 1.04.02.',
      'The acquisition date "2011-13-01T07:27:34" does not exist and was not kept.',
    ]);
  });

  it('tells if the patient or the interpretation follow the waveforms, whose first recording lacks them', async () => {
    const text = philipsText(waveformsOf(plain(CALIBRATED), { ...attributes104(5_500), compression: null }));
    const patient = '<patient><generalpatientdata><patientid>7</patientid></generalpatientdata></patient>';
    const statement = '<statement><leftstatement>Sinus rhythm</leftstatement></statement>';
    const interpretation = `<interpretations><interpretation>${statement}</interpretation></interpretations>`;
    for (const behind of [patient, interpretation]) {
      const [rhythm, pulse] = await read(text.replace('</restingecgdata>', `${behind}</restingecgdata>`));
      expect([rhythm!.recording.subject, rhythm!.recording.notes]).to.deep.equal([null, null]);
      expect(pulse!.recording.warnings.join()).to.include('stand behind the waveforms in the file');
    }
    expect((await read(text))[1]!.recording.warnings).to.deep.equal([]);
  });

  it('reads ASCII and UTF-16 of both orders, and white space before the declaration', async () => {
    const wide = Buffer.from(`\ufeff${COMPRESSED.replace('UTF-8', 'utf-16')}`, 'utf16le');
    for (const bytes of [Buffer.from(`\n ${COMPRESSED}`), wide, Buffer.from(wide).swap16(), wide.subarray(2)]) {
      expect(formatOf(bytes.subarray(0, 4096))?.id).to.equal('philips');
      for (let seed = 1; seed < 20; seed++) expect(digitsOf((await read(bytes, seed))[0]!)).to.deep.equal(LEADS);
    }
    for (const text of ['<restingecgdatas>', '<RestingECG>', '<a><restingecgdata>'])
      expect(philips.recognises(Buffer.from(text)), text).to.equal(false);
  });

  it('always ends with a FormatError or a recording', async () => {
    const report = await fuzzDecoder(philips, philipsSeeds(), { cases: 3_000, seed: 20260301 });
    expect(report.accepted).to.be.greaterThan(100);
    expect(report.refused.content).to.be.greaterThan(100);
    expect(report.refused.syntax).to.be.greaterThan(100);
  });
});
