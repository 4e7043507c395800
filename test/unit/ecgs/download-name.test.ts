/** Names of files, as they are kept and as they are made. */
import { expect } from 'chai';
import { Types } from 'mongoose';
import { downloadName } from '../../../src/ecgs/download-name.ts';
import { keptFileName } from '../../../src/text/file-name.ts';

const _id = new Types.ObjectId();
const named = (fileName: string | null, part: string | null = null, recordName: string | null = null): string =>
  downloadName({ _id, fileName, recordName, part });

describe('the name that is kept of an uploaded file', () => {
  it('has no folders of any system', () => {
    expect(['a/b/100.hea', String.raw`C:\fakepath\100.hea`, '../../etc/passwd'].map(keptFileName)).to.deep.equal([
      '100.hea',
      '100.hea',
      'passwd',
    ]);
  });

  it('has no invisible characters, and is cut between characters if it is too long', () => {
    expect(keptFileName('ecg\u202Efdp.\u0000exe\u200B ')).to.equal('ecgfdp.exe');
    expect(keptFileName('Ju\u0308rgen.edf')).to.equal('J\u00FCrgen.edf');
    expect(keptFileName(`a${'\u{1F493}'.repeat(200)}`)).to.equal(`a${'\u{1F493}'.repeat(127)}`);
  });

  it('is null if nothing is left', () => {
    expect([null, '', 'folder/', '\u0000', ' '].map(keptFileName)).to.deep.equal([null, null, null, null, null]);
  });
});

describe('the name of a file made of a recording', () => {
  it('is that of the uploaded file, with its part, or else that of the record, or the id', () => {
    expect(named('100.hea')).to.equal('100');
    expect(named('M\u00FCller 2026.edf')).to.equal('M\u00FCller_2026');
    expect(named('study.dcm', 'median beat')).to.equal('study-median_beat');
    expect(named(null, null, '100')).to.equal('100');
    expect(named(null, 'rhythm')).to.equal(`${String(_id)}-rhythm`);
    expect(named(null)).to.equal(String(_id));
  });

  it('is safe in every file system', () => {
    const given = [
      '.bashrc',
      '..',
      'a:b*?<c>|"d".edf',
      '-rf',
      'con.edf',
      'LPT1',
      `${'x'.repeat(300)}.edf`,
      'a\nb',
      '..edf',
    ];
    expect(given.map((name) => named(name))).to.deep.equal([
      String(_id),
      String(_id),
      'a_b_c_d',
      'rf',
      '_con',
      '_LPT1',
      'x'.repeat(80),
      'a_b',
      String(_id),
    ]);
  });
});
