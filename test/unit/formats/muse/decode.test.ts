/** The GE MUSE decoder. */
import { expect } from 'chai';
import { muse } from '../../../../src/formats/muse/index.ts';
import { formatOf } from '../../../../src/formats/registry.ts';
import type { DecodedRecording } from '../../../../src/formats/types.ts';
import { fuzzDecoder } from '../../../support/fuzz.ts';
import {
  bytesOf,
  DECLARATION,
  leadOf,
  marksOf,
  museText,
  PATIENT,
  read,
  statement,
  TEST,
  waveformOf,
  WHOLE,
} from './documents.ts';
import { museSeeds } from './fuzz-seeds.ts';

const only = async (content: string): Promise<DecodedRecording> => (await read(museText(content)))[0]!.recording;
const rhythm = (...leads: readonly string[]): string => waveformOf('Rhythm', leads);
const idOf = (text: string): string | undefined => formatOf(Buffer.from(text))?.id;
const I = leadOf('I', [1, 2, 3]);

describe('The GE MUSE decoder', () => {
  it('keeps median and rhythm apart, with all digits', async () => {
    const [median, rhythmic, ...more] = await read(WHOLE);
    expect(more).to.deep.equal([]);
    expect([median, rhythmic].map((whole) => whole!.recording.part)).to.deep.equal(['median beat', 'rhythm']);
    expect(median!.digits.map((digits) => [...digits])).to.deep.equal([
      [1, -2, 3],
      [4, 5, 6],
    ]);
    expect(rhythmic!.digits.map((digits) => [...digits])).to.deep.equal([
      [10, -20, 30, 300, -32768],
      [1, 2, 3, 4, 5],
    ]);
    expect(rhythmic!.recording.channels).to.deep.equal(
      ['I', 'II'].map((name) => ({ name, samplingRate: 500, unit: 'uV', gain: 1 / 4.88, zeroLevel: 0 })),
    );
  });

  it('tells the patient, the time without a zone, and the diagnosis', async () => {
    for (const { recording } of await read(WHOLE)) {
      expect(recording).to.include({
        date: '2025-08-17T09:15:11',
        notes: 'Sinus rhythm\nNormal ECG',
        externalId: null,
      });
      expect(recording.subject).to.deep.equal({
        patientId: 'P-1',
        patientName: 'Ana Example',
        birthDate: '1985-03-15',
        sex: 'female',
        studyId: null,
      });
      expect(recording.warnings).to.deep.equal([]);
    }
  });

  it('takes the times of the QRS complexes as milliseconds of the rhythm', async () => {
    const [median, rhythmic] = await read(WHOLE);
    expect(median!.annotations).to.deep.equal([]);
    const mark = { duration: null, channel: null, code: 'QRS', text: 'type 0' };
    expect(rhythmic!.annotations).to.deep.equal([
      { at: 0.002, ...mark },
      { at: 0.006, ...mark },
    ]);
  });

  it('keeps QRS marks behind the waveforms, and tells of those without a time or behind the end', async () => {
    const [found] = await read(museText(`${rhythm(I)}${marksOf(4, 0, 'x', -1, 7)}`));
    expect(found!.annotations.map(({ at }) => at)).to.deep.equal([0, 0.004]);
    expect(found!.recording.warnings).to.deep.equal([
      '1 QRS marks behind the end were not kept.',
      '2 QRS marks without a time were not kept.',
    ]);
    const [first, second] = await read(museText(`${rhythm(I)}${waveformOf('Median', [I])}${marksOf(4)}`));
    expect(first!.annotations).to.deep.equal([]);
    expect(second!.recording.warnings).to.deep.equal(['1 QRS marks that follow the rhythm were not kept.']);
  });

  it('tells if the patient, the date or the diagnosis follow a waveform, whose recording lacks them', async () => {
    const late =
      'The patient, the date or the diagnosis stand behind a waveform in the file: the recordings before this';
    const waveforms = `${rhythm(I)}${waveformOf('Median', [I])}`;
    for (const behind of [PATIENT, TEST, `<Diagnosis>${statement('Sinus rhythm')}</Diagnosis>`]) {
      const [first, second] = await read(museText(`${waveforms}${behind}`));
      expect([first!.recording.date, first!.recording.subject, first!.recording.notes]).to.deep.equal([
        null,
        null,
        null,
      ]);
      expect(second!.recording.warnings).to.deep.equal([`${late} one lack them.`]);
    }
    const [, told] = await read(museText(`${PATIENT}${TEST}${waveforms}`));
    expect(told!.recording.warnings).to.deep.equal([]);
    expect((await only(`${rhythm(I)}${TEST}`)).warnings).to.deep.equal([]);
  });

  it('reads leads before the fields of their waveform', async () => {
    const fields = '<SampleBase>25</SampleBase><SampleExponent>1</SampleExponent>';
    const [found] = await read(museText(`<Waveform>${I}${fields}</Waveform>${marksOf(4)}`));
    expect(found!.recording.channels[0]!.samplingRate).to.equal(250);
    expect(found!.annotations.map(({ at }) => at)).to.deep.equal([0.004]);
  });

  it('never exchanges day and month', async () => {
    const dated = async (date: string, time = '09:15:11'): Promise<DecodedRecording> =>
      only(TEST.replace('08-17-2025', date).replace('09:15:11', time) + rhythm(I));
    expect((await dated('01-02-2025')).date).to.equal('2025-01-02T09:15:11');
    expect((await dated('2025-02-01', '')).date).to.equal('2025-02-01');
    expect((await dated('02/29/2024', '7:05')).date).to.equal('2024-02-29T07:05:00');
    for (const [date, time] of [
      ['17-08-2025', '09:15:11'],
      ['02-29-2025', '09:15:11'],
      ['08-17-2025', '24:15:11'],
      ['XX-XX-XXXX', '09:15:11'],
    ] as const) {
      const recording = await dated(date, time);
      expect(recording.date).to.equal(null);
      expect(recording.warnings).to.deep.equal([
        `The acquisition date "${date} ${time}" does not exist (month, day, year) and was not kept.`,
      ]);
    }
    const born = await only(PATIENT.replace('03-15-1985', '15-03-1985') + rhythm(I));
    expect([born.subject!.birthDate, born.warnings]).to.deep.equal([
      null,
      ['The date of birth does not exist (month, day, year) and was not kept.'],
    ]);
  });

  it('names several waveforms of one type, and gives no part to the only one', async () => {
    expect((await only(rhythm(I))).part).to.equal(null);
    const parts = await read(museText(`${rhythm(I)}${rhythm(I)}${waveformOf('Stress', [I])}`));
    expect(parts.map(({ recording }) => recording.part)).to.deep.equal(['rhythm', 'rhythm 2', 'stress']);
  });

  it('reads any leads, rates, scales and lengths', async () => {
    const leads = [
      leadOf('V3R', [1, 2], { LeadAmplitudeUnitsPerBit: '2,5', LeadAmplitudeUnits: 'NANOVOLTS' }),
      leadOf('X', [3], { LeadAmplitudeUnitsPerBit: '0.001', LeadAmplitudeUnits: 'MILLIVOLTS' }),
      leadOf('X', [4], { LeadAmplitudeUnits: 'Mystery' }),
      leadOf('Y', [5], { LeadAmplitudeUnitsPerBit: null, LeadAmplitudeUnits: null }),
    ];
    const [{ recording, digits }] = (await read(
      museText(waveformOf('Rhythm', leads, { SampleBase: 25, SampleExponent: 1 })),
    )) as [Awaited<ReturnType<typeof read>>[0]];
    expect(digits.map((lead) => [...lead])).to.deep.equal([[1, 2], [3], [4], [5]]);
    expect(recording.channels).to.deep.equal([
      { name: 'V3R', samplingRate: 250, unit: 'nV', gain: 0.4, zeroLevel: 0 },
      { name: 'X', samplingRate: 250, unit: 'mV', gain: 1000, zeroLevel: 0 },
      { name: 'X#2', samplingRate: 250, unit: 'Mystery', gain: 1 / 4.88, zeroLevel: 0 },
      { name: 'Y', samplingRate: 250, unit: null, gain: null, zeroLevel: 0 },
    ]);
  });

  it('reads base64 with blanks, references of white space and comments, and without padding', async () => {
    const base64 = bytesOf([1, 2, 3, 4, 5, 6, 7]).toString('base64');
    const spaced = base64.replaceAll(/(..)/g, '$1\r\n ').replace('=', '&#xD;&#10;<!-- = -->');
    const [{ digits }] = (await read(
      museText(rhythm(leadOf('I', [1, 2, 3, 4, 5, 6, 7], { WaveFormData: spaced }))),
    )) as [Awaited<ReturnType<typeof read>>[0]];
    expect([...digits[0]!]).to.deep.equal([1, 2, 3, 4, 5, 6, 7]);
  });

  it('verifies no CRC-32 that is 0 or missing, and takes a signed one', async () => {
    for (const crc of [0, '', null])
      expect((await only(rhythm(leadOf('I', [1, 2, 3], { LeadDataCRC32: crc })))).warnings).to.deep.equal([]);
    const samples = [-1, -2, 12345];
    const unsigned = Number(/<LeadDataCRC32>(\d+)/.exec(leadOf('I', samples))![1]);
    expect((await only(rhythm(leadOf('I', samples, { LeadDataCRC32: unsigned | 0 })))).channels).to.have.length(1);
  });

  it('tells what is wrong with a lead, or was not applied', async () => {
    const lead = leadOf('V1', [1], {
      LeadOff: 'TRUE',
      BaselineSway: 'TRUE',
      LeadTimeOffset: 2,
      FirstSampleBaseline: 100,
      LeadDataCRC32: 'x',
    });
    const waveform = waveformOf('Rhythm', [lead, leadOf('V2', [])], { NumberofLeads: 8, WaveformStartTime: 5 });
    expect((await only(waveform)).warnings).to.deep.equal([
      'LeadDataCRC32 of the lead "V1" is not a number, and was not checked.',
      'The lead "V1" has an electrode that was off (LeadOff).',
      'The lead "V1" has a swaying baseline (BaselineSway).',
      'LeadTimeOffset of the lead "V1" is "2"; it was not applied.',
      'FirstSampleBaseline of the lead "V1" is "100"; it was not applied.',
      'The lead "V2" has no samples and was not kept.',
      'NumberofLeads is 8, but the rhythm has 1.',
      'WaveformStartTime of the rhythm is "5"; it was not applied.',
    ]);
  });

  it("prefers the edited diagnosis to the machine's, and takes statements without flags as lines", async () => {
    const machine = `<OriginalDiagnosis>${statement('machine')}</OriginalDiagnosis>`;
    expect((await only(machine + rhythm(I))).notes).to.equal('machine');
    const edited = `<Diagnosis>${statement('a', false)}${statement('b', false)}</Diagnosis>`;
    expect((await only(edited + machine + rhythm(I))).notes).to.equal('a\nb');
  });

  it('gives the same result wherever the file is cut', async () => {
    const whole = JSON.stringify(await read(WHOLE));
    for (let seed = 2; seed < 100; seed++) expect(JSON.stringify(await read(WHOLE, seed))).to.equal(whole);
  });

  it('reads Latin-1, UTF-8 and UTF-16, and white space before the declaration', async () => {
    const named = WHOLE.replace('Ana', 'Zoë');
    for (const bytes of [
      Buffer.from(named, 'latin1'),
      Buffer.from(`\ufeff \n${named.replace('ISO-8859-1', 'UTF-8')}`),
      Buffer.from(`\r\n\t ${named.replace('ISO-8859-1', 'UTF-8')}`),
      Buffer.from(`${' '.repeat(2_000)}${named}`, 'latin1'),
      Buffer.from(`\ufeff\n${named.replace('ISO-8859-1', 'UTF-16')}`, 'utf16le'),
    ]) {
      expect(formatOf(bytes.subarray(0, 4096))?.id).to.equal('muse');
      const [median, rhythmic] = await read(bytes);
      expect(median!.recording.subject!.patientName).to.equal('Zoë Example');
      expect(rhythmic!.digits[1]).to.deep.equal(Float64Array.of(1, 2, 3, 4, 5));
    }
  });

  it('recognises its documents, with and without a document type', () => {
    expect(idOf(`${DECLARATION}<RestingECG>`)).to.equal('muse');
    expect(idOf('<RestingECG>')).to.equal('muse');
    for (const text of ['<RestingECGs>', '<restingecgdata>', '<AnnotatedECG>', 'RestingECG', '{"a":"<RestingECG>"}'])
      expect(muse.recognises(Buffer.from(text)), text).to.equal(false);
  });

  it('always ends with a FormatError or a recording', async () => {
    const report = await fuzzDecoder(muse, museSeeds(), { cases: 3_000, seed: 20260301 });
    expect(report.accepted).to.be.greaterThan(100);
    expect(report.refused.content).to.be.greaterThan(20);
    expect(report.refused.syntax).to.be.greaterThan(100);
  });
});
