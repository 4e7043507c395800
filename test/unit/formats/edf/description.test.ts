/** Scales, rates, gaps and descriptions of EDF and BDF files. */
import { expect } from 'chai';
import * as fc from 'fast-check';
import type { DecodedWhole } from '../../../support/formats.ts';
import { digits, ONE, read, refusal, scale } from './reading.ts';
import { type MadeFile, timed } from './support.ts';

/** Sampling rate for records of this many samples. */
const rate = async (duration: string, samples: number): Promise<number | null> =>
  (await read({ duration, signals: [{ records: [Array.from({ length: samples }, () => 1)] }] })).recording.channels[0]!
    .samplingRate;
/** A file with gaps, with records at these times. */
const gappy = (...times: (number | string)[]): MadeFile => ({
  reserved: 'EDF+D',
  signals: [
    { label: 'I', records: times.map((_, at) => [4 * at + 1, 4 * at + 2, 4 * at + 3, 4 * at + 4]) },
    { label: 'T', records: times.map((_, at) => [at]) },
    { records: times.map((time) => timed(time)) },
  ],
});
const described = async (file: Partial<MadeFile>): Promise<DecodedWhole['recording']> =>
  (await read({ signals: [ONE], ...file })).recording;
const patientOf = async (patient: string): Promise<DecodedWhole['recording']['subject']> =>
  (await described({ patient })).subject;

