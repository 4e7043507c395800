/**
 * Small tables for the fuzzer: every delimiter, times in seconds and as time of day, units, missing cells, no names,
 * and the preludes of devices.
 */
import { acqTable, beltTable, boardTable, labBlock, wave, watchTable } from '../../../support/device-tables.ts';
import type { FuzzSeed } from '../../../support/fuzz.ts';

const VALUES = wave(12);
const TEXTS = [
  "'Elapsed time','MLII','V5'\n'seconds','mV','mV'\n0.000,-0.145,-0.065\n0.004,1.5,\n0.008,2,-\n",
  '\ufefftime;I;II\r\n00:00:00,000;1,5;2\r\n00:00:00,500;-1,5;\r\n00:00:01,000;-1,5e3;\r\n',
  'I\tII\n1\t2\nNaN\t12345678901234567\n3\t4\n',
  '1,2\n3,4\n5,6\n',
  watchTable('de', VALUES, ','),
  beltTable(VALUES, { at: 6, samples: 3 }),
  labBlock(VALUES) + labBlock(VALUES),
  acqTable(VALUES, true),
  boardTable(VALUES),
  '1,05\n2,10\n3,07\n',
];
const DICTIONARY = [
  ',',
  ';',
  '\t',
  '\n',
  '"',
  "'",
  '-',
  'NaN',
  '1e99',
  '.',
  '\r\n',
  'sep=;\n',
  '# x\n',
  '# fs=',
  'Interval=',
  'Unit,',
  '\t',
];

export const csvSeeds = (): FuzzSeed[] =>
  [...TEXTS.map((text) => Buffer.from(text)), Buffer.from('\ufeffI,II\n1,2\n', 'utf16le')].map((bytes) => ({
    files: { 'a.csv': bytes },
    main: 'a.csv',
    boundaries: { 'a.csv': [...bytes.toString('latin1').matchAll(/[,;\t\n']/g)].map((match) => match.index) },
    dictionary: DICTIONARY,
  }));
