/** The kernel's count of zero crossings, compared with the definition in plain code. */
import { expect } from 'chai';
import { CrossingCounter, type CrossingRule } from '../../../src/signal/crossings.ts';
import { BLOCK_SAMPLES, SAMPLE_TYPES, type Samples, type SampleType } from '../../../src/signal/samples.ts';
import { ScalarCrossingCounter } from '../../support/scalar-kernel.ts';
import { cut, hardSignal, hardSignals, naiveCounts, samplesOf, uniform } from '../../support/signals.ts';

const PLAIN: CrossingRule = { zeroLevel: 0, band: 0, gaps: 'break' };

function crossings(parts: readonly Samples[], rule: CrossingRule): number {
  const counter = new CrossingCounter(rule);
  for (const part of parts) counter.push(part);
  return counter.count;
}

function scalarCrossings(samples: Samples, rule: CrossingRule): number {
  const counter = new ScalarCrossingCounter(rule);
  counter.push(samples);
  return counter.count;
}

describe('the zero crossings of a signal', () => {
  const table: [number, (number | null)[]][] = [
    [0, []],
    [0, [5]],
    [0, [0, 0, 0]],
    [1, [1, 0, -1]],
    [0, [1, 0, 1]],
    [1, [-1, 0, 0, 1]],
    [1, [0, 1, -1]],
    [1, [1, -1, 0]],
    [3, [1, -1, 1, -1]],
    [0, [-0, 1]],
    [0, [1, null, -1]],
    [1, [0, 0, 1, -1]],
    [1, [1, -1, 0, 0]],
  ];
  for (const type of SAMPLE_TYPES) {
    for (const [count, values] of table) {
      it(`are ${count} in ${JSON.stringify(values)} of ${type}`, () => {
        expect(crossings([samplesOf(type, values)], PLAIN)).to.equal(count);
      });
    }

    it(`are counted across a gap of ${type} only when gaps are bridged`, () => {
      const samples = samplesOf(type, [1, null, null, -1, 2]);
      expect(crossings([samples], PLAIN)).to.equal(1);
      expect(crossings([samples], { ...PLAIN, gaps: 'bridge' })).to.equal(2);
    });

    it(`need both edges of the dead band in ${type}`, () => {
      const samples = samplesOf(type, [13, 8, 12, 10, 7, 12, 13]);
      expect(crossings([samples], { zeroLevel: 10, band: 2, gaps: 'break' })).to.equal(2);
      expect(crossings([samples], { zeroLevel: 10, band: 3, gaps: 'break' })).to.equal(0);
    });

    it(`are right with a gap at any place of three blocks of ${type}`, () => {
      const random = uniform(71);
      const values = Array.from({ length: 192 }, () => Math.floor(random() * 3) - 1);
      for (const gaps of ['break', 'bridge'] as const) {
        for (let place = 0; place < values.length; place++) {
          const samples = samplesOf(
            type,
            values.with(place, NaN).map((value) => (Number.isNaN(value) ? null : value)),
          );
          const rule = { ...PLAIN, gaps };
          expect(crossings([samples], rule), `${gaps} at ${place}`).to.equal(naiveCounts(samples, rule).zeroCrossings);
        }
      }
    });
  }

  it('are not affected by any number of zeros', () => {
    for (const type of SAMPLE_TYPES) {
      for (let zeros = 0; zeros < 200; zeros++) {
        const samples = samplesOf(type, [
          ...Array<number>(zeros).fill(0),
          1,
          ...Array<number>(zeros).fill(0),
          -1,
          ...Array<number>(zeros).fill(0),
          1,
        ]);
        expect(crossings([samples], PLAIN), `${zeros} zeros of ${type}`).to.equal(2);
      }
    }
  });

  it('are those of the definition, under every rule and however the signal is pushed', () => {
    const random = uniform(72);
    for (const { samples, zeroLevel } of hardSignals(73, 300)) {
      const band = [0, 0, 0.5, 1, 2.25, 1e6][Math.floor(random() * 6)] as number;
      for (const gaps of ['break', 'bridge'] as const) {
        const rule = { zeroLevel, band, gaps };
        const expected = naiveCounts(samples, rule).zeroCrossings;
        const places = Array.from({ length: Math.floor(random() * 6) }, () =>
          Math.floor(random() * (samples.length + 1)),
        ).toSorted((a, b) => a - b);
        const tell = `${samples.constructor.name}(${samples.length}) ${JSON.stringify(rule)} cut at ${places.join()}`;
        expect(scalarCrossings(samples, rule), `scalar ${tell}`).to.equal(expected);
        expect(crossings([samples], rule), tell).to.equal(expected);
        expect(crossings(cut(samples, places), rule), tell).to.equal(expected);
      }
    }
  });

  it('are those of the scalar form, in 100,000 random parts of signals under random rules', () => {
    const random = uniform(75);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    for (let round = 0; round < 1_000; round++) {
      const { samples, zeroLevel } = hardSignal(random, SAMPLE_TYPES[round % 4] as SampleType, 2_000);
      for (let part = 0; part < 100; part++) {
        const first = Math.floor(random() * samples.length);
        const some = samples.subarray(first, first + Math.floor(random() ** 2 * 1_500));
        const rule: CrossingRule = {
          zeroLevel: random() < 0.5 ? zeroLevel : pick([0, 0.5, -1, 700.25, -32_767.5]),
          band: pick([0, 0, 0.5, 1, 2.25, 300, 1e6]),
          gaps: pick(['break', 'bridge']),
        };
        const places = random() < 0.5 ? [] : [Math.floor(random() * (some.length + 1))];
        const expected = scalarCrossings(some, rule);
        const actual = crossings(cut(some, places), rule);
        if (actual !== expected) {
          const what = `${some.constructor.name}(${some.length}) ${JSON.stringify(rule)} cut at ${places.join()}`;
          expect(actual, `${what} in round ${round}`).to.equal(expected);
        }
      }
    }
  });

  it('are those of the definition across the edges of the stage', () => {
    const random = uniform(74);
    const stage = BLOCK_SAMPLES;
    for (const type of SAMPLE_TYPES) {
      for (const extra of [-65, -64, -1, 0, 1, 63, 64, stage + 1]) {
        const samples = samplesOf(
          type,
          (function* values() {
            for (let i = 0; i < stage + extra; i++)
              yield Math.abs(i - stage) < 70 ? 0 : random() < 0.001 ? null : Math.floor(random() * 3) - 1;
          })(),
        );
        for (const gaps of ['break', 'bridge'] as const) {
          expect(crossings([samples], { ...PLAIN, gaps }), `${type} ${extra} ${gaps}`).to.equal(
            scalarCrossings(samples, { ...PLAIN, gaps }),
          );
        }
      }
    }
  });

  it('continue from one type to the next, and do not mix with those of another channel', () => {
    const one = new CrossingCounter(PLAIN);
    const other = new CrossingCounter(PLAIN);
    for (const [i, type] of SAMPLE_TYPES.entries()) {
      one.push(samplesOf(type, [i % 2 === 0 ? 1 : -1]));
      other.push(samplesOf(type, [-1, 0]));
    }
    expect([one.count, other.count]).to.deep.equal([3, 0]);
  });
});
