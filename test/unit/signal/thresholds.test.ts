/** A zero level as exact bounds in each sample type. */
import { expect } from 'chai';
import { missingMarker, SAMPLE_TYPES } from '../../../src/signal/samples.ts';
import { thresholds } from '../../../src/signal/thresholds.ts';
import { samplesOf } from '../../support/signals.ts';

const LEVELS = [
  0,
  -0,
  0.5,
  -0.5,
  3,
  -3,
  0.1,
  1 / 3,
  32766.5,
  32767,
  32767.5,
  32768,
  1e6,
  -32767,
  -32767.5,
  -32768,
  -32769,
  2147483647,
  2147483647.5,
  2147483648,
  1e12,
  -2147483647,
  -2147483648,
  -2147483649,
  2 ** 24 + 1,
  2 ** 53,
  Number.MIN_VALUE,
  -Number.MIN_VALUE,
  2 ** -149,
  2 ** -150,
  -(2 ** -150),
  1e-300,
  -1e-300,
  3.4028234663852886e38,
  3.5e38,
  -3.5e38,
  1e300,
  -1e300,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
];

describe('the thresholds of a sample type', () => {
  for (const type of SAMPLE_TYPES) {
    it(`decide for every ${type} as its exact value does`, () => {
      const candidates = LEVELS.flatMap((level) => [
        level,
        level + 1,
        level - 1,
        level * (1 + 2 ** -23),
        level * (1 - 2 ** -24),
        level * (1 + 2 ** -52),
        level * (1 - 2 ** -53),
      ]);
      const marker = missingMarker(type);
      const samples = [...samplesOf(type, [...candidates, Infinity, -Infinity])].filter(
        (value) => value !== marker && !Number.isNaN(value),
      );
      const wrong: string[] = [];
      for (const upper of LEVELS) {
        for (const lower of LEVELS.filter((level) => level <= upper)) {
          const { high, low } = thresholds(type, upper, lower);
          if (samplesOf(type, [high])[0] !== high || samplesOf(type, [low])[0] !== low)
            wrong.push(`${high} or ${low} is no ${type}`);
          for (const value of samples) {
            if (value > high !== value > upper) wrong.push(`${value} > ${upper}`);
            if (!(value > low) !== value < lower) wrong.push(`${value} < ${lower}`);
          }
        }
      }
      expect(wrong).to.deep.equal([]);
    });
  }
});