describe('EDF and BDF files', () => {
  describe('as physical values', () => {
    it('follow the four limits exactly', async () => {
      expect(await scale(['-3.2768', '3.2767'], ['-32768', '32767'])).to.deep.equal([10000, 0]);
      expect(await scale(['-5.12', '5.115'], ['0', '2047'])).to.deep.equal([200, 1024]);
      expect(await scale(['-1000', '1000'], ['-32768', '32767'])).to.deep.equal([32.7675, -0.5]);
      expect(await scale(['-1.5E-3', '1,5E-3'], ['-1500', '1500'])).to.deep.equal([1e6, 0]);
    });

    it('may be inverted', async () => {
      expect(await scale(['3276.8', '-3276.7'], ['-32768', '32767'])).to.deep.equal([-10, 0]);
    });

    it('agree with the formula of the specification', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: -99999, max: 99999 }),
          fc.integer({ min: -99999, max: 99999 }),
          fc.integer({ min: -32768, max: 0 }),
          fc.integer({ min: 1, max: 32767 }),
          async (a, b, low, high) => {
            fc.pre(a !== b);
            const [gain, zeroLevel] = (await scale([String(a / 10), String(b / 10)], [String(low), String(high)])) as [
              number,
              number,
            ];
            for (const digit of [low, high, 0, 17]) {
              const expected = a / 10 + ((digit - low) * ((b - a) / 10)) / (high - low);
              expect((digit - zeroLevel) / gain).to.be.closeTo(expected, 1e-9 * Math.max(Math.abs(a), Math.abs(b), 1));
            }
          },
        ),
        { seed: 3, numRuns: 60 },
      );
    });

    it('are reported as uncalibrated if the physical limits are equal', async () => {
      const { recording } = await read({ signals: [{ ...ONE, physical: ['0', '0'] }] });
      expect(recording.channels[0]).to.include({ gain: null, zeroLevel: null });
      expect(recording.warnings.join()).to.include('ECG I');
    });

    it('keep the unit as given, in UTF-8 or Latin-1', async () => {
      for (const unit of [Buffer.from('µV'), Buffer.from([0xb5, 0x56])])
        expect((await read({ signals: [{ ...ONE, unit }] })).recording.channels[0]!.unit).to.equal('µV');
      expect((await read({ signals: [{ ...ONE, unit: '' }] })).recording.channels[0]!.unit).to.equal(null);
    });
  });

  describe('as rates', () => {
    it('are samples per record divided by its duration', async () => {
      expect(await rate('0.1', 26)).to.equal(260);
      expect(await rate('10', 1)).to.equal(0.1);
      expect(await rate('0.3', 1)).to.equal(1 / 0.3);
    });

    it('are integers if the duration was rounded to eight characters', async () => {
      expect(await rate('2.777778', 1000)).to.equal(360);
      expect(await rate('2.777770', 1000)).to.be.closeTo(360.001, 0.0001);
      expect(await rate('2.77778', 1000)).to.be.closeTo(1000 / 2.77778, 1e-9);
    });
  });

  describe('with gaps', () => {
    it('have missing samples in the gaps', async () => {
      const gap = Array.from({ length: 6 }, () => NaN);
      expect(digits(await read(gappy(0, 2.5, 3.5)))).to.deep.equal([
        [1, 2, 3, 4, ...gap, 5, 6, 7, 8, 9, 10, 11, 12],
        [0, NaN, NaN, 1, 2],
      ]);
    });

    it('begin with their first record, whenever it was', async () => {
      const whole = await read({ ...gappy(5.25, 6.25), startTime: '23.59.57' });
      expect(digits(whole)[0]).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8]);
      expect(whole.recording.date).to.equal('2026-01-16T00:00:02.25');
    });

    it('tolerate a sample more or less as rounding', async () => {
      for (const times of [
        [0, 0.8, 1.9],
        [0, 1.2, 2.2],
      ])
        expect(digits(await read(gappy(...times)))[0]).to.have.length(12);
    });

    it('are refused if records overlap, go back or have no time', async () => {
      expect((await refusal(gappy(0, 0.5))).message).to.match(/before the end/);
      expect((await refusal(gappy(0, 5, 1))).message).to.match(/Record 3 begins at 1 s/);
      expect((await refusal({ ...gappy(0), signals: [ONE, { records: ['noise'] }] })).message).to.match(/no time/);
      expect((await refusal({ ...gappy(0), signals: [ONE] })).message).to.match(/no annotation signal/);
    });

    it('are refused before a false time creates too many missing samples', async () => {
      const error = await refusal(gappy(0, 900000000));
      expect(error).to.include({ kind: 'content' });
      expect(error.message).to.match(/Split the file/);
      expect((await refusal(gappy(0, 99999999999))).message).to.match(/no time/);
    });

    it('are reported but not created if the file claims to be continuous', async () => {
      const whole = await read({ ...gappy(0, 7), reserved: 'EDF+C' });
      expect(digits(whole)[0]).to.have.length(8);
      expect(whole.recording.warnings.join()).to.match(/no gaps, but 1 of/);
    });
  });

  describe('as descriptions', () => {
    it('have two-digit years from 1985 on, and four digits if the recording field has them', async () => {
      expect((await described({ startDate: '31.12.85' })).date).to.equal('1985-12-31T09:30:00');
      expect((await described({ startDate: '01.02.84' })).date).to.equal('2084-02-01T09:30:00');
      expect(
        (await described({ startDate: '01.02.84', reserved: 'EDF+C', recording: 'Startdate 01-FEB-1984 X X X' })).date,
      ).to.equal('1984-02-01T09:30:00');
    });

    it('is that of the recording field, with a warning, if the header names another day', async () => {
      const file = { startDate: '05.03.84', reserved: 'EDF+C', recording: 'Startdate 05-MAR-2024 X X X' };
      const { date, warnings } = await described({ ...file, startDate: '05.04.24' });
      expect(date).to.match(/^2024-03-05T/);
      expect(warnings).to.deep.equal([
        'The start date is "05.04.24" in the header, but 2024-03-05 in the field of the recording, which was used.',
      ]);
      expect((await described(file)).warnings).to.have.length(1);
      expect((await described({ ...file, startDate: '05.03.24' })).warnings).to.deep.equal([]);
      expect((await described({ ...file, startDate: '05.03.yy' })).warnings).to.deep.equal([]);
    });

    it('have no date if it is hidden or invalid', async () => {
      expect(
        await described({
          startDate: '01.01.85',
          startTime: '00.00.00',
          reserved: 'EDF+C',
          patient: 'X X X X',
          recording: 'Startdate X X X X',
        }),
      ).to.deep.include({ date: null, subject: null, notes: null, warnings: [] });
      const { date, warnings } = await described({ startDate: '31.02.20' });
      expect(date).to.equal(null);
      expect(warnings.join()).to.include('31.02.20');
    });

    it('divide the fields of EDF+', async () => {
      const { subject, notes } = await described({
        reserved: 'EDF+C',
        patient: 'MCH_0234567 F 02-MAY-1951 Haagse_Harry',
        recording: 'Startdate 02-MAR-2002 EMG561 BK/JOP Sony._MNC_R_Median_Nerve.',
      });
      expect(subject).to.deep.equal({
        patientId: 'MCH 0234567',
        patientName: 'Haagse Harry',
        birthDate: '1951-05-02',
        sex: 'female',
        studyId: 'EMG561',
      });
      expect(notes).to.equal('Sony. MNC R Median Nerve.; Technician: BK/JOP');
    });

    it('keep the free text of EDF', async () => {
      const { subject, notes } = await described({
        patient: Buffer.from('Jürgen, ward 3', 'latin1'),
        recording: 'Holter 7',
      });
      expect(subject).to.include({ patientId: null, patientName: 'Jürgen, ward 3' });
      expect(notes).to.equal('Holter 7');
    });

    it('divide the patient field of plain EDF only if it has the subfields anyway', async () => {
      const nobody = { patientId: null, patientName: null, birthDate: null, sex: null, studyId: null };
      const known = { ...nobody, patientId: 'P7', patientName: 'Ana' };
      const more = { birthDate: '1951-05-02', sex: 'female' };
      expect(await patientOf('P7 F 02-MAY-1951 Ana')).to.deep.equal({ ...known, ...more });
      expect(await patientOf('P7 X X Ana_Lima')).to.deep.equal({ ...known, patientName: 'Ana Lima' });
      const free = ['P7 F 31-FEB-1951 Ana', 'P7 F Ana', 'P7 Q 02-MAY-1951 Ana', 'Ana Maria X Lima', 'P7 f X Ana'];
      for (const text of free) {
        expect(await patientOf(text), text).to.deep.equal({ ...nobody, patientName: text });
      }
    });

    it('number equal labels and name empty ones', async () => {
      const { channels } = await described({ signals: [ONE, ONE, { ...ONE, label: '' }] });
      expect(channels.map((channel) => channel.name)).to.deep.equal(['ECG I', 'ECG I#2', 'Signal 3']);
    });
  });
});
