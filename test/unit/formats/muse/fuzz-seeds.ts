/** Small GE MUSE documents for the fuzzer: Latin-1 and UTF-16, and base64 with blanks. */
import type { FuzzSeed } from '../../../support/fuzz.ts';
import { leadOf, museText, waveformOf, WHOLE } from './documents.ts';

const DICTIONARY = [
  '<',
  '>',
  '<!-- -->',
  '<![CDATA[',
  ']]>',
  '<LeadData>',
  '</LeadData>',
  '<WaveFormData>',
  '</WaveFormData>',
  '<Waveform>',
  '<QRS>',
  '&#13;',
  '&#xD;',
  '&x;',
  '<!DOCTYPE a [',
  '=',
  '==',
  'AAAA',
  '-1',
  '1e99',
];

export const museSeeds = (): FuzzSeed[] =>
  [
    Buffer.from(WHOLE, 'latin1'),
    Buffer.from(`\ufeff${WHOLE.replace('ISO-8859-1', 'UTF-16')}`, 'utf16le'),
    Buffer.from(museText(waveformOf('Rhythm', [leadOf('V4R', [1, 2], { WaveFormData: ' AQ\r\nAC&#xD; AA= = ' })]), '')),
  ].map((bytes, number) => ({
    files: { a: bytes },
    main: 'a',
    // The UTF-16 is cut at random only: at the same places it ends like the first seed.
    boundaries: { a: number === 1 ? [] : [...bytes.toString('latin1').matchAll(/[<>"]/g)].map(({ index }) => index) },
    dictionary: DICTIONARY,
  }));
