/** Recordings written as WFDB are read again exactly. */
import { expect } from 'chai';
import * as fc from 'fast-check';
import type { Annotation, FormatError } from '../../../../src/formats/types.ts';
import { decodeWfdb } from '../../../../src/formats/wfdb/decode.ts';
import { encodeWfdb } from '../../../../src/formats/wfdb/encode.ts';
import { wfdb } from '../../../../src/formats/wfdb/index.ts';
import { type ChannelToWrite, decodeFiles, encodeFiles, writable } from '../../../support/formats.ts';

const ID = '665f1c2ab7e4d1a2c3b4d5e6';
const sample = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -2000, max: 2000 }) },
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constantFrom(-32768, -32767, 32767, 32768, -2147483647, 2147483647) },
);

/** Channels whose rates are multiples of one rate, all as long as the recording. */
const recording = fc
  .record({
    base: fc.constantFrom(1, 62.4725, 125, 128, 360),
    frames: fc.integer({ min: 1, max: 40 }),
    piece: fc.integer({ min: 1, max: 20 }),
  })
  .chain(({ base, frames, piece }) =>
    fc.tuple(
      fc.constant(piece),
      fc.array(
        fc.integer({ min: 1, max: 4 }).chain((times) =>
          fc.record({
            samplingRate: fc.constant(base * times),
            values: fc.array(sample, { minLength: frames * times, maxLength: frames * times }),
            gain: fc.constantFrom(1, -200, 32.7675, 1e-7, 1e12),
            zeroLevel: fc.constantFrom(0, 1024, -0.5, 12.25),
            unit: fc.constantFrom('mV', 'uV', 'mmHg'),
          }),
        ),
        { minLength: 1, maxLength: 5 },
      ),
    ),
  );

const formatOf = async (values: number[]): Promise<string> =>
  Buffer.from((await encodeFiles(encodeWfdb, writable([{ values }])))[`${ID}.hea`]!)
    .toString()
    .split(/\s+/)[5]!;

const mark = (at: number, channel: number): Annotation => ({ at, duration: null, channel, code: 'N', text: null });
const written = async (
  rates: readonly ChannelToWrite[],
  annotations: Annotation[],
): Promise<Readonly<Record<string, Uint8Array>>> => encodeFiles(encodeWfdb, writable(rates, { annotations }));

/** A recording with a channel of one sample per second, and another of `highest`. */
const frame = async (highest: number) =>
  written(
    [1, highest].map((samplingRate) => ({ samplingRate, values: [1] })),
    [],
  );

