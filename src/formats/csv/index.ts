/** The format definition of text tables. */
import { mayBeText } from '../common/plain-head.ts';
import type { Format } from '../types.ts';
import { declaredDelimiter, delimiterOf, isMissing, isNumber, lineText, splitLine } from './cells.ts';
import { decodeCsv } from './decode.ts';
import { encodeCsv } from './encode.ts';
import { momentOf } from './time.ts';

export const csv: Format = {
  id: 'csv',
  title: 'CSV (table of samples)',
  extensions: ['.csv', '.tsv', '.txt'],
  mediaType: 'text/csv',
  notes: [
    'A row a sample, a column a lead; comma, semicolon or TAB between them, decimal comma where the delimiter is not the comma; UTF-8 or Latin-1, with or without quotes.',
    'The first row names the leads; without it they are ch1, ch2 and so on. A second row without numbers holds the units, and a name may end in one: V1 (mV).',
    'A first column named time, seconds, ms, elapsed time (numbers, hh:mm:ss.mmm or ISO 8601 dates) tells the sampling rate and must be evenly spaced; sample or index is passed over.',
    'Without a time column the sampling rate is unknown unless it comes with the upload.',
    'Empty cells, -, NaN, NA and null are missing samples; a column whose cells are empty down to the end is shorter than the others. Any other text is refused with its line and column.',
    'Values are kept as they are written (gain 1).',
    'Written in physical units with the time in seconds, one file for each sampling rate; the last sample of a channel is NaN where it is missing. Dates, annotations and people are not written.',
  ],
  experimental: false,
  recognises,
  decode: decodeCsv,
  encode: encodeCsv,
};

/** The first row of numbers must be among so many lines at the beginning of a file. */
const LINES_LOOKED_AT = 5;

function recognises(head: Uint8Array): boolean {
  if (!mayBeText(head)) return false;
  const text = lineText(Buffer.from(head)).replace(/^\ufeff/, '');
  if (/^\s*[<{[]/.test(text)) return false;
  const lines = text
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => line.trim() !== '' && !line.startsWith('#') && declaredDelimiter(line) === null);
  // A header longer than the bytes examined can only be recognised by its delimiters.
  if (lines.length === 1 && head.length >= 4096) return /[,;\t]/.test(text);
  return lines.slice(0, LINES_LOOKED_AT).some((line) => {
    const delimiter = delimiterOf(line);
    const cells = splitLine(line, delimiter);
    return (
      cells !== null &&
      cells.some((cell) => isNumber(cell, delimiter)) &&
      cells.every((cell) => isNumber(cell, delimiter) || isMissing(cell) || momentOf(cell) !== null)
    );
  });
}
