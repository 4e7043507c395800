/** Small annotated ECGs for the fuzzer: a complete one, other kinds of time and numbers, UTF-16. */
import type { FuzzSeed } from '../../../support/fuzz.ts';
import { absolute, aecgText, lead, relative, series, set, WHOLE } from './documents.ts';

const I = lead({ code: 'MDC_ECG_LEAD_I', digits: '1 2 3' });
const II = lead({ code: 'MDC_ECG_LEAD_II', digits: '-1.5 NaN 2e3' });
const DICTIONARY = [
  '<',
  '>',
  '<!--',
  '-->',
  '<![CDATA[',
  ']]>',
  '</digits>',
  '<digits>',
  '<sequenceSet>',
  '<derivedSeries>',
  '&amp;',
  '&#0;',
  '&x;',
  '<!DOCTYPE a>',
  '<?p?>',
  'TIME_ABSOLUTE',
  '"',
  '0',
  '-1e999',
];

export const aecgSeeds = (): FuzzSeed[] =>
  [
    Buffer.from(WHOLE),
    Buffer.from(aecgText(series(set(relative('2', 'ms'), I, II)))),
    Buffer.from(`\ufeff${aecgText(series(set(absolute(), I)), '<?xml version="1.0" encoding="UTF-16"?>')}`, 'utf16le'),
  ].map((bytes) => ({
    files: { a: bytes },
    main: 'a',
    boundaries: { a: [...bytes.toString('latin1').matchAll(/[<>"]/g)].map((match) => match.index) },
    dictionary: DICTIONARY,
  }));