describe('the WFDB encoder', () => {
  it('writes what the decoder reads as the same recording', async function () {
    this.timeout(60_000);
    await fc.assert(
      fc.asyncProperty(recording, async ([piece, channels]) => {
        const files = await encodeFiles(
          encodeWfdb,
          writable(
            channels.map((channel, i) => ({ ...channel, name: `lead ${i}` })),
            { date: '2026-01-15T09:30:00.125Z', notes: 'a\nb' },
            piece,
          ),
        );
        expect(wfdb.recognises(files[`${ID}.hea`]!)).to.equal(true);
        const [decoded] = await decodeFiles(decodeWfdb, files, `${ID}.hea`);
        expect(decoded!.recording).to.include({ date: '2026-01-15T09:30:00.125', notes: 'a\nb' });
        expect(decoded!.recording.warnings.filter((warning) => !/was not checked/.test(warning))).to.deep.equal([]);
        const converter = decoded!.recording.channels[0]!.converter;
        expect(converter?.zero).to.equal(0);
        channels.forEach(({ values, samplingRate, gain, zeroLevel, unit }, i) => {
          expect(decoded!.recording.channels[i]).to.deep.equal({
            name: `lead ${i}`,
            samplingRate,
            gain,
            zeroLevel,
            unit,
            converter,
          });
          expect(Array.from(decoded!.digits[i]!, (value) => (Number.isNaN(value) ? null : value))).to.deep.equal(
            values,
          );
        });
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  it('writes annotations with codes, texts, channels and long pauses', async () => {
    const annotations: Annotation[] = [
      { at: 0, duration: null, channel: null, code: 'N', text: null },
      { at: 0.5, duration: null, channel: 1, code: 'V', text: 'früh' },
      { at: 0.5, duration: null, channel: 1, code: '+', text: '(AFIB' },
      { at: 100, duration: null, channel: 0, code: 'A', text: 'ab' },
      { at: 9_000_000, duration: null, channel: null, code: '"', text: 'x'.repeat(255) },
    ];
    const { recording: about, read } = writable(
      [
        { values: [1, 2], samplingRate: 500 },
        { values: [1, 2], samplingRate: 500 },
      ],
      { annotations },
    );
    const [decoded] = await decodeFiles(
      decodeWfdb,
      await encodeFiles(encodeWfdb, { recording: about, read }),
      `${ID}.hea`,
    );
    expect(decoded!.annotations).to.deep.equal(annotations);
  });

  it('writes codes that the format does not have as remarks, and cuts long texts between characters', async () => {
    const annotations: Annotation[] = [
      { at: 1, duration: 2, channel: null, code: 'arousal', text: 'deep' },
      { at: 1, duration: null, channel: null, code: null, text: 'ä'.repeat(200) },
    ];
    const [decoded] = await decodeFiles(
      decodeWfdb,
      await encodeFiles(encodeWfdb, writable([{ values: [1] }], { annotations })),
      `${ID}.hea`,
    );
    expect(decoded!.annotations.map(({ code, text }) => [code, text])).to.deep.equal([
      ['"', 'arousal: deep'],
      ['"', 'ä'.repeat(127)],
    ]);
  });

  describe('if channels differ in rate', () => {
    const channels = [10, 250, 360].map((samplingRate) => ({
      samplingRate,
      values: Array.from({ length: samplingRate }, () => 1),
    }));

    it('puts marks exactly on the samples of each', async () => {
      const annotations = [mark(0, 0), mark(1 / 360, 2), mark(1 / 250, 1), mark(0.1, 0), mark(359 / 360, 2)];
      const files = await written(channels, annotations);
      const [decoded] = await decodeFiles(decodeWfdb, files, `${ID}.hea`);
      expect(decoded!.annotations).to.deep.equal(annotations);
      expect(Buffer.from(files[`${ID}.atr`]!).subarray(0, 30).toString('latin1')).to.include(
        '## time resolution: 9000',
      );
    });

    it('writes no resolution if they do not differ', async () => {
      expect(
        Buffer.from((await written(channels.slice(1, 2), [mark(0, 0)]))[`${ID}.atr`]!).toString('latin1'),
      ).not.to.include('##');
    });

    it('uses the clock of the fastest if a common one would be too fast', async () => {
      const numbers = Array.from({ length: 200 }, (_, i) => 997 - i);
      for (const rates of [numbers.slice(0, 3), numbers, numbers.map((number) => 9973 - 2 * (997 - number))]) {
        const files = await written(
          rates.map((samplingRate) => ({ samplingRate, values: [1] })),
          [mark(0, 0)],
        );
        expect(Buffer.from(files[`${ID}.atr`]!).toString('latin1')).to.include(`## time resolution: ${rates[0]}`);
      }
    });
  });

  it('writes remarks at time 0 as marks, which readers do not take for descriptions of the file', async () => {
    const annotations: Annotation[] = ['## time resolution: 7', 'start'].map((said) => ({
      at: 0,
      duration: null,
      channel: null,
      code: '"',
      text: said,
    }));
    const files = await encodeFiles(encodeWfdb, writable([{ values: [1] }], { annotations }));
    expect((await decodeFiles(decodeWfdb, files, `${ID}.hea`))[0]!.annotations).to.deep.equal(annotations);
    const codes = [
      ...Buffer.from(files[`${ID}.atr`]!)
        .toString('latin1')
        .matchAll(/\0(.)(.)\xfc(## time resolution: 7|start)/gs),
    ].map(([, code]) => code!.charCodeAt(0) >> 2);
    expect(codes, 'a code for own use').to.deep.equal([42, 42]);
  });

  it('writes units in ASCII, without characters that end a unit for readers', async () => {
    const units = ['µV', 'μV', 'kΩ', '°C', 'mV/s', 'm V/(x)', 'a.u.', '%', '', ' ', null];
    const [decoded] = await decodeFiles(
      decodeWfdb,
      await encodeFiles(encodeWfdb, writable(units.map((unit) => ({ values: [1], unit })))),
      `${ID}.hea`,
    );
    expect(decoded!.recording.channels.map(({ unit }) => unit)).to.deep.equal([
      'uV',
      'uV',
      'kOhm',
      'degC',
      'mV/s',
      'm_V/_x_',
      'a_u_',
      '%',
      'NU',
      'NU',
      'NU',
    ]);
  });

  it('takes no zero level from notes, and preserves such notes', async () => {
    const notes =
      'zero level of signal 0: 0.25\n\\zero level of signal 1: 7.25\n  zero level of signal 1: 7.25\n\\other';
    const [decoded] = await decodeFiles(
      decodeWfdb,
      await encodeFiles(encodeWfdb, writable([{ values: [1] }, { values: [1], zeroLevel: 7.5 }], { notes })),
      `${ID}.hea`,
    );
    expect(decoded!.recording.channels.map(({ zeroLevel }) => zeroLevel)).to.deep.equal([0, 7.5]);
    expect(decoded!.recording.notes).to.equal(notes);
  });

  it('writes a header whose lines are the same for every reader', async () => {
    const breaks = ['\n', '\r', '\v', '\f', '\x1c', '\x1d', '\x1e', '\x85', '\u2028', '\u2029'];
    const files = await encodeFiles(
      encodeWfdb,
      writable([{ name: `I${breaks.join('x')}`, values: [1] }], { notes: breaks.join('x') }),
    );
    const lines = Buffer.from(files[`${ID}.hea`]!)
      .toString()
      .split(/[\n\r\v\f\x85\p{Cc}\u2028\u2029]/u)
      .filter((line) => line !== '');
    expect(lines.filter((line) => !line.startsWith('#'))).to.have.length(2);
    const [decoded] = await decodeFiles(decodeWfdb, files, `${ID}.hea`);
    expect(decoded!.recording).to.include({ notes: 'x\nx\nx\nx x x x\nx\nx' });
    expect(decoded!.recording.channels[0]!.name).to.equal('I x x x x x x x x x');
  });

  it('uses format 16 if it can hold every sample, otherwise 32', async () => {
    expect(await Promise.all([[32767, -32767], [32768], [-32768]].map(formatOf))).to.deep.equal(['16', '32', '32']);
  });

  it('pads a channel that ends early with missing samples, and adds no personal data', async () => {
    const files = await encodeFiles(
      encodeWfdb,
      writable([
        { name: 'I', values: [1, 2, 3] },
        { name: 'II', values: [4] },
      ]),
    );
    const [decoded] = await decodeFiles(decodeWfdb, files, `${ID}.hea`);
    expect(decoded!.digits.map((channel) => [...channel])).to.deep.equal([
      [1, 2, 3],
      [4, NaN, NaN],
    ]);
    expect(Object.keys(files)).to.deep.equal([`${ID}.dat`, `${ID}.hea`]);
  });

  it('writes marks at their times, also before the first sample and far apart', async () => {
    for (const times of [
      [2.5, 2.5, 3],
      [-3, -0.5, 0, 4],
      [-1_000_000, 0, 1_000_000, 5_000_000],
    ]) {
      const marks = times.map((at) => mark(at, 0));
      const files = await written([{ samplingRate: 500, values: [1] }], marks);
      const [whole] = await decodeFiles(decodeWfdb, files, `${ID}.hea`);
      expect(whole!.annotations.map(({ at }) => at)).to.deep.equal(times);
    }
  });

  it('puts as many samples of a channel in a frame as the limit, and no more', async () => {
    expect(Buffer.from((await frame(10_000))[`${ID}.hea`]!).toString()).to.contain('x10000 ');
    const error = await frame(10_001).catch((thrown: unknown) => thrown as FormatError);
    expect(error)
      .to.be.instanceOf(Error)
      .with.property('message')
      .that.match(/no common frame/);
  });

  const refused: [string, ChannelToWrite[], RegExp][] = [
    ['fractions', [{ values: [0.5] }], /not 32-bit integers/],
    ['an unknown rate', [{ values: [1], samplingRate: null }], /that of "channel 0" is unknown/],
    [
      'rates without a common frame',
      [
        { values: [1], samplingRate: 500 },
        { values: [1], samplingRate: Math.PI * 100 },
      ],
      /no common frame/,
    ],
    ['nothing', [{ values: [] }], /no sample to write/],
    ['no channels', [], /at least one signal/],
  ];
  for (const [what, channels, reason] of refused) {
    it(`refuses ${what} at once`, () => {
      const { recording: about, read } = writable(channels);
      let error: FormatError | null = null;
      try {
        encodeWfdb(about, read);
      } catch (caught) {
        error = caught as FormatError;
      }
      expect(error).to.include({ name: 'FormatError', kind: 'content' });
      expect(error!.message).to.match(reason);
    });
  }
});
