/** Padding values: which samples are missing. */
import { expect } from 'chai';
import * as fc from 'fast-check';
import { DoubtfulPadding, isSurePadding } from '../../../../src/formats/dicom/padding.ts';
import { markerOf, type Samples } from '../../../../src/signal/samples.ts';
import { one } from './reading.ts';

const wave = (length: number, height = 20): number[] =>
  Array.from({ length }, (_, at) => Math.round(height * Math.sin(at / 3)) + 0);
const read = async (values: readonly number[], padding: number, more: object = {}) => {
  const { digits, recording } = await one({ values: [values], padding, ...more });
  return { digits: Array.from(digits[0]!), warnings: recording.warnings };
};
const missingAt = (values: readonly number[], at: (value: number, index: number) => boolean): number[] =>
  values.map((value, index) => (at(value, index) ? NaN : value));

/** Of the samples with a short run and two long ones below. */
const isInLongRun = (_: number, index: number): boolean =>
  (index >= 699 && index < 1_199) || (index >= 1_299 && index < 201_299);

describe('the padding value of a DICOM group', () => {
  it('is a value where the signal itself takes it, with a warning', async () => {
    const values = wave(5_000);
    const zeros = values.filter((value) => value === 0).length;
    expect(zeros).to.be.greaterThan(40);
    expect(await read(values, 0)).to.deep.equal({
      digits: values,
      warnings: [
        `${zeros} samples with the padding value 0 were kept as values, since the signal itself takes this value; ` +
          'only where a channel stays at it for a second or longer, its samples count as missing.',
      ],
    });
  });

  it('means missing samples where a channel stays at it for a second', async () => {
    // At 500 Hz. Of the runs one is too short, and one goes over many blocks of the decoder.
    const runs = [499, 500, 200_000];
    const values = [
      ...runs.flatMap((run) => [...wave(100).map((value) => value || 1), ...Array<number>(run).fill(0)]),
      7,
    ];
    const { digits, warnings } = await read(values, 0);
    expect(digits).to.deep.equal(missingAt(values, isInLongRun));
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.match(/^499 samples/);
  });

  it('means missing samples at the beginning and the end of a channel, and in all of one', async () => {
    for (const [before, after] of [
      [700, 0],
      [0, 700],
      [100_000, 100_000],
    ] as const) {
      const middle = wave(90).map((value) => value || 1);
      const values = [...Array<number>(before).fill(0), ...middle, ...Array<number>(after).fill(0)];
      const { digits, warnings } = await read(values, 0);
      expect(digits).to.deep.equal(missingAt(values, (value) => value === 0));
      expect(warnings).to.deep.equal([]);
    }
    expect((await read(Array<number>(70).fill(0), 0)).digits).to.deep.equal(Array<number>(70).fill(NaN));
  });

  it('delays no channel behind the others', async () => {
    const [late, whole] = [[...Array<number>(33_000).fill(0), 1, 2], wave(33_002)];
    const { digits } = await one({
      channels: [{ label: 'I' }, { label: 'II' }],
      values: [late, whole],
      rate: '100000',
      padding: 0,
    });
    expect(Array.from(digits[0]!)).to.deep.equal(late);
    expect(Array.from(digits[1]!)).to.deep.equal(whole);
  });

  it('means missing samples where it is far from the signal', async () => {
    const values = wave(5_000).map((value, at) => (at % 97 === 0 ? -9999 : value));
    expect(await read(values, -9999)).to.deep.equal({
      digits: missingAt(values, (value) => value === -9999),
      warnings: [],
    });
    // An offset of the converter: 0 is as far away as -9999 is above.
    const shifted = wave(5_000, 300).map((value, at) => (at % 97 === 0 ? 0 : value + 1024));
    expect((await read(shifted, 0)).digits).to.deep.equal(missingAt(shifted, (value) => value === 0));
  });

  it('means missing samples wherever it is the lowest or highest value of the allocated or stored bits', async () => {
    const values = [1, -2048, 5, -32768, -2047, 2047];
    const stored = { channels: [{ more: [[0x003a021a, 'US', [12]]] }] };
    expect((await read(values, -2048, stored)).digits).to.deep.equal(missingAt(values, (value) => value === -2048));
    expect((await read(values, -2048)).digits).to.deep.equal(values);
    expect((await read(values, -32768)).digits).to.deep.equal(missingAt(values, (value) => value === -32768));
    expect([0, 255, 1, 128].map((value) => isSurePadding(value, false, [8]))).to.deep.equal([true, true, false, false]);
    expect([-128, 127, 0].map((value) => isSurePadding(value, true, [8]))).to.deep.equal([true, true, false]);
  });

  it('is decided the same, however the samples are divided', () => {
    const run = fc.record({ value: fc.integer({ min: -3, max: 3 }), length: fc.integer({ min: 1, max: 12 }) });
    fc.assert(
      fc.property(
        fc.array(run, { maxLength: 20 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (runs, cuts) => {
          // The range is known from the beginning, so that it does not depend on the division.
          const values = [-3, 3, ...runs.flatMap(({ value, length }) => Array<number>(length).fill(value))];
          const doubt = new DoubtfulPadding(0, 5);
          const found: number[] = [];
          const take = (pieces: Iterable<Samples>): void => {
            for (const piece of pieces) for (const value of piece) found.push(value === markerOf(piece) ? NaN : value);
          };
          for (let at = 0, cut = 0; at < values.length; cut++) {
            const end = at === 0 ? 2 : at + (cuts[cut % cuts.length] as number);
            take(doubt.add(Int16Array.from(values.slice(at, end))));
            at = end;
          }
          take(doubt.end());
          const isLong = (at: number): boolean => {
            let [from, end] = [at, at];
            while (values[from - 1] === 0) from--;
            while (values[end] === 0) end++;
            return end - from >= 5;
          };
          expect(found).to.deep.equal(missingAt(values, (value, at) => value === 0 && isLong(at)));
          expect(doubt.kept).to.equal(found.filter((value) => value === 0).length);
        },
      ),
      { numRuns: 500, seed: 12 },
    );
  });
});
