/** Answers as CSV: quoted as in RFC 4180, and safe in a spreadsheet. */
import { expect } from 'chai';
import { csvText, defused } from '../../../src/http/csv.ts';

describe('an answer as CSV', () => {
  it('has no cell that a spreadsheet takes for a formula', () => {
    const formulas = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '\uFF1D1'];
    for (const text of formulas) expect(defused(text)).to.equal(`'${text}`);
    for (const text of ['Ana', 'CE - Norte', '2026-01']) expect(defused(text)).to.equal(text);
    expect([-1, true, null].map(defused)).to.deep.equal([-1, 'true', '']);
  });

  it('quotes cells where necessary, and has a header row even without rows', async () => {
    expect(await csvText(['key', 'total'], [])).to.equal('key,total\r\n');
    const rows = [
      ['=HYPERLINK("x", 1)', 0.375],
      [null, false],
      ['two\nlines', -1],
    ];
    expect(await csvText(['key', 'total'], rows)).to.equal(
      'key,total\r\n"\'=HYPERLINK(""x"", 1)",0.375\r\n,false\r\n"two\nlines",-1\r\n',
    );
  });
});
