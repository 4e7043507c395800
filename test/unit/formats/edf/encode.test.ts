/** Recordings written as EDF+: read again exactly, or refused with a reason. */
import { expect } from 'chai';
import * as fc from 'fast-check';
import { edf } from '../../../../src/formats/edf/index.ts';
import { limitsFor } from '../../../../src/formats/edf/limits.ts';
import { readFrom } from '../../../../src/formats/common/frames.ts';
import { type Annotation, FormatError, type WritableRecording } from '../../../../src/formats/types.ts';
import {
  type ChannelToWrite,
  type DecodedWhole,
  decodeFiles,
  encodeFiles,
  writable,
} from '../../../support/formats.ts';
import { uniform } from '../../../support/signals.ts';

type About = Partial<Omit<WritableRecording, 'channels'>>;

async function written(channels: readonly ChannelToWrite[], about: About = {}, piece?: number): Promise<Uint8Array> {
  const files = await encodeFiles(edf.encode!, writable(channels, about, piece));
  expect(Object.keys(files)).to.deep.equal(['665f1c2ab7e4d1a2c3b4d5e6.edf']);
  return Object.values(files)[0]!;
}

async function roundTrip(
  channels: readonly ChannelToWrite[],
  about: About = {},
  piece?: number,
): Promise<DecodedWhole> {
  const [whole, ...others] = await decodeFiles(edf.decode!, { a: await written(channels, about, piece) }, 'a');
  expect(others).to.deep.equal([]);
  return whole!;
}

