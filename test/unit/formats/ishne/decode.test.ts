/** The ISHNE decoder: samples, leads, scales, the patient, the start, the notes, and what it reports. */
import { expect } from 'chai';
import { decodeIshne } from '../../../../src/formats/ishne/decode.ts';
import { ishne } from '../../../../src/formats/ishne/index.ts';
import { formatOf } from '../../../../src/formats/registry.ts';
import { HEAD_BYTES } from '../../../../src/formats/types.ts';
import { type DecodedWhole, decodeFiles, LIMITS, refusalOf } from '../../../support/formats.ts';
import { type MadeRecording, recordingFile } from './files.ts';

const FRAMES = [
  [1, 10, -100],
  [2, 20, -200],
  [3, 30, -300],
];
const decoded = async (file: Uint8Array, seed = 1, limits = LIMITS): Promise<DecodedWhole> => {
  const [found, ...more] = await decodeFiles(decodeIshne, { 'a.ecg': file }, 'a.ecg', seed, limits);
  expect(more).to.deep.equal([]);
  return found!;
};
const read = async (file: Partial<MadeRecording> = {}): Promise<DecodedWhole> =>
  decoded(recordingFile({ frames: FRAMES, ...file }));
const warnings = async (file: Partial<MadeRecording>): Promise<string[]> => (await read(file)).recording.warnings;
const refusal = async (file: Uint8Array) => {
  const { kind, offset, message } = await refusalOf(decoded(file));
  return { kind, offset, message };
};

const namesOf = async (leads: readonly number[]) => {
  const { recording } = await read({ frames: [leads.map(() => 1)], leads: leads.map((code) => ({ code })) });
  return [recording.channels.map(({ name }) => name), recording.warnings];
};

const nameFrom = async (firstName: Uint8Array) =>
  (await read({ firstName, lastName: '' })).recording.subject!.patientName;

const startOf = async (date: readonly [number, number, number], time: readonly [number, number, number]) => {
  const { recording } = await read({ date, time });
  return [recording.date, recording.warnings.length];
};

