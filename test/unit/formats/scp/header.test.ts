/** What an SCP-ECG file says about the patient, the time, the measurements and the interpretation. */
import { expect } from 'chai';
import { crc16 } from '../../../../src/formats/common/crc16.ts';
import { decodeScp } from '../../../../src/formats/scp/decode.ts';
import type { DecodedRecording } from '../../../../src/formats/types.ts';
import { type DecodedWhole, decodeFiles } from '../../../support/formats.ts';
import { crc, device, plainFile, signalsBody, tag, u16, u32, u8 } from './files.ts';

const SAMPLES = Array.from({ length: 500 }, (_, i) => i);
const whole = async (more: Readonly<Record<number, Uint8Array>>): Promise<DecodedWhole> =>
  (await decodeFiles(decodeScp, { a: plainFile(SAMPLES, more) }, 'a'))[0] as DecodedWhole;
const described = async (more: Readonly<Record<number, Uint8Array>>): Promise<DecodedRecording> =>
  (await whole(more)).recording;
const tagged = async (...tags: Uint8Array[]): Promise<DecodedRecording> =>
  described({ 1: Buffer.concat([...tags, tag(255, '')]) });
const DATE = tag(25, Buffer.concat([u16(2003), u8(2, 1)]));
const TIME = tag(26, u8(4, 5, 6));

const statement = (number: number, data: string): Buffer =>
  Buffer.concat([u8(number), u16(data.length), Buffer.from(data)]);

const head = (confirmed: number, count: number): Buffer => u8(confirmed, 0, 0, 0, 0, 0, 0, 0, count);

describe('section 1 of an SCP-ECG file', () => {
  it('names the patient', async () => {
    const { subject } = await tagged(
      tag(0, 'Silva\0'),
      tag(1, 'Ana\0'),
      tag(2, 'P1\0\0'),
      tag(5, Buffer.concat([u16(1970), u8(12, 31)])),
      tag(8, u8(2)),
    );
    expect(subject).to.deep.equal({
      patientId: 'P1',
      patientName: 'Ana Silva',
      birthDate: '1970-12-31',
      sex: 'female',
      studyId: null,
    });
    expect((await tagged(tag(0, '\0'), tag(8, u8(9)))).subject).to.equal(null);
  });

  it('gives the start with the zone, if there is one', async () => {
    expect((await tagged(DATE, TIME)).date).to.equal('2003-02-01T04:05:06');
    for (const [minutes, zone] of [
      [-210, '-03:30'],
      [60, '+01:00'],
      [0, '+00:00'],
      [0x7fff, ''],
    ] as const)
      expect((await tagged(DATE, TIME, tag(34, u16(minutes, 0)))).date).to.equal(`2003-02-01T04:05:06${zone}`);
  });

  it('warns of dates, times and zones that do not exist', async () => {
    expect(await tagged(DATE)).to.deep.include({ date: '2003-02-01', warnings: [] });
    expect(await tagged(TIME)).to.deep.include({ date: null, warnings: [] });
    for (const [tags, date, warning] of [
      [[tag(25, u8(1, 1, 13, 1)), TIME], null, /acquisition date is not a valid date/],
      [[DATE, tag(26, u8(24, 0, 0))], '2003-02-01', /acquisition time is not a valid time/],
      [[DATE, TIME, tag(34, u16(900, 0))], '2003-02-01T04:05:06', /time zone, 900 minutes/],
    ] as const) {
      const recording = await tagged(...tags);
      expect(recording.date).to.equal(date);
      expect(recording.warnings.join()).to.match(warning);
    }
  });

  it('has texts in the character set of tag 14', async () => {
    for (const [language, bytes, name] of [
      [0x00, Buffer.from('Müller\0'), 'Müller'],
      [0x00, Buffer.from('Müller\0', 'latin1'), 'Müller'],
      [0x01, Buffer.from('Müller\0', 'latin1'), 'Müller'],
      [0x03, Buffer.from([0xb3, 0xf3, 0x64, 0xbc, 0]), 'łódź'],
      [0x07, Buffer.from('Ωm\0', 'utf16le'), 'Ωm'],
      [0x13, Buffer.from([0xb8, 0xd2, 0]), 'Ив'],
      [0x37, Buffer.from('Müller\0'), 'Müller'],
    ] as const)
      expect((await tagged(tag(0, bytes), device(language))).subject?.patientName, String(language)).to.equal(name);
    expect((await tagged(device(0x55))).warnings.join()).to.match(/language support code 85 is not known/);
  });

  it('has remarks, which become notes', async () => {
    const { notes } = await tagged(
      tag(13, 'Chest pain\0'),
      tag(10, Buffer.concat([u8(0, 1, 2), Buffer.from('Digoxin\0')])),
      tag(30, 'first\0'),
      tag(30, 'second\0'),
      tag(35, 'none\0'),
    );
    expect(notes).to.equal('Indication: Chest pain\nMedication: Digoxin\nHistory: none\nfirst\nsecond');
  });

  it('is read as far as its tags fit, with a warning', async () => {
    const { subject, warnings } = await described({ 1: Buffer.concat([tag(2, 'P1\0'), u8(0), u16(500)]) });
    expect(subject?.patientId).to.equal('P1');
    expect(warnings.join()).to.match(/Tag 0 of section 1 does not fit/);
  });

  it('may name a maker whose files deviate', async () => {
    expect((await tagged(device(0, 'x\0x\0x\0x\0Heal Force\0'))).warnings.join()).to.match(/may deviate/);
  });
});

