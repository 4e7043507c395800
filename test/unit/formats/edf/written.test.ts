/** What EDF can barely express is written so that it comes back, or refused with what to do. */
import { expect } from 'chai';
import * as fc from 'fast-check';
import { edf } from '../../../../src/formats/edf/index.ts';
import { labelsOf } from '../../../../src/formats/edf/labels.ts';
import { canonicalLeads } from '../../../../src/signal/leads.ts';
import type { WritableRecording } from '../../../../src/formats/types.ts';
import { type ChannelToWrite, decodeFiles, encodeFiles, refusalOf, writable } from '../../../support/formats.ts';

type About = Partial<Omit<WritableRecording, 'channels'>>;

async function written(channels: readonly ChannelToWrite[], about: About = {}, piece?: number): Promise<Uint8Array> {
  return Object.values(await encodeFiles(edf.encode!, writable(channels, about, piece)))[0]!;
}

async function roundTrip(channels: readonly ChannelToWrite[], about: About = {}, piece?: number) {
  const [whole] = await decodeFiles(edf.decode!, { a: await written(channels, about, piece) }, 'a');
  return whole!;
}

/** The reason for which a recording is refused. */
const reason = async (channels: readonly ChannelToWrite[], about: About = {}): Promise<string> =>
  (await refusalOf(Promise.resolve().then(() => written(channels, about)))).message;

const labels = (...names: string[]): string[] => {
  const leads = canonicalLeads(names);
  return labelsOf(names.map((name, i) => ({ name, lead: leads[i]! })));
};
const gapped = (values: number[], gaps: readonly (readonly [number, number])[]): (number | null)[] =>
  values.map((value, i) => (gaps.some(([from, to]) => i >= from && i < to) ? null : value));
const ramp = (length: number): number[] => Array.from({ length }, (_, i) => i);

describe('Labels in EDF', () => {
  it('are the lead, if the name is longer and has one', () => {
    expect(labels('Lead I (Einthoven)', 'MLII', 'ECG V1')).to.deep.equal(['I', 'MLII', 'ECG V1']);
  });

  it('stay distinct if they are cut', () => {
    const names = ['Brustwandableitung links', 'Brustwandableitung rechts', 'Brustwandä', 'Brustwanda', 'x'.repeat(17)];
    expect(labels(...names)).to.deep.equal([
      'Brustwandableitu',
      'Brustwandablei#2',
      'Brustwanda',
      'Brustwanda#2',
      'x'.repeat(16),
    ]);
  });

  it('do not become those of a lead or of the annotations by being cut', () => {
    expect(labels('ECG LEAD I      of a dog', 'EDF Annotations', 'EDF Annotations ?')).to.deep.equal([
      'ECG LEAD I~',
      'EDF Annotations_',
      'EDF Annotation#2',
    ]);
  });
});