function refusal(channels: readonly ChannelToWrite[]): FormatError {
  const { recording, read } = writable(channels);
  try {
    edf.encode!(recording, read);
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
  throw new Error('the recording was accepted');
}

const field = (bytes: Uint8Array, from: number, length: number): string =>
  Buffer.from(bytes)
    .toString('latin1', from, from + length)
    .trimEnd();
const byTime = (a: Annotation, b: Annotation): number => a.at - b.at || (a.text! < b.text! ? -1 : 1);
const SUBJECT = {
  patientId: 'A 17',
  patientName: 'Łukasz Müller',
  birthDate: '1951-05-02',
  sex: 'male',
  studyId: 'S-9',
} as const;

describe('Recordings written as EDF+', () => {
  it('give the same digits, rates, scales and annotations again', async () => {
    const signal = fc.record({
      seed: fc.integer(),
      gain: fc.constantFrom(1, 10, 100, 200, 1000, 2000, -200, 409.6, 32.7675),
      zeroLevel: fc.constantFrom(0, 1024, -7),
      isDeep: fc.boolean(),
    });
    const rates = fc.constantFrom([500, 500], [360], [1000, 250, 125], [128, 512], [257], [0.5, 100]);
    const annotation = fc.record({
      at: fc.integer({ min: 0, max: 400_000 }).map((ms) => ms / 1000),
      duration: fc.option(fc.integer({ min: 0, max: 9000 }).map((ms) => ms / 1000)),
      text: fc
        .string({ minLength: 1, maxLength: 30, unit: 'grapheme' })
        .filter((text) => text.trim() === text && !/\p{C}|@@/u.test(text)),
    });
    await fc.assert(
      fc.asyncProperty(
        rates,
        fc.integer({ min: 1, max: 40 }),
        fc.array(signal, { minLength: 3, maxLength: 3 }),
        fc.array(annotation, { maxLength: 30 }),
        fc.integer({ min: 100, max: 5000 }),
        async (perSecond, pairs, signals, notes, piece) => {
          const channels = perSecond.map((samplingRate, at): ChannelToWrite => {
            const { seed, gain, zeroLevel, isDeep } = signals[at]!;
            // Not every scale can be expressed exactly if all 16 bits are in use.
            const deep = isDeep && gain !== 409.6 ? 32768 : 2000;
            const random = uniform(seed);
            const values = Float64Array.from({ length: pairs * 2 * samplingRate }, () =>
              Math.floor((random() * 2 - 1) * deep),
            );
            return {
              name: `L${at}`,
              samplingRate,
              gain,
              zeroLevel: gain === 32.7675 ? -0.5 : zeroLevel,
              unit: 'uV',
              values,
            };
          });
          const annotations = notes.map((note): Annotation => ({ channel: null, code: null, ...note }));
          const whole = await roundTrip(
            channels,
            { annotations, date: '2026-01-15T09:30:00.250+01:00', subject: { ...SUBJECT } },
            piece,
          );
          expect(whole.digits.map((values) => [...values])).to.deep.equal(
            channels.map(({ values }) => [...(values as Float64Array)]),
          );
          expect(
            whole.recording.channels.map(({ name, samplingRate, gain, zeroLevel, unit }) => ({
              name,
              samplingRate,
              gain,
              zeroLevel,
              unit,
            })),
          ).to.deep.equal(
            channels.map(({ name, samplingRate, gain, zeroLevel, unit }) => ({
              name,
              samplingRate,
              gain,
              zeroLevel,
              unit,
            })),
          );
          expect(whole.annotations.toSorted(byTime)).to.deep.equal(annotations.toSorted(byTime));
          expect(whole.recording.warnings).to.deep.equal([]);
          expect(whole.recording.date).to.equal('2026-01-15T09:30:00.25');
        },
      ),
      { seed: 11, numRuns: 60 },
    );
  });

  it('end with the recording, whatever its length', async () => {
    for (const samples of [1, 2, 7, 5003, 65_537, 65_000]) {
      const whole = await roundTrip([
        { samplingRate: 360, values: Float64Array.from({ length: samples }, (_, at) => at % 777) },
      ]);
      expect(whole.digits[0]).to.have.length(samples);
      expect(whole.recording.channels[0]!.samplingRate).to.equal(360);
      expect(whole.recording.warnings).to.deep.equal([]);
    }
  });

  it('have no time drift over hours if their records have no exact duration', async () => {
    const samples = 8 * 650_000;
    const values = Int16Array.from({ length: samples }, (_, at) => at % 100);
    const { recording } = writable([{ samplingRate: 360, values: [1] }]);
    Object.assign(recording.channels[0]!, { samples, lowest: 0, highest: 99 });
    const [file] = edf.encode!(recording, readFrom([values]));
    let count = 0;
    for await (const event of edf.decode!(
      { main: { name: null, bytes: file!.bytes }, open: async () => null },
      { maxChannels: 1, maxNameLength: 9, maxMetadataBytes: 1 << 20, maxDepth: 1 },
    )) {
      if (event.kind === 'samples') count += event.samples.length;
      if (event.kind === 'recording') expect(event.recording).to.deep.include({ warnings: [] });
    }
    expect(count).to.equal(samples);
  });

  it('keep -32768 if it is a value', async () => {
    expect([...(await roundTrip([{ values: [-32768, 0, 5] }])).digits[0]!]).to.deep.equal([-32768, 0, 5]);
  });

  it('put many annotations at the same time into a file that remains small', async () => {
    const annotations = Array.from({ length: 5000 }, (_, at): Annotation => ({
      at: 3599.5,
      duration: null,
      channel: null,
      code: 'N',
      text: `beat ${at}`,
    }));
    const values = new Float64Array(3600 * 10);
    const bytes = await written([{ samplingRate: 10, values }], { annotations });
    expect(bytes.length).to.be.below(4 * values.length + 3 * 5000 * 30);
    const [whole] = await decodeFiles(edf.decode!, { a: bytes }, 'a');
    expect(whole!.annotations.map(({ text }) => text)).to.have.members(
      annotations.map(({ code, text }) => `${code} ${text}`),
    );
  });

  it('name the channel of an annotation and drop characters that would end its text', async () => {
    const annotations: Annotation[] = [
      { at: 0.002, duration: null, channel: 1, code: 'V', text: null },
      { at: 0, duration: null, channel: null, code: null, text: 'a\x14b\0c' },
      { at: 0, duration: null, channel: null, code: null, text: null },
    ];
    expect(
      (
        await roundTrip(
          [
            { name: 'I', values: [1, 2] },
            { name: 'II', values: [1, 2] },
          ],
          { annotations },
        )
      ).annotations,
    ).to.deep.equal([
      { at: 0, duration: null, channel: null, code: null, text: 'a b c' },
      { at: 0.002, duration: null, channel: 1, code: null, text: 'V' },
    ]);
  });

  describe('in their headers', () => {
    it('are ASCII and preserve the subject and the start', async () => {
      const about = { subject: { ...SUBJECT }, date: '2026-01-15T09:30:07+01:00' };
      const bytes = await written([{ name: 'Ableitung Ö', unit: 'µV', values: [1, 2] }], about);
      expect(bytes.subarray(0, 768).every((byte) => byte >= 32 && byte < 127)).to.equal(true);
      expect(field(bytes, 8, 80)).to.equal('A_17 M 02-MAY-1951 Lukasz_Muller');
      expect(field(bytes, 88, 80)).to.equal('Startdate 15-JAN-2026 S-9 X X');
      expect(field(bytes, 168, 16)).to.equal('15.01.2609.30.07');
      const [whole] = await decodeFiles(edf.decode!, { a: bytes }, 'a');
      expect(whole!.recording.subject).to.deep.equal({ ...SUBJECT, patientName: 'Lukasz Muller' });
      expect(whole!.recording.channels[0]).to.include({ name: 'Ableitung O', unit: 'uV' });
    });

    it('identify nobody without subject and date', async () => {
      const bytes = await written([{ values: [1, 2] }], { notes: 'of Jane', externalId: 'J-1' });
      expect(field(bytes, 8, 80)).to.equal('X X X X');
      expect(field(bytes, 88, 80)).to.equal('Startdate X X X X');
      expect(field(bytes, 168, 16)).to.equal('01.01.8500.00.00');
      expect(Buffer.from(bytes).toString('latin1')).not.to.match(/Jane|J-1/);
    });

    it('do not let a channel be mistaken for the annotations', async () => {
      expect(
        (await roundTrip([{ name: 'EDF Annotations', values: [1, 2] }])).recording.channels.map(({ name }) => name),
      ).to.deep.equal(['EDF Annotations_']);
    });

    it('fit in their fields with long values', async () => {
      const long = 'x'.repeat(150);
      const whole = await roundTrip([{ name: long, unit: long, values: [1, 2] }], {
        subject: { patientId: long, patientName: long, birthDate: '1951-05-02', sex: 'female', studyId: long },
      });
      expect(whole.recording.channels[0]!.name).to.equal('x'.repeat(16));
      expect(whole.recording.subject).to.include({ birthDate: '1951-05-02', sex: 'female' });
    });
  });

  describe('are refused with a reason', () => {
    const bad: [string, ChannelToWrite[], RegExp][] = [
      ['if samples are wider than 16 bits', [{ values: [1, 40000] }], /16 bits .* ranges from 1 to 40,000/],
      ['if samples have fractions', [{ values: [1, 0.5] }], /whole numbers only/],
      ['without a sampling rate', [{ samplingRate: null, values: [1] }], /rate/],
      ['without samples', [{ values: [] }], /no sample/],
      ['without channels', [], /1 to 9,998/],
      ['if channels differ in length', [{ values: [1, 2] }, { values: [1] }], /have the same duration/],
      [
        'if no record duration can be expressed',
        [{ samplingRate: 1 / 3e-9, values: [1, 2, 3] }],
        /No window of nearly/,
      ],
      ['if the limits cannot be expressed', [{ gain: 1e12, values: [-32768, 32767] }], /eight characters/],
    ];
    for (const [name, channels, reason] of bad) it(name, () => expect(refusal(channels).message).to.match(reason));
  });

  describe('have physical limits', () => {
    it('of eight characters that include every sample', () => {
      fc.assert(
        fc.property(
          fc.double({ min: 1e-4, max: 1e6, noNaN: true }),
          fc.boolean(),
          fc.integer({ min: -3000, max: 3000 }),
          fc.integer({ min: -25000, max: 0 }),
          fc.integer({ min: 1, max: 25000 }),
          (magnitude, isNegative, zeroLevel, lowest, highest) => {
            const gain = isNegative ? -magnitude : magnitude;
            const limits = limitsFor({ gain, zeroLevel }, lowest, highest);
            if (limits === null) throw new Error('there are none');
            const { digitalMinimum, digitalMaximum, physicalMinimum, physicalMaximum } = limits;
            expect(digitalMinimum).to.be.at.most(lowest).and.at.least(-32768);
            expect(digitalMaximum).to.be.at.least(highest).and.at.most(32767);
            expect(Math.max(physicalMinimum.length, physicalMaximum.length)).to.be.at.most(8);
            const step = (Number(physicalMaximum) - Number(physicalMinimum)) / (digitalMaximum - digitalMinimum);
            for (const digit of [lowest, highest])
              expect((Number(physicalMinimum) + (digit - digitalMinimum) * step) * gain).to.be.closeTo(
                digit - zeroLevel,
                0.5,
              );
            // A sample at physical zero remains there.
            expect((Number(physicalMinimum) + (zeroLevel - digitalMinimum) * step) * gain).to.be.closeTo(0, 1e-6);
          },
        ),
        { seed: 2, numRuns: 100 },
      );
    });

    it('that need no rounding if that is possible', () => {
      expect(limitsFor({ gain: 200, zeroLevel: 1024 }, 0, 2047)).to.deep.equal({
        digitalMinimum: -32768,
        digitalMaximum: 32767,
        physicalMinimum: '-168.96',
        physicalMaximum: '158.715',
      });
      expect(limitsFor({ gain: -3.761623234990242, zeroLevel: -0.5 }, -678, 806)).to.deep.equal({
        digitalMinimum: -32768,
        digitalMaximum: 32767,
        physicalMinimum: '8711',
        physicalMaximum: '-8711',
      });
    });
  });
});
