/** Small JSON uploads for the fuzzer: every member, in favourable and unfavourable order, in unusual spellings. */
import type { FuzzSeed } from '../../../support/fuzz.ts';

const TEXTS = [
  '{"id":"x","date":"2026-01-15T09:30:00Z","samplingRate":500,"unit":"mV","gain":200,"zeroLevel":1024,' +
    '"patient":"p","study":"s","notes":"n\\u00fc","leads":[{"name":"I","number_of_samples":4,"signal":[1,-2.5,' +
    'null,3e2]},{"name":"II","gain":-1,"zeroLevel":0.5,"signal":[0]}]}',
  '\ufeff {\n"leads" : [ { "signal" : [ 123456789012 , 0.1 , -0 ] , "num_samples" : 3 , "name" : "V1" , ' +
    '"unknown" : { "a" : [ [ 1 ] , "\\\\" ] } } ] ,\r\n"zeroLevel" : 7 , "date" : "2026-01-15" }',
];
const DICTIONARY = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '\\ud800',
  '\\u0000',
  '"signal":[',
  '"leads":[',
  '"zeroLevel":1,',
  '"gain":0,',
  '"number_of_samples":9007199254740993',
  'null',
  'true',
  '-',
  '1e999',
  '1e-400',
  '0x1',
  '00',
  '9007199254740993',
  '[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[',
];

export const jsonSeeds = (): FuzzSeed[] =>
  TEXTS.map((text) => {
    const bytes = Buffer.from(text);
    return {
      files: { a: bytes },
      main: 'a',
      boundaries: { a: [...bytes.toString('latin1').matchAll(/["{}[\]:,]/g)].map((match) => match.index) },
      dictionary: DICTIONARY,
    };
  });