describe('the ISHNE decoder', () => {
  it('reads leads, digits, scale, start and patient', async () => {
    const { recording, digits } = await read();
    expect(digits.map((lead) => [...lead])).to.deep.equal([
      [1, 2, 3],
      [10, 20, 30],
      [-100, -200, -300],
    ]);
    expect(recording).to.deep.equal({
      externalId: null,
      date: '2026-01-15T09:30:07',
      channels: ['I', 'II', 'III'].map((name) => ({ name, samplingRate: 200, unit: 'mV', gain: 400, zeroLevel: 0 })),
      patient: null,
      study: null,
      notes: null,
      subject: {
        patientId: 'P 17',
        patientName: 'Zoë Doe',
        birthDate: '1951-05-02',
        sex: 'female',
        studyId: null,
      },
      part: null,
      warnings: [],
    });
  });

  it('is recognised before every other format', () => {
    const file = recordingFile({ frames: FRAMES });
    expect(formatOf(file.subarray(0, HEAD_BYTES))?.id).to.equal('ishne');
    expect(ishne.recognises(file.subarray(0, 7))).to.equal(false);
  });

  it('reads more samples than it takes apart at once, cut anywhere', async () => {
    for (const leads of [1, 7, 12]) {
      const frames = Array.from({ length: Math.ceil(300_000 / leads) }, (_, frame) =>
        Array.from({ length: leads }, (__, lead) => ((frame * 31 + lead * 7) % 60_000) - 30_000),
      );
      const { digits } = await decoded(recordingFile({ frames }), leads);
      for (const [lead, values] of digits.entries())
        expect(
          values.every((value, frame) => value === frames[frame]![lead]) && values.length === frames.length,
        ).to.equal(true);
    }
  });

  it('takes -32768 for a lead fault: a missing sample', async () => {
    expect([...(await read({ frames: [[-32768], [-32767]] })).digits[0]!]).to.deep.equal([NaN, -32767]);
  });

  it('names every lead of the standard, and tells unknown ones apart', async () => {
    const codes = [2, 3, 4, 8, 9, 10, 11, 16, 17, 18, 19];
    expect(await namesOf(codes)).to.deep.equal([
      ['X', 'Y', 'Z', 'aVR', 'aVL', 'aVF', 'V1', 'V6', 'ES', 'AS', 'AI'],
      [],
    ]);
    expect(await namesOf([0, 1, 5, 5, 20])).to.deep.equal([
      ['channel 1', 'channel 2', 'I', 'I#2', 'channel 5'],
      ['The lead code 20 of "channel 5" is not one of the standard.'],
    ]);
  });

  it('gives each lead its own resolution, and none where the file has none', async () => {
    const leads = [{ resolution: 1000 }, { resolution: 3000 }, { resolution: -9 }];
    const { recording } = await read({ leads });
    expect(recording.channels.map(({ gain, unit }) => [gain, unit])).to.deep.equal([
      [1000, 'mV'],
      [1e6 / 3000, 'mV'],
      [null, null],
    ]);
    expect(recording.warnings).to.deep.equal(['"III" has no resolution: its values are stored without a calibration.']);
  });

  it('reports a missing sampling rate', async () => {
    const { recording } = await read({ rate: -9 });
    expect(recording.channels[0]!.samplingRate).to.equal(null);
    expect(recording.warnings).to.deep.equal(['The header has no sampling rate.']);
  });

  describe('checks the checksum of the header', () => {
    it('in both byte orders', async () => {
      for (const checksum of ['little', 'big'] as const)
        expect(await warnings({ checksum, block: 'x' })).to.deep.equal([]);
    });

    it('and reports one that is not filled in, or wrong', async () => {
      expect(await warnings({ checksum: 0 })).to.deep.equal([
        'The checksum of the header is not filled in: it was not checked.',
      ]);
      const [said, ...more] = await warnings({ checksum: 0x1234 });
      expect(said).to.match(
        /^The checksum of the header is 1234, but its bytes give [0-9A-F]{4}: the header was damaged/,
      );
      expect(more).to.deep.equal([]);
    });
  });

  describe('takes the number of samples from the file', () => {
    it('whether the header counts those of each lead, or of all, or has no number', async () => {
      for (const samples of [3, 9, 0, -9]) expect(await warnings({ samples }), String(samples)).to.deep.equal([]);
    });

    it('and reports a number that fits neither', async () => {
      const { recording, digits } = await read({ samples: 5 });
      expect(digits.map(({ length }) => length)).to.deep.equal([3, 3, 3]);
      expect(recording.warnings).to.deep.equal([
        'The header declares 5 samples, but the file has 3 of each lead (9 in all): it may have been cut off.',
      ]);
    });

    it('and reports bytes after the last whole frame', async () => {
      // 9 samples are in whole frames, 10 are whole.
      for (const samples of [3, 9, 10]) {
        expect(await warnings({ samples, tail: Uint8Array.of(1, 0, 2) }), String(samples)).to.deep.equal([
          'The file ends in the middle of a frame: its last 3 bytes were not kept.',
        ]);
      }
    });
  });

  it('finds the samples behind the variable block, and reports another offset', async () => {
    const { recording, digits } = await read({ block: 'abc', samplesOffset: 4096 });
    expect(digits[0]![0]).to.equal(1);
    expect(recording.warnings).to.deep.equal([
      'According to the header the samples begin at byte 4,096; they were read from byte 525, the end of the ' +
        'variable block.',
    ]);
    expect(await warnings({ samplesOffset: -9, blockSize: -9 })).to.deep.equal([]);
  });

  it('reports an unknown version', async () => {
    expect(await warnings({ version: 2 })).to.deep.equal(['The header has version 2; it was read as version 1.']);
  });

  it('makes notes of comments, pacemaker, qualities, recorder and rights', async () => {
    const { recording } = await read({
      block: 'Syncope?\r\nTablets: none\0\x05rest',
      pacemaker: 5,
      leads: [{ quality: 1 }, { quality: 3 }, { quality: 4 }],
      recorder: 'digital',
      owner: 'Ward 7',
      copyright: 'none',
    });
    expect(recording.notes).to.equal(
      [
        'Syncope?',
        'Tablets: none',
        'Pacemaker: dual chamber, bipolar',
        'Quality: II frequent noise (more than 10 % of the time), III intermittently disconnected (less than 10 % of ' +
          'the time)',
        'Recorder: digital',
        'Owner: Ward 7',
        'Copyright: none',
      ].join('\n'),
    );
  });

  it('reports a variable block that is not text, and comments that are too long', async () => {
    expect(await warnings({ block: Uint8Array.of(1, 2, 3) })).to.deep.equal([
      'The variable block (3 bytes) is not text and was not kept.',
    ]);
    const { recording } = await read({ block: 'x'.repeat(10_001) });
    expect(recording.notes).to.have.length(10_000);
    expect(recording.warnings).to.deep.equal(['Comments after 10,000 characters were not kept.']);
  });

  it('reads texts in UTF-8 and in Windows-1252, up to the first zero byte', async () => {
    expect(await nameFrom(Buffer.from('José\0\x07old', 'latin1'))).to.equal('José');
    expect(await nameFrom(Buffer.from(`${'x'.repeat(39)}é`).subarray(0, 40))).to.equal('x'.repeat(39));
  });

  it('has no subject if the header names nobody', async () => {
    const nobody = { firstName: '', lastName: '', id: '', sex: 0, birthDate: [-9, -9, -9] } as const;
    expect((await read(nobody)).recording.subject).to.equal(null);
  });

  it('takes days and times that exist, and reports others', async () => {
    expect(await startOf([15, 1, 2026], [0, 0, 0])).to.deep.equal(['2026-01-15T00:00:00', 0]);
    expect(await startOf([15, 1, 2026], [-9, -9, -9])).to.deep.equal(['2026-01-15', 0]);
    expect(await startOf([-9, -9, -9], [-9, -9, -9])).to.deep.equal([null, 0]);
    expect(await startOf([0, 0, 0], [0, 0, 0])).to.deep.equal([null, 1]);
    expect(await startOf([30, 2, 2026], [9, 0, 0])).to.deep.equal([null, 1]);
    expect(await startOf([15, 1, 26], [9, 0, 0])).to.deep.equal([null, 1]);
    expect(await startOf([15, 1, 2026], [24, 0, 0])).to.deep.equal(['2026-01-15', 1]);
    expect(await warnings({ birthDate: [31, 4, 1951] })).to.deep.equal([
      'The birth date (day 31, month 4, year 1951) does not exist and was not kept.',
    ]);
  });

  describe('refuses', () => {
    const whole = recordingFile({ frames: FRAMES, block: 'abc' });

    it('a file that ends inside its header', async () => {
      for (const length of [20, 521, 524])
        expect((await refusal(whole.subarray(0, length))).message).to.equal('The file ends inside its header.');
      expect((await refusal(whole.subarray(0, 521))).kind).to.equal('syntax');
    });

    it('a file without samples', async () => {
      for (const length of [525, 530])
        expect(await refusal(whole.subarray(0, length))).to.deep.include({
          kind: 'content',
          message: 'The file has no samples.',
        });
    });

    it('impossible numbers of leads, and more than the limit', async () => {
      for (const leadCount of [0, -9, 13])
        expect((await refusal(recordingFile({ frames: FRAMES, leadCount }))).message).to.equal(
          `The header declares ${leadCount} leads; 1 to 12 are possible.`,
        );
      const { message } = await refusalOf(decoded(whole, 1, { ...LIMITS, maxChannels: 2 }));
      expect(message).to.include('MAX_CHANNELS');
    });

    it('a variable block of impossible or excessive size', async () => {
      for (const blockSize of [-1, LIMITS.maxMetadataBytes + 1])
        expect(await refusal(recordingFile({ frames: FRAMES, blockSize }))).to.deep.include({
          kind: 'content',
          offset: 10,
        });
    });
  });
});
