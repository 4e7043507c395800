/** Cuts CSV files into records and cells, and detects their encoding. */
import { expect } from 'chai';
import * as fc from 'fast-check';
import { CellParser, EncodingCheck, textDecoder } from '../../../src/imports/cells.ts';
import { MAX_COLUMNS, MAX_RECORD_BYTES } from '../../../src/imports/limits.ts';
import { type Delimiter, type RawRecord, RecordScanner } from '../../../src/imports/records.ts';

/** Scans a text in pieces of a given size. */
function scan(text: string | Buffer, delimiter: Delimiter = ',', pieceBytes = 1 << 16): RawRecord[] {
  const bytes = Buffer.from(text as string);
  const scanner = new RecordScanner(delimiter, { offset: 0, line: 1 });
  const records: RawRecord[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    for (const record of scanner.push(Buffer.from(bytes.subarray(at, at + pieceBytes)))) records.push(record);
  }
  return [...records, ...scanner.end()];
}

const areFaults = (text: string): boolean[] => scan(text, ',', 1000).map(({ fault }) => fault !== null);
const brief = (records: RawRecord[]) => records.map(({ line, bytes, fault }) => [line, fault ?? bytes.toString()]);

describe('the record scanner', () => {
  it('knows the line of every record, even after quoted line breaks and blank lines', () => {
    expect(brief(scan('a,b\r\n1,"x\r\ny\nz"\r\n\r\n  \n2,y\rlast,one'))).to.deep.equal([
      [1, 'a,b'],
      [2, '1,"x\r\ny\nz"'],
      [7, '2,y'],
      [8, 'last,one'],
    ]);
  });

  it('passes over lines of empty cells only, quoted or not, and keeps any text', () => {
    const text = ';;;\na;b\n ; ;\n"";" "\n"";"\n"\n"""";\n";"\n;x\n;;';
    expect(brief(scan(text, ';'))).to.deep.equal([
      [2, 'a;b'],
      [7, '"""";'],
      [8, '";"'],
      [9, ';x'],
    ]);
  });

  it('keeps quotes in unquoted cells and doubled quotes', () => {
    expect(brief(scan('5" pipe,x\n"a ""b"" c" , "d"\n'))).to.deep.equal([
      [1, '5" pipe,x'],
      [2, '"a ""b"" c" , "d"'],
    ]);
  });

  it('reports the line of a malformed record, and continues at the next line', () => {
    const faults = brief(scan('"a"b,c\n1,2\n"open,3\n4,"5"\n6,7\n')).map(([line, text]) => [
      line,
      /quote/.test(String(text)) ? 'fault' : text,
    ]);
    expect(faults).to.deep.equal([
      [1, 'fault'],
      [2, '1,2'],
      [3, 'fault'],
      [4, '4,"5"'],
      [5, '6,7'],
    ]);
  });

  it('reports only the line of a quote that is still open at the end of the file, and scans the lines after it', () => {
    const records = scan('1,"open\n2,b\n3,c');
    expect(records.map(({ line, fault }) => [line, fault === null])).to.deep.equal([
      [1, false],
      [2, true],
      [3, true],
    ]);
  });

  it('reports a line that is too long without keeping it, and one with too many columns', () => {
    const long = `1,${'x'.repeat(MAX_RECORD_BYTES)}`;
    const wide = ','.repeat(MAX_COLUMNS);
    const records = scan(`${long}\n2,b\n${wide}\n3,c`, ',', 1000);
    expect(records.map(({ line, fault }) => [line, fault])).to.deep.equal([
      [1, `is longer than ${MAX_RECORD_BYTES} bytes`],
      [2, null],
      [3, `has more than ${MAX_COLUMNS} columns`],
      [4, null],
    ]);
    expect(
      scan(`a\n"${'x\n'.repeat(MAX_RECORD_BYTES / 2)}`)
        .slice(0, 3)
        .map(({ line, fault }) => [line, fault === null]),
    ).to.deep.equal([
      [1, true],
      [2, false],
      [3, true],
    ]);
  });

  it('finds records one by one, as they are requested: a piece may contain a hundred thousand', () => {
    const piece = Buffer.from('a\nb\n');
    const records = new RecordScanner(',', { offset: 0, line: 1 }).push(piece)[Symbol.iterator]();
    expect(records.next().value).to.include({ line: 1, end: 2 });
    // What has not been requested has not been scanned yet.
    piece.write('bb', 2);
    expect(records.next()).to.include({ done: true });
  });

  it('accepts a line that is as long as the limit with its line end, and one with as many columns', () => {
    const long = 'x'.repeat(MAX_RECORD_BYTES - 1);
    const wide = `${','.repeat(MAX_COLUMNS - 1)}x`;
    for (const end of ['\n', '']) {
      expect(areFaults(`a\n${long}${end}`)).to.deep.equal([false, false]);
      expect(areFaults(`a\n${long}x${end}`)).to.deep.equal([false, true]);
      expect(areFaults(`a\n${wide}${end}`)).to.deep.equal([false, false]);
      expect(areFaults(`a\n,${wide}${end}`)).to.deep.equal([false, true]);
    }
  });

  it('reports a line with a NUL byte', () => {
    expect(brief(scan('a\nb\0c\nd'))).to.deep.equal([
      [1, 'a'],
      [2, 'has a NUL byte: this is not text'],
      [3, 'd'],
    ]);
  });

  /** Texts made of the characters that matter to a CSV parser. */
  const csvText = fc.string({
    unit: fc.constantFrom(
      'a',
      'é',
      '1',
      '"',
      '""',
      ',',
      ';',
      '\t',
      ' ',
      '\n',
      '\r\n',
      '\r',
      '\u00A0',
      '\uFEFF',
      '\0',
      '\u2028',
      '\v',
    ),
    maxLength: 80,
  });

  it('finds the same records for any division of the file into pieces, and from any record on', () => {
    fc.assert(
      fc.property(csvText, fc.integer({ min: 1, max: 9 }), fc.constantFrom(',', ';', '\t'), (text, size, delimiter) => {
        const whole = scan(text, delimiter);
        expect(scan(text, delimiter, size)).to.deep.equal(whole);
        for (const [i, { end, nextLine }] of whole.entries()) {
          const scanner = new RecordScanner(delimiter, { offset: end, line: nextLine });
          const rest = [...scanner.push(Buffer.from(text).subarray(end)), ...scanner.end()];
          expect(rest).to.deep.equal(whole.slice(i + 1));
        }
      }),
      { numRuns: 2_000, seed: 1 },
    );
  });

  it('accepts exactly the records that the CSV parser reads as one record each', async () => {
    await fc.assert(
      fc.asyncProperty(csvText, fc.constantFrom(',', ';', '\t'), async (text, delimiter) => {
        const sound = scan(text, delimiter)
          .filter(({ fault }) => fault === null)
          .map(({ bytes }) => bytes.toString());
        const together = await new CellParser(delimiter).parse(sound);
        const alone = [];
        for (const record of sound) alone.push(...(await new CellParser(delimiter).parse([record])));
        expect(together).to.deep.equal(alone);
        expect(together).to.have.length(sound.length);
      }),
      { numRuns: 1_000, seed: 2 },
    );
  });
});

