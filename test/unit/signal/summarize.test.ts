/** The kernel's summaries, compared with the scalar form and with exact fractions. */
import { expect } from 'chai';
import { BLOCK_SAMPLES, SAMPLE_TYPES, type Samples } from '../../../src/signal/samples.ts';
import { summarize } from '../../../src/signal/summarize.ts';
import { EMPTY, merge, type SignalSummary } from '../../../src/signal/summary.ts';
import { scalarSummary } from '../../support/scalar-kernel.ts';
import { countsOf, cut, exactMoments, hardSignals, naiveCounts, samplesOf, uniform } from '../../support/signals.ts';

const deviation = ({ samples, missing, m2 }: SignalSummary) => Math.sqrt(m2 / (samples - missing));

/** Mean and deviation within 1e-12 of the greatest magnitude; not checked if squares or sums overflow. */
function expectSameMoments(actual: SignalSummary, expected: SignalSummary, tell: string): void {
  const magnitude = Math.max(Math.abs(expected.minimum), Math.abs(expected.maximum));
  if (expected.samples === expected.missing) expect([actual.mean, actual.m2], tell).to.deep.equal([0, 0]);
  else if (magnitude < 1e140) {
    expect(actual.mean, tell).to.be.closeTo(expected.mean, 1e-12 * magnitude);
    expect(deviation(actual), tell).to.be.closeTo(deviation(expected), 1e-12 * magnitude);
  }
}

const whole = (parts: readonly Samples[], zeroLevel: number) =>
  parts.map((part) => summarize(part, zeroLevel)).reduce((sum, part) => merge(sum, part), EMPTY as SignalSummary);

describe('the summary of a signal', () => {
  it('is the empty summary for no samples', () => {
    for (const type of SAMPLE_TYPES) expect(summarize(samplesOf(type, []), 7)).to.deep.equal(EMPTY);
  });

  it('has only the number of samples if all are missing', () => {
    for (const type of SAMPLE_TYPES) {
      for (const length of [1, 63, 64, 65, 200]) {
        expect(summarize(samplesOf(type, Array<null>(length).fill(null)), 0)).to.deep.equal({
          ...EMPTY,
          samples: length,
          missing: length,
        });
      }
    }
  });

  it('has the edge signs before the first gap and after the last', () => {
    for (const type of SAMPLE_TYPES) {
      const signs = (values: (number | null)[]) =>
        [summarize(samplesOf(type, values), 0)].map(({ firstSign, lastSign }) => [firstSign, lastSign])[0];
      expect(signs([0, 2, 0, -3, 0])).to.deep.equal([1, -1]);
      expect(signs([null, 2, -3, null])).to.deep.equal([0, 0]);
      expect(signs([0, null, -1, 0])).to.deep.equal([0, -1]);
      expect(signs([-1, null, 0])).to.deep.equal([-1, 0]);
      expect(signs([0, 0])).to.deep.equal([0, 0]);
      expect(signs([...Array<number>(100).fill(0), -5, ...Array<number>(100).fill(0)])).to.deep.equal([-1, -1]);
    }
  });

  it('is that of the scalar form and of the naive one', () => {
    for (const { samples, zeroLevel } of hardSignals(81, 300)) {
      const tell = `${samples.constructor.name}(${samples.length}) about ${zeroLevel}`;
      const actual = summarize(samples, zeroLevel);
      const scalar = scalarSummary(samples, zeroLevel);
      expect(countsOf(actual), tell).to.deep.equal(naiveCounts(samples, { zeroLevel, band: 0, gaps: 'break' }));
      expect(countsOf(scalar), `scalar ${tell}`).to.deep.equal(countsOf(actual));
      expectSameMoments(actual, scalar, tell);
    }
  });

  it('is merged from the parts of any cut in two, and of many', () => {
    const random = uniform(82);
    for (const { samples, zeroLevel } of hardSignals(83, 20)) {
      const expected = summarize(samples, zeroLevel);
      const many = Array.from({ length: 5 }, () =>
        Array.from({ length: 7 }, () => Math.floor(random() * (samples.length + 1))).toSorted((a, b) => a - b),
      );
      const everyTwo = Array.from({ length: samples.length + 1 }, (_, place) => [place]);
      for (const places of [...many, ...everyTwo]) {
        const tell = `${samples.constructor.name}(${samples.length}) about ${zeroLevel} cut at ${places.join()}`;
        const merged = whole(cut(samples, places), zeroLevel);
        expect(countsOf(merged), tell).to.deep.equal(countsOf(expected));
        expectSameMoments(merged, expected, tell);
      }
    }
  });

  it('is merged from the parts of every cut of short signals', () => {
    for (const type of SAMPLE_TYPES) {
      for (const values of [
        [1, 0, -1, null, 0, 1, 0, -1],
        [0, 0, 1, 0, 0, -1, 0, 0],
        [null, -1, 1, null, null, 1, -1, 0],
        [3, -3, 3, -3, 0, 3, -3, 3],
      ]) {
        const samples = samplesOf(type, values);
        const expected = countsOf(summarize(samples, 0));
        for (let cuts = 0; cuts < 128; cuts++) {
          const places = [1, 2, 3, 4, 5, 6, 7].filter((place) => (cuts >> (place - 1)) & 1);
          expect(
            countsOf(whole(cut(samples, places), 0)),
            `${type} ${JSON.stringify(values)} cut at ${places.join()}`,
          ).to.deep.equal(expected);
        }
      }
    }
  });

  it('is that of the scalar form across the edges of the stage', () => {
    const random = uniform(84);
    for (const type of SAMPLE_TYPES) {
      const stage = BLOCK_SAMPLES;
      for (const extra of [-64, -1, 0, 1, 65, stage + 63]) {
        const samples = samplesOf(
          type,
          (function* values() {
            for (let i = 0; i < stage + extra; i++) yield random() < 0.0001 ? null : Math.floor(random() * 2001) - 1000;
          })(),
        );
        const tell = `${type} ${samples.length}`;
        const expected = scalarSummary(samples, 0.5);
        expect(countsOf(summarize(samples, 0.5)), tell).to.deep.equal(countsOf(expected));
        expectSameMoments(summarize(samples, 0.5), expected, tell);
      }
    }
  });
});

