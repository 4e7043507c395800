import { expect } from 'chai';
import { indicatorsCsv } from '../../../src/attendances/indicators-csv.ts';
import { rated } from '../../../src/attendances/indicators.ts';
import { stateOf } from '../../../src/attendances/model.ts';
import { nameKey, textFault, tidyName } from '../../../src/attendances/names.ts';
import { defused } from '../../../src/http/csv.ts';

describe('names', () => {
  it('are found without regard to case, to space around them, and to how much stands between words', () => {
    for (const written of ['Ana Lima', '  ana lima\n', 'ANA\u00A0LIMA', 'ana \t lima']) expect(nameKey(written)).to.equal('ana lima');
    expect(nameKey('Gro\u00DFe Str')).to.equal(nameKey('GROSSE STR'));
    expect(nameKey('Jose\u0301')).to.equal(nameKey('JOS\u00C9'));
  });

  it('are told apart by their accents', () => expect(nameKey('Jose')).not.to.equal(nameKey('Jos\u00E9')));

  it('keep their case', () => expect(tidyName(' CE - JUAZEIRO  DO NORTE\r\n')).to.equal('CE - JUAZEIRO DO NORTE'));

  it('are text of a bounded length', () => {
    expect(textFault('Ana', 3)).to.equal(null);
    for (const text of ['\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645', '\u0dc1\u0dca\u200d\u0dbb\u0dd3']) expect(textFault(text, 20), 'joiners inside words').to.equal(null);
    for (const text of ['', 'Anna', '\u0000', 'a\uD800', 'a\u0007', '\u200b', '\u2060a', 'a\u202eb', '\u2066a', '\u200d', 'a\u200c', 'a\u00ad']) expect(textFault(text, 3), JSON.stringify(text)).to.be.a('string');
  });
});

describe('the state of an attendance', () => {
  const deadline = new Date('2026-01-15T23:59:59.999Z');
  it('is in time up to the last instant', () => {
    expect(stateOf(deadline, deadline)).to.equal('onTime');
    expect(stateOf(deadline, new Date(deadline.getTime() + 1))).to.equal('late');
    expect(stateOf(deadline, null)).to.equal('open');
  });
});

describe('indicators as CSV', () => {
  it('hold no cell that a spreadsheet takes for a formula', () => {
    for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '\uFF1D1']) expect(defused(text)).to.equal(`'${text}`);
    for (const text of ['Ana', 'CE - Norte', '2026-01']) expect(defused(text)).to.equal(text);
    expect([defused(-1), defused(null)]).to.deep.equal([-1, '']);
  });

  it('quote what needs it, and have their line of names also without groups', async () => {
    const header = 'key,total,attended,onTime,late,open,slaOfAttended,slaOfTotal,attendedPerBusinessDay,attendedPerTechnicianDay\r\n';
    const period = { from: '2026-01-01', to: '2026-01-31', businessDays: 20 };
    expect(await indicatorsCsv({ ...period, groups: [] })).to.equal(header);
    const groups = [rated({ key: '=HYPERLINK("x", 1)', technicians: 2, onTime: 3, late: 1, open: 4 }, 20), rated({ key: null, technicians: 0, onTime: 0, late: 0, open: 0 }, 0)];
    expect(await indicatorsCsv({ ...period, groups })).to.equal(`${header}"'=HYPERLINK(""x"", 1)",8,4,3,1,4,0.75,0.375,0.2,0.1\r\n,0,0,0,0,0,,,,\r\n`);
  });
});