describe('the cells of a record', () => {
  it('have no surrounding white space except inside quotes', async () => {
    expect(await new CellParser(',').parse(['  a , "b, ""c""\n d" ,', ',,', ' x,y '])).to.deep.equal([
      ['a', 'b, "c"\n d', ''],
      ['', '', ''],
      ['x', 'y'],
    ]);
    expect(await new CellParser('\t').parse(['a\t\t"b\tc"'])).to.deep.equal([['a', '', 'b\tc']]);
  });
});

const encodingOf = (...pieces: Buffer[]): string => {
  const check = new EncodingCheck();
  for (const piece of pieces) check.push(piece);
  return check.end();
};

describe('the encoding of a file', () => {
  it('is UTF-8 if all of it is valid, even if a character is split', () => {
    const bytes = Buffer.from('José €');
    expect(encodingOf(bytes.subarray(0, 4), bytes.subarray(4))).to.equal('utf-8');
    expect(encodingOf()).to.equal('utf-8');
  });

  it('is UTF-8 if it has that byte order mark, whatever follows', () => {
    expect(encodingOf(Buffer.from([0xef]), Buffer.from([0xbb, 0xbf, 0x61]), Buffer.from([0xe9, 0x0a]))).to.equal(
      'utf-8',
    );
    expect(encodingOf(Buffer.from([0xef, 0xbb, 0x61, 0xe9]))).to.equal('windows-1252');
  });

  it('is otherwise windows-1252, which reads Latin-1 correctly', () => {
    expect(encodingOf(Buffer.from('plain '), Buffer.from([0xe9]))).to.equal('windows-1252');
    expect(encodingOf(Buffer.from('José').subarray(0, 4))).to.equal('windows-1252');
    expect(textDecoder('windows-1252')(Buffer.from([0x4a, 0xf3, 0x20, 0x80]))).to.equal('Jó €');
  });
});
