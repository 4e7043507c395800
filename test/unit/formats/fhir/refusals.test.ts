/** FHIR documents that are refused. */
import { expect } from 'chai';
import type { FormatError } from '../../../../src/formats/types.ts';
import { LIMITS, refusalOf } from '../../../support/formats.ts';
import { type Members, data, component, observation, readAll } from './reading.ts';

const refusal = async (document: Members | string): Promise<FormatError> => refusalOf(readAll(document));

const one = (members: Members): Members => observation({ component: [component('131329', members)] });

describe('A FHIR document is refused', () => {
  const cases: [string, Members | string, string][] = [
    [
      'without SampledData',
      observation({ component: [{ code: {}, valueQuantity: { value: 1 } }] }),
      'There is no observation with SampledData.',
    ],
    ['for another resource', { resourceType: 'Patient' }, 'not "Patient"'],
    ['for several dimensions', one({ dimensions: 2 }), 'component[0].valueSampledData.dimensions must be 1'],
    ['without dimensions', one({ dimensions: undefined }), 'dimensions must be 1'],
    ['without a period', one({ period: undefined }), 'period is missing'],
    ['for a period of 0', one({ period: 0 }), '0 ms between two samples is not a sampling rate'],
    ['for a factor of 0', one({ factor: 0 }), 'component[0].valueSampledData.factor must be a number other than 0'],
    [
      'for an unknown unit of the interval',
      one({ period: undefined, interval: 1, intervalUnit: 'Hz' }),
      'intervalUnit must be ms, s, us or min',
    ],
    ['for offsets', one({ offsets: '1 2 3' }), 'offsets is not supported'],
    ['for a word that is not a number', one({ data: '1 x 2' }), 'In a list of samples "x" is not a number.'],
    [
      'for data that is not a string',
      one({ data: [1, 2] }),
      'component[0].valueSampledData.data must be a string of decimals.',
    ],
    ['for data without a sample', one({ data: ' ' }), 'must have at least one sample'],
    [
      'for data without a sample after data with some',
      observation({ component: [component('131329'), component('131330', { data: '' })] }),
      'component[1].valueSampledData.data must have at least one sample',
    ],
    ['for an escape in the data', JSON.stringify(one({})).replace('1 -2', '1 \\u0032'), 'is not a number'],
    [
      'for a path that only looks like one',
      { resourceType: 'Observation', 'component[].valueSampledData': data() },
      'There is no observation',
    ],
    ['if it ends early', JSON.stringify(one({})).slice(0, -3), 'is incomplete'],
    [
      'for more channels than allowed',
      observation({ component: Array.from({ length: LIMITS.maxChannels + 1 }, (_, i) => component(`x${i}`)) }),
      'more than 256 channels',
    ],
  ];
  for (const [title, document, message] of cases) {
    it(title, async () => {
      const error = await refusal(document);
      expect(error.message).to.include(message);
      expect(error.format).to.equal('fhir');
    });
  }
});
