/** Small FHIR documents for the fuzzer: an observation with components, and one with its own value in a bundle. */
import type { FuzzSeed } from '../../../support/fuzz.ts';

const sampled = (data: string): object => ({
  origin: { value: 0, unit: 'mV' },
  period: 2,
  factor: 0.005,
  dimensions: 1,
  data,
});
const component = (code: string, data: string): object => ({
  code: { coding: [{ system: 'urn:iso:std:iso:11073:10101', code }] },
  valueSampledData: sampled(data),
});
const OBSERVATION = { resourceType: 'Observation', status: 'final', code: { text: 'ECG' } };
const DOCUMENTS = [
  {
    ...OBSERVATION,
    id: 'x',
    effectiveDateTime: '2026-01-15',
    subject: { reference: 'Patient/1' },
    note: [{ text: 'n' }],
    component: [component('131329', 'E 1.5 -2 L'), component('131330', '1 -2 3')],
  },
  {
    resourceType: 'Bundle',
    entry: [
      { resource: { ...OBSERVATION, component: [component('131329', '1 -2 3'), component('131390', '4 5')] } },
      { resource: { ...OBSERVATION, valueSampledData: sampled('1 -2 3') } },
    ],
  },
];
const DICTIONARY = [
  '"',
  '{',
  '}',
  '[',
  ']',
  ',',
  '"data":',
  '"component":[',
  '"valueSampledData":{',
  '1e999',
  '\\n',
  'E',
  'null',
  '-0',
  '"factor":0,',
  '"entry":[{"resource":{',
];

export const fhirSeeds = (): FuzzSeed[] =>
  DOCUMENTS.map((document) => Buffer.from(JSON.stringify(document))).map((bytes) => ({
    files: { a: bytes },
    main: 'a',
    boundaries: { a: [...bytes.toString('latin1').matchAll(/["{}[\]:,]/g)].map((match) => match.index) },
    dictionary: DICTIONARY,
  }));
