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
    'One row for each sample, one column for each lead. Delimiter: comma, semicolon or TAB; decimal comma ' +
      'unless the delimiter is a comma; UTF-8 or Latin-1, with or without quotes.',
    'The first row names the leads; without it they are named ch1, ch2 and so on. A second row without numbers ' +
      'contains the units; a name may also end in its unit: V1 (mV).',
    'A first column named time, seconds, ms, elapsed time (numbers, hh:mm:ss.mmm or ISO 8601 dates) gives the ' +
      'sampling rate and must be evenly spaced; one named sample or index is ignored.',
    'Without a time column the sampling rate is unknown unless it is given with the upload.',
    'Empty cells, -, NaN, NA and null are missing samples. If all cells from some row to the end are empty, ' +
      'that channel is shorter than the others. Any other text is refused with its line and column.',
    'Values are kept as they are written (gain 1).',
    'Written in physical units with the time in seconds, one file for each sampling rate; the last sample of a ' +
      'channel is NaN if it is missing. Dates, annotations and personal data are not written.',
  ],
  experimental: false,
  recognises,
  decode: decodeCsv,
  encode: encodeCsv,
};

/** The first row of numbers must be among this many lines at the beginning of a file. */
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
