/** Recordings written as DICOM: read again exactly, or refused with a reason. */
import { expect } from 'chai';
import * as fc from 'fast-check';
import { decimalString } from '../../../../src/formats/dicom/describe.ts';
import { dicom } from '../../../../src/formats/dicom/index.ts';
import { isUid, SOP_CLASSES, uidOf } from '../../../../src/formats/dicom/uids.ts';
import type { Annotation, Subject } from '../../../../src/formats/types.ts';
import { CANONICAL_LEADS } from '../../../../src/signal/leads.ts';
import { type ChannelToWrite, type DecodedWhole, decodeFiles, LIMITS, writable } from '../../../support/formats.ts';
import { type About, ramp, read, written } from './writing.ts';

const roundTrip = async (channels: readonly ChannelToWrite[], about: About = {}): Promise<DecodedWhole[]> =>
  read(await written(channels, about));
const refusal = (channels: readonly ChannelToWrite[], about: About = {}): string => {
  const { recording, read: reader } = writable(channels, about);
  try {
    dicom.encode!(recording, reader);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it was accepted');
};

/** The files of a 32-bit channel that claims to have this many samples. */
const filesOf = (samples: number): unknown => {
  const { recording, read: reader } = writable([{ values: [40_000] }]);
  Object.assign(recording.channels[0]!, { samples });
  return dicom.encode!(recording, reader);
};
/** The kind of object according to the file. */
const kindOf = (file: Buffer): string | undefined =>
  Object.entries(SOP_CLASSES).find(([, uid]) =>
    file.includes(
      Buffer.concat([
        Buffer.from([8, 0, 0x16, 0]),
        Buffer.from('UI'),
        Buffer.from([uid.length + 1, 0]),
        Buffer.from(`${uid}\0`),
      ]),
    ),
  )?.[0];

describe('the DICOM encoder', () => {
  it('writes what the decoder reads: any integers, gaps, rates, lengths and scales', async () => {
    const value = fc.oneof(
      fc.integer({ min: -32768, max: 32767 }),
      fc.constant(null),
      fc.integer({ min: -2147483647, max: 2147483647 }),
      fc.constantFrom(-32768, 32767, -2147483647, 2147483647),
    );
    const narrow = fc.oneof(fc.integer({ min: -32768, max: 32767 }), fc.constant(null));
    const channel = fc.record({
      values: fc.oneof(
        fc.array(narrow, { minLength: 1, maxLength: 30 }),
        fc.array(value, { minLength: 1, maxLength: 30 }),
      ),
      samplingRate: fc.constantFrom(250, 500, 128.5),
      gain: fc.constantFrom(200, 1000, 0.8, -3, 300, 204.918, 1),
      zeroLevel: fc.constantFrom(0, 1024, -7),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(channel, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 1e6 }),
        async (channels, seed) => {
          const found = await read(await written(channels), seed);
          const byName = new Map(
            found.flatMap(({ recording, digits }) =>
              recording.channels.map(
                (described, i) => [described.name, { described, digits: Array.from(digits[i]!) }] as const,
              ),
            ),
          );
          expect(byName.size).to.equal(channels.length);
          for (const [number, given] of channels.entries()) {
            const { described, digits } = byName.get(`channel ${number}`)!;
            expect(digits).to.deep.equal(given.values.map((sample) => sample ?? NaN));
            expect(described.samplingRate).to.equal(given.samplingRate);
            expect(described.unit).to.equal('mV');
            expect(described.gain! / given.gain).to.be.closeTo(1, 1e-9);
            expect(described.zeroLevel).to.equal(given.zeroLevel);
          }
        },
      ),
      { numRuns: 200, seed: 6 },
    );
  });

  describe('chooses the object', () => {
    const leads = CANONICAL_LEADS.slice(0, 12).map((name): ChannelToWrite => ({ name, values: ramp(5000) }));

    it('12-lead, if it can hold the recording', async () => {
      expect(kindOf(await written(leads))).to.equal('twelveLead');
    });

    it('general, for more samples or other leads', async () => {
      expect(kindOf(await written([{ name: 'I', values: ramp(16_385) }]))).to.equal('general');
      expect(kindOf(await written([{ name: 'V7', values: ramp(10) }]))).to.equal('general');
    });

    it('ambulatory, for lower rates', async () => {
      expect(kindOf(await written([{ name: 'II', samplingRate: 125, values: ramp(100) }]))).to.equal('ambulatory');
    });

    it('32-bit, for higher values, and if 16 bits leave no value for missing samples', async () => {
      expect(kindOf(await written([{ values: [40_000, 1] }]))).to.equal('general32');
      expect(kindOf(await written([{ values: [-32768, 32767, 1] }]))).to.equal('general');
      expect(kindOf(await written([{ values: [-32768, 32767, null] }]))).to.equal('general32');
      for (const values of [
        [1, 32768],
        [1, -32769],
      ])
        expect(kindOf(await written([{ values }]))).to.equal('general32');
    });

    it('as wide as the widest channel of a group', async () => {
      for (const wide of [
        [40_000, 1],
        [-40_000, 1],
      ]) {
        for (const channels of [
          [{ values: wide }, { values: [1, 2] }],
          [{ values: [1, 2] }, { values: wide }],
        ]) {
          const file = await written(channels);
          expect(kindOf(file)).to.equal('general32');
          const [found] = await read(file);
          expect(found!.digits.map((digits) => [...digits])).to.deep.equal(channels.map(({ values }) => values));
        }
      }
      // One channel leaves no value for missing samples at the bottom, the other none at the top.
      const full = [{ values: [-32768, 1] }, { values: [32767, null] }];
      expect(kindOf(await written(full))).to.equal('general32');
    });

    it('that can hold a recording exactly at its limits', async () => {
      expect(kindOf(await written([{ name: 'I', values: ramp(16_384) }]))).to.equal('twelveLead');
      const rates = { general: [200, 1000], ambulatory: [199, 50], general32: [49, 1001] };
      for (const [kind, ofKind] of Object.entries(rates)) {
        for (const samplingRate of ofKind) {
          expect(kindOf(await written([{ name: 'V7', samplingRate, values: [1] }]))).to.equal(kind);
        }
      }
    });
  });

  describe('refuses, before a byte is written,', () => {
    it('samples that are not integers', () => expect(refusal([{ values: [0.5] }])).to.match(/without loss/));
    it('an unknown rate', () =>
      expect(refusal([{ values: [1], samplingRate: null }])).to.match(/rate of the channel "channel 0" is unknown/));
    it('a channel without samples', () => expect(refusal([{ values: [] }])).to.match(/no sample/));
    it('more groups than an object can hold', () =>
      expect(
        refusal([200, 201, 202, 203, 204].map((samplingRate) => ({ name: 'X', values: [1], samplingRate }))),
      ).to.match(/has 5, of at most 1\./));
    it('more bytes than its lengths can express', () => {
      expect(filesOf(0x3fffffff)).to.have.length(1);
      expect(() => filesOf(0x40000000)).to.throw(
        /would have 4,294,967,296 bytes, but DICOM allows at most 4,294,967,294/,
      );
    });
    it('an identifier that does not fit', () =>
      expect(
        refusal([{ values: [1] }], {
          subject: { patientId: 'x'.repeat(65), patientName: null, birthDate: null, sex: null, studyId: null },
        }),
      ).to.match(/64 characters/));
  });

  it('is read with as many channels as allowed, and no more', async () => {
    const file = await written([1, 2, 3].map((value) => ({ values: [value] })));
    const channels = async (maxChannels: number): Promise<number> => {
      const [whole] = await decodeFiles(dicom.decode!, { 'a.dcm': file }, 'a.dcm', 1, { ...LIMITS, maxChannels });
      return whole!.recording.channels.length;
    };
    expect(await channels(3)).to.equal(3);
    const refused = await channels(2).catch((error: Error) => error.message);
    expect(refused).to.match(/declares 3 channels; 1 to 2 are supported/);
  });

  it('keeps names, leads and units', async () => {
    const long = 'a channel with a name of more than sixteen characters';
    const [found] = await roundTrip([
      { name: 'MLII', values: [1] },
      { name: 'V1', values: [2], unit: 'µV' },
      { name: 'Sternum ä', values: [3] },
      { name: long, values: [4], unit: 'beats per half a minute' },
    ]);
    expect(found!.recording.channels.map(({ name, unit }) => [name, unit])).to.deep.equal([
      ['MLII', 'mV'],
      ['V1', 'uV'],
      ['Sternum ä', 'mV'],
      [long, 'beats per half a minute'],
    ]);
  });

  it('keeps the scale of uncalibrated channels, without a unit', async () => {
    const [found] = await roundTrip([
      { values: [1], calibrated: false, gain: 200, zeroLevel: 1024 },
      { values: [1], calibrated: false, gain: 1, unit: null },
    ]);
    expect(found!.recording.channels.map(({ unit, gain, zeroLevel }) => [unit, gain, zeroLevel])).to.deep.equal([
      [null, 200, 1024],
      [null, null, null],
    ]);
  });

  it('keeps date, subject, notes and annotations', async () => {
    const subject: Subject = {
      patientId: '4711',
      patientName: 'Zoë Müller',
      birthDate: '1971-01-23',
      sex: 'female',
      studyId: '1.2.3.4',
    };
    const annotations: Annotation[] = [
      { at: 0, duration: null, channel: null, code: 'N', text: null },
      { at: 1 / 360, duration: null, channel: 1, code: 'V', text: 'premature' },
      { at: 0.0301, duration: 0.5, channel: null, code: null, text: 'noise\\here' },
    ];
    const notes = `first line\nsecond ${'long '.repeat(300)}end`;
    const [found] = await roundTrip(
      [
        { values: ramp(20), samplingRate: 360 },
        { values: ramp(20), samplingRate: 360 },
      ],
      { date: '2026-01-15T09:30:00.250+01:00', subject, annotations, notes },
    );
    expect(found!.recording.date).to.equal('2026-01-15T09:30:00.250+01:00');
    expect(found!.recording.subject).to.deep.equal(subject);
    expect(found!.recording.notes!.replaceAll('\n', '')).to.equal(notes.replaceAll('\n', ''));
    expect(found!.annotations).to.deep.equal([
      annotations[0],
      annotations[1],
      { ...annotations[2], text: 'noise/here' },
    ]);
  });

  it('writes the marks of a day in pieces, and all of them', async () => {
    const annotations = Array.from({ length: 2_500 }, (_, at) => ({
      at: at / 250,
      duration: null,
      channel: null,
      code: 'N',
      text: null,
    }));
    const { recording, read: frames } = writable([{ values: ramp(20), samplingRate: 250 }], { annotations });
    const pieces: Uint8Array[] = [];
    for (const file of dicom.encode!(recording, frames))
      for await (const piece of file.bytes) pieces.push(new Uint8Array(piece));
    expect(Math.max(...pieces.map(({ length }) => length))).to.be.lessThan(200_000);
    const [found] = await read(Buffer.concat(pieces));
    expect(found!.annotations).to.deep.equal(annotations);
  });

  it('divides long notes at the ends of lines, so that they come back as they were', async () => {
    const lines = Array.from({ length: 90 }, (_, i) => `${i + 1}. ${'ä'.repeat(i % 40)}`);
    const notes = [...lines, 'x'.repeat(1024), 'y'].join('\n');
    const [found] = await roundTrip([{ values: ramp(20), samplingRate: 360 }], { notes });
    expect(found!.recording.notes).to.equal(notes);
  });

  it('has no personal data without a subject, and different UIDs', async () => {
    const subject: Subject = {
      patientId: '4711',
      patientName: 'Zoë Müller',
      birthDate: '1971-01-23',
      sex: 'female',
      studyId: '1.2.3.4',
    };
    const known = (await roundTrip([{ values: [1] }], { subject, externalId: '1.2.3.9' }))[0]!.recording;
    const [anonymous] = await roundTrip([{ values: [1] }], { externalId: '1.2.3.9' });
    expect(anonymous!.recording.subject).to.deep.include({
      patientId: null,
      patientName: null,
      birthDate: null,
      sex: null,
    });
    expect(anonymous!.recording.date).to.equal(null);
    expect(
      new Set([
        anonymous!.recording.subject!.studyId,
        anonymous!.recording.externalId,
        known.externalId,
        '1.2.3.4',
        '1.2.3.9',
      ]).size,
    ).to.equal(5);
  });

  it('writes the same bytes again for the same export, and another object for another window', async () => {
    const about: About = { date: '2026-01-15T09:30:00Z' };
    expect(
      (await written([{ values: ramp(50) }], about)).equals(await written([{ values: ramp(50) }], about)),
    ).to.equal(true);
    const ids = await Promise.all(
      [50, 49].map(async (samples) => (await roundTrip([{ values: ramp(samples) }], about))[0]!.recording.externalId),
    );
    expect(ids[0]).to.not.equal(ids[1]);
  });

  it('writes the nearest decimals of at most 16 characters', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, min: -10, max: 10 }),
        fc.integer({ min: -24, max: 24 }),
        (mantissa, exponent) => {
          const value = Math.abs(mantissa) < 1e-6 ? 0 : mantissa * 10 ** exponent;
          const text = decimalString(value);
          expect(text).to.have.length.within(1, 16);
          expect(Math.abs(Number(text) - value)).to.be.at.most(1e-9 * Math.abs(value));
        },
      ),
      { numRuns: 2000, seed: 7 },
    );
    expect([0.005, 1.25, 1000, 1 / 3, -1e-12].map(decimalString)).to.deep.equal([
      '0.005',
      '1.25',
      '1000',
      '0.33333333333333',
      '-1e-12',
    ]);
  });

  it('derives UIDs from words', async () => {
    const uid = await uidOf('a', 'b');
    expect(uid).to.match(/^2\.25\.\d{30,39}$/);
    expect(isUid(uid)).to.equal(true);
    expect(await uidOf('a', 'b')).to.equal(uid);
    expect(await uidOf('ab')).to.not.equal(uid);
  });
});
