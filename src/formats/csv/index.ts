/** The format definition of text tables. */
import { annotationsLeftOut } from '../common/left-out.ts';
import { mayBeText } from '../common/plain-head.ts';
import { utf16Head, utf16Of } from '../common/utf16.ts';
import { HEAD_BYTES, type Format } from '../types.ts';
import { declaredDelimiter, lineText } from './cells.ts';
import { decodeCsv } from './decode.ts';
import { encodeCsv } from './encode.ts';
import { describesTable, isBlankLine, isComment, type Line, preludeOf } from './prelude.ts';

export const csv: Format = {
  id: 'csv',
  title: 'CSV (table of samples)',
  extensions: ['.csv', '.tsv', '.txt'],
  mediaType: 'text/csv',
  notes: [
    'One row for each sample, one column for each lead. Delimiter: comma, semicolon or TAB; decimal comma ' +
      'unless the delimiter is a comma; UTF-8, UTF-16 or Latin-1, with or without quotes.',
    'The first row names the leads; without it they are named ch1, ch2 and so on. A second row without numbers ' +
      'contains the units; a name may also end in its unit: V1 (mV).',
    'Lines above the table give sampling rate, unit, lead, date, time zone, patient and remarks, with key words in ' +
      'English, German, Portuguese, Spanish and French, as key,value, key: value, # key=value or # {JSON}; at most ' +
      'MAX_METADATA_BYTES. Read so: Apple Watch, Polar Sensor Logger, LabChart, BIOPAC AcqKnowledge, OpenSignals ' +
      'and rdsamp. A warning names lines that were not understood.',
    'A column named time, seconds, ms, elapsed time or timestamp [ns] (numbers, hh:mm:ss.mmm or ISO 8601 dates) ' +
      'gives the sampling rate and must be evenly spaced, within 5 % of a step; where it jumps, missing samples are ' +
      'filled in, with a warning. Of several such columns the first that rises is used. One named sample or index is ' +
      'ignored.',
    'Without a time column or a rate above the table the sampling rate is unknown unless it is given with the ' +
      'upload.',
    'The parameter columns says what each column is, decimal whether a comma is a decimal sign, where a warning asks ' +
      'for it.',
    'Every block of a LabChart file is a recording; its comments (#* or #2 behind the values of a row) become ' +
      'annotations. Other comments (#), between rows or behind their values, are passed over, with a warning.',
    'Empty cells, -, NaN, NA and null are missing samples. If all cells from some row to the end are empty, ' +
      'that channel is shorter than the others. Any other text is refused with its line and column.',
    'Values are kept as they are written (gain 1).',
    'Written in physical units with the time in seconds, one file for each sampling rate; the last sample of a ' +
      'channel is NaN if it is missing. Dates, annotations and personal data are not written.',
  ],
  experimental: false,
  recognises,
  decode: decodeCsv,
  losses: annotationsLeftOut,
  encode: encodeCsv,
};

/**
 * The first row of numbers must be among this many lines with text at the beginning of a file, unless lines above it
 * are known to describe a table.
 */
const LINES_LOOKED_AT = 5;

function recognises(head: Uint8Array): boolean {
  const encoding = utf16Of(head);
  if (encoding === null && !mayBeText(head)) return false;
  const text = (encoding === null ? lineText(Buffer.from(head)) : utf16Head(head, encoding)).replace(/^\ufeff/, '');
  if (/^\s*[<{[]/.test(text) || isBinary(text)) return false;
  if (OPEN_SIGNALS.test(text)) return true;
  const lines = linesOf(text);
  const content = lines.filter((line) => !isBlankLine(line.text) && !isComment(line.text));
  const isCut = head.length >= HEAD_BYTES;
  // A header longer than the bytes examined can only be recognised by its delimiters.
  if (content.length === 1 && isCut) return /[,;\t]/.test(text);
  const prelude = preludeOf(lines);
  if (prelude === null) return isCut && describesTable(lines);
  const above = content.filter(
    ({ number }) => number <= prelude.rows && declaredDelimiter(lineAt(lines, number)) === null,
  );
  return above.length < LINES_LOOKED_AT || prelude.facts.isSure || prelude.biopac !== null;
}

const OPEN_SIGNALS = /^# OpenSignals Text File/i;

// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const isBinary = (text: string): boolean => /[\u0000-\u0008\u000e-\u001f]/.test(text);

const linesOf = (text: string): Line[] =>
  text.split('\n').map((line, i) => ({ text: line.replace(/\r$/, ''), number: i + 1, offset: 0, length: 0 }));

const lineAt = (lines: readonly Line[], number: number): string => lines[number - 1]?.text ?? '';
