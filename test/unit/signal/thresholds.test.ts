import { expect } from 'chai';
import { missingMarker, SAMPLE_TYPES } from '../../../src/signal/samples.ts';
import { thresholds } from '../../../src/signal/thresholds.ts';
import { samplesOf } from '../../support/signals.ts';

const LEVELS = [
  0, -0, 0.5, -0.5, 3, -3, 0.1, 1 / 3, 32766.5, 32767, 32767.5, 32768, 1e6, -32767, -32767.5, -32768, -32769, 2147483647, 2147483647.5, 2147483648, 1e12,
  -2147483647, -2147483648, -2147483649, 2 ** 24 + 1, 2 ** 53, Number.MIN_VALUE, -Number.MIN_VALUE, 2 ** -149, 2 ** -150, -(2 ** -150), 1e-300, -1e-300,
  3.4028234663852886e38, 3.5e38, -3.5e38, 1e300, -1e300, Number.MAX_VALUE, -Number.MAX_VALUE,
];

describe('the thresholds of a sample type', () => {
  for (const type of SAMPLE_TYPES) {
    it(`decide for every ${type} as its exact value does`, () => {
      const candidates = LEVELS.flatMap((level) => [level, level + 1, level - 1, level * (1 + 2 ** -23), level * (1 - 2 ** -24), level * (1 + 2 ** -52), level * (1 - 2 ** -53)]);
      const marker = missingMarker(type);
      const samples = [...samplesOf(type, [...candidates, Infinity, -Infinity])].filter((value) => value !== marker && !Number.isNaN(value));
      for (const upper of LEVELS) {
        for (const lower of LEVELS.filter((level) => level <= upper)) {
          const { high, low } = thresholds(type, upper, lower);
          expect([high, low], 'are values of the type').to.deep.equal([...samplesOf(type, [high, low])]);
          for (const value of samples) {
            expect(value > high, `${value} > ${upper}`).to.equal(value > upper);
            expect(!(value > low), `${value} < ${lower}`).to.equal(value < lower);
          }
        }
      }
    });
  }
});