describe('Recordings written as EDF', () => {
  it('come back uncalibrated if they were', async () => {
    const { recording } = await roundTrip([{ values: [1, 2], gain: 200, calibrated: false }]);
    expect(recording.channels[0]!.unit).to.equal(null);
  });

  it('come back without notes, since none are written', async () => {
    for (const subject of [
      null,
      { patientId: 'a b', patientName: 'Ann Lee', birthDate: null, sex: null, studyId: null },
    ])
      expect((await roundTrip([{ values: [1, 2] }], { subject, notes: 'calm' })).recording.notes).to.equal(null);
  });

  it('begin between 1985 and 2084', async () => {
    for (const year of [1985, 2084]) {
      const date = `${year}-01-31T08:00:00.000`;
      expect((await roundTrip([{ values: [1, 2] }], { date })).recording.date).to.equal(date.slice(0, 19));
    }
    for (const year of [1984, 2085])
      expect(await reason([{ values: [1, 2] }], { date: `${year}-12-31T08:00:00.000Z` })).to.match(
        new RegExp(`began in ${year}, but EDF can express years from 1985 to 2084 only`),
      );
  });

  it('have records of whole samples at a fractional rate', async () => {
    for (const [samplingRate, samples] of [
      [1000 / 3, 3_000],
      [5000 / 39, 3_000],
      [250.5, 2_505],
      [62.4725, 24_989],
      [128, 127],
    ] as const) {
      const { recording, digits } = await roundTrip([{ samplingRate, values: ramp(samples) }]);
      expect(recording.channels[0]!.samplingRate).to.equal(samplingRate);
      expect(digits[0]).to.have.length(samples);
    }
  });

  it('tell if other programs read another rate, because the duration of records is rounded', () => {
    const { recording } = writable([{ samplingRate: 360, values: ramp(7) }]);
    expect(edf.losses?.(recording)).to.deep.equal([
      'The duration of a record had to be rounded to 0.019444 s, so that other programs may read 360 Hz as ' +
        '360.00823 Hz.',
    ]);
    expect(edf.losses?.(writable([{ samplingRate: 360, values: ramp(360) }]).recording)).to.deep.equal([]);
  });

  it('name a window of whole seconds, if none is near', async () => {
    expect(await reason([{ samplingRate: 62.4725, values: ramp(32_000) }])).to.match(/fits lasts 400 s: from=0&to=400/);
    expect(await reason([{ samplingRate: 62.4725, values: ramp(2_499) }])).to.match(/No window of nearly this length/);
  });

  it('name the nearest window that can be written, if the whole cannot', async () => {
    const channel = { samplingRate: 250.5, values: ramp(2_507) };
    const told = await reason([channel]);
    const to = /The nearest window that fits lasts ([\d.]+) s: from=0&to=\1\./.exec(told)?.[1];
    const values = channel.values.slice(0, Math.round(Number(to) * 250.5));
    expect(values.length).to.be.greaterThan(2_000);
    expect((await roundTrip([{ ...channel, values }])).recording.channels[0]!.samplingRate).to.equal(250.5);
  });

  describe('with gaps', () => {
    it('are EDF+D, and come back with the same gaps', async () => {
      const values = gapped(ramp(3_000), [
        [500, 1_000],
        [1_250, 1_251],
      ]);
      const bytes = await written([{ values }]);
      expect(Buffer.from(bytes).toString('latin1', 192, 197)).to.equal('EDF+D');
      const { digits, recording } = await roundTrip([{ values }]);
      expect([...digits[0]!]).to.deep.equal(values.map((value) => value ?? NaN));
      expect(recording.warnings).to.deep.equal([]);
    });

    it('of any place and number come back exactly, with their annotations', async function () {
      this.timeout(60_000);
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 30 })), {
            minLength: 1,
            maxLength: 8,
          }),
          fc.constantFrom(1, 128, 360, 500),
          fc.constantFrom(1, 2, 5),
          fc.integer({ min: 1, max: 50 }),
          async (lengths, base, times, piece) => {
            const units = [
              ...lengths.flatMap(([there, gone]) =>
                [true, false].flatMap((is) => Array.from({ length: is ? there : gone }, () => is)),
              ),
              true,
            ];
            const channel = (factor: number): ChannelToWrite => ({
              samplingRate: base * factor,
              values: units.flatMap((is, i) =>
                Array.from({ length: factor }, (_, k) => (is ? i * factor + k - 50 : null)),
              ),
            });
            const channels = times === 1 ? [channel(1)] : [channel(1), channel(times)];
            const annotations = [0, 0.5, (units.length - 1) / base].map((at) => ({
              at,
              duration: null,
              channel: null,
              code: null,
              text: 'x',
            }));
            const {
              digits,
              recording,
              annotations: read,
            } = await roundTrip(channels, { annotations, date: '2026-01-15T09:30:00.25' }, piece);
            expect(digits.map((own) => [...own])).to.deep.equal(
              channels.map(({ values }) => Array.from(values, (value) => value ?? NaN)),
            );
            expect(recording.date).to.equal('2026-01-15T09:30:00.25');
            read.forEach(({ at }, i) =>
              expect(at).to.be.closeTo(annotations.toSorted((a, b) => a.at - b.at)[i]!.at, 1e-6),
            );
          },
        ),
        { numRuns: 150, seed: 3 },
      );
    });

    it('are refused if the channels have different ones', async () => {
      const [a, b] = [gapped(ramp(20), [[5, 10]]), gapped(ramp(20), [[5, 11]])];
      expect(
        await reason([
          { values: a, name: 'I' },
          { values: b, name: 'II' },
        ]),
      ).to.match(/all channels have the same gaps, but "I" and "II" do not/);
      expect(
        await reason([
          { values: a, name: 'I' },
          { values: ramp(20), name: 'II' },
        ]),
      ).to.match(/the same gaps/);
    });

    it('at the beginning or the end are refused with the window between them', async () => {
      const values = gapped(ramp(20), [
        [0, 5],
        [18, 20],
      ]);
      expect(await reason([{ values, samplingRate: 10 }])).to.match(
        /first 5 and the last 2 samples.*from=0\.5&to=1\.8/,
      );
    });
  });
});
