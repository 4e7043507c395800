/** Tables that are refused. */
import { expect } from 'chai';
import { LIMITS } from '../../../support/formats.ts';
import { refusal } from './reading.ts';

describe('A CSV file is refused', () => {
  const cases: [string, string | Uint8Array, string][] = [
    [
      'for a cell that is not a number, with line and column',
      'time,I,V2\n0,1,2\n1,2,abc\n',
      'Line 3, column 3 ("V2"): "abc" is not a number.',
    ],
    [
      'for a number out of range',
      'I\n1e101\n',
      'Line 2, column 1 ("I"): "1e101" is out of range: its magnitude is above 1e+100.',
    ],
    ['for an integer that would lose digits', 'I\n9007199254740993\n', 'beyond 2^53'],
    ['for a row with too few cells', 'I,II\n1,2\n3\n', 'Line 3 has 1 cells, but the header has 2.'],
    ['for a row with too many cells', 'I,II\n1,2,3\n', 'Line 2 has more cells than the header.'],
    ['without rows', 'I,II\n', 'There is no row below the header.'],
    ['if it is empty', '', 'The file contains no table.'],
    ['for a missing name', 'I,,II\n1,2,3\n', 'The name of column 2 must have 1 to 200 characters: "".'],
    ['for an unclosed quote', '"I,II\n1,2\n', 'has a quote that is not closed'],
    ['for bytes that are not text', Buffer.from('I\u0000\n1\n'), 'not a text table'],
    [
      'in damaged UTF-16',
      Buffer.concat([Buffer.from('\ufeffI\n1\n', 'utf16le'), Buffer.of(0)]),
      'The text is not valid UTF-16LE.',
    ],
    [
      'for more columns than allowed',
      `${Array.from({ length: 257 }, (_, at) => `c${at}`).join(',')}\n`,
      'more than 256 columns',
    ],
    ['for a line without an end', Buffer.alloc(LIMITS.maxMetadataBytes + 70_000, '1'), 'A line is longer than'],
  ];
  for (const [title, text, message] of cases) {
    it(title, async () => {
      expect((await refusal(text)).message).to.include(message);
    });
  }
});