describe('the further sections of an SCP-ECG file', () => {
  it('have statements, which become notes', async () => {
    const { notes } = await described({
      8: Buffer.concat([head(0, 2), statement(1, 'Sinus rhythm\0'), statement(2, 'Normal ECG\0')]),
      11: Buffer.concat([head(1, 1), statement(1, '\u0001NSR\0NML\0')]),
    });
    expect(notes).to.equal(
      'Interpretation (not confirmed):\nSinus rhythm\nNormal ECG\nStatement codes (confirmed):\nNSR NML',
    );
  });

  it('have measurements and pacemaker spikes', async () => {
    const block = u16(10, 110, 160, 250, 500, -20, 30, 999);
    const spikes = Buffer.concat([u16(900, 5, 400, 5), u16(0, 0, 0, 0, 0, 0)]);
    const rates = Buffer.concat([u16(1), u8(0), u16(75, 29999, 410), u8(1), u16(0)]);
    const { recording, annotations } = await whole({
      7: Buffer.concat([u8(1, 2), u16(800, 29999), block, spikes, rates]),
    });
    expect(recording.notes?.split('\n')).to.deep.equal([
      'RR interval: 800 ms',
      'P duration: 100 ms',
      'PR interval: 150 ms',
      'QRS duration: 90 ms',
      'QT interval: 340 ms',
      'P axis: -20°',
      'QRS axis: 30°',
      'Ventricular rate: 75 /min',
      'QTc interval (Bazett): 410 ms',
    ]);
    expect(annotations.map(({ at, text }) => [at, text])).to.deep.equal([
      [0.4, 'pacemaker spike'],
      [0.9, 'pacemaker spike'],
    ]);
  });

  it('do not prevent the rhythm from being read if they are damaged or unknown', async () => {
    const { warnings } = await described({
      4: u8(1),
      5: signalsBody([u16(1)]),
      7: u8(9, 9),
      8: u8(0, 0, 0, 0, 0, 0, 0, 0, 3),
      10: u32(0),
    });
    for (const expected of [
      /Section 4 was not kept: Section 4 ends too early/,
      /Section 5 was not kept: .* length of 0 ms/,
      /Section 7 was not kept/,
      /Section 8 was not kept/,
      /Section 10 is not read/,
    ])
      expect(warnings.join('\n')).to.match(expected);
  });
});

describe('a very long section 1', () => {
  it('is read in a time that grows with its length only', async () => {
    const remarks = Buffer.concat([...Array.from({ length: 100_000 }, () => tag(30, 'x')), tag(2, 'P1')]);
    const { notes, subject } = await described({ 1: remarks });
    expect(subject?.patientId).to.equal('P1');
    expect(notes).to.have.length(10_000);
  });

  it('is not kept, with a warning, if it exceeds the bound of metadata', async () => {
    const { subject, warnings } = await tagged(
      tag(2, 'P1'),
      ...Array.from({ length: 20 }, () => tag(30, 'x'.repeat(60_000))),
    );
    expect(subject).to.equal(null);
    expect(warnings.join()).to.match(/Section 1 was not kept: It has more than 1,048,576 bytes/);
  });
});

describe('CRC-16/CCITT-FALSE', () => {
  it('has its check value, and continues where it was', () => {
    const bytes = Buffer.from('123456789');
    expect(crc16(bytes)).to.equal(0x29b1);
    expect(crc16(bytes.subarray(4), crc16(bytes.subarray(0, 4)))).to.equal(0x29b1);
    expect(crc16(Buffer.from(SAMPLES))).to.equal(crc(Buffer.from(SAMPLES)));
  });
});