describe('mean and deviation of a signal', () => {
  const N = 131072 + 37;
  const random = uniform(91);
  /** Approximately normal, standard deviation 1. */
  const normal = () => (2 * Math.sqrt(3) * (random() + random() + random() + random() - 2)) / 2;
  const cases: [string, Samples][] = [
    ['16-bit noise far from zero', Int16Array.from({ length: N }, () => Math.round(30000 + normal()))],
    ['a whole stage of the greatest 16-bit value', new Int16Array(131072).fill(32767)],
    ['a whole stage of the lowest 16-bit value', new Int16Array(131072).fill(-32767)],
    ['16-bit extremes in turn', Int16Array.from({ length: N }, (_, i) => (i % 2 === 0 ? 32767 : -32767))],
    ['one 16-bit outlier', Int16Array.from({ length: N }, (_, i) => (i === 0 ? -32767 : Math.round(normal())))],
    ['32-bit noise far from zero', Int32Array.from({ length: N }, () => Math.round(2e9 + normal()))],
    [
      'one step of 32 bits far from zero',
      Int32Array.from({ length: N }, (_, i) => (i === 5 ? 2147483646 : 2147483647)),
    ],
    ['32-bit extremes in turn', Int32Array.from({ length: N }, (_, i) => (i % 2 === 0 ? 2147483647 : -2147483647))],
    ['single precision far from zero', Float32Array.from({ length: N }, () => 30000 + normal())],
    ['one outlier in single precision', Float32Array.from({ length: N }, (_, i) => (i === N - 1 ? 1e9 : normal()))],
    ['double precision far from zero', Float64Array.from({ length: N }, () => 1e9 + normal() / 1000)],
    ['one outlier in double precision, first', Float64Array.from({ length: N }, (_, i) => (i === 0 ? 1e12 : normal()))],
    ['the greatest exact integers', Float64Array.from({ length: N }, (_, i) => (i % 3 === 0 ? 2 ** 53 : -(2 ** 53)))],
    ['a ramp', Float64Array.from({ length: N }, (_, i) => i / 7)],
    ['a square wave of tenths', Float64Array.from({ length: N }, (_, i) => (i % 1000 < 500 ? 0.1 : -0.3))],
  ];
  for (const [name, samples] of cases) {
    it(`are within 1e-12 of the exact ones: ${name}`, () => {
      const { minimum, maximum, ...summary } = summarize(samples, 0);
      const exact = exactMoments(samples);
      const magnitude = Math.max(Math.abs(minimum), Math.abs(maximum));
      expect(summary.mean).to.be.closeTo(exact.mean, 1e-12 * magnitude);
      // With a mean stored as a double, a deviation far below its rounding cannot be resolved.
      const tolerance = Math.min(1e-12 * magnitude, Math.max(1e-9 * exact.deviation, 1e-15 * magnitude));
      expect(deviation({ minimum, maximum, ...summary })).to.be.closeTo(exact.deviation, tolerance);
    });
  }

  it('are never the root of a negative number', () => {
    for (const value of [0.1, 1 / 3, 1e9 + 0.1, 1e-310]) {
      for (let length = 1; length < 100; length++) {
        const { m2 } = summarize(new Float64Array(length).fill(value), 0);
        expect(m2).to.be.within(0, (1e-12 * value) ** 2 * length);
      }
    }
  });

  it('leave out missing samples', () => {
    for (const type of SAMPLE_TYPES) {
      const values = Array.from({ length: 1000 }, (_, i) => (i % 7 === 3 ? null : (i * 37) % 101));
      const { mean, m2, minimum, maximum } = summarize(samplesOf(type, values), 0);
      const dense = summarize(
        samplesOf(
          type,
          values.filter((value) => value !== null),
        ),
        0,
      );
      expect({ mean, m2, minimum, maximum }).to.deep.equal({
        mean: dense.mean,
        m2: dense.m2,
        minimum: dense.minimum,
        maximum: dense.maximum,
      });
    }
  });
});
