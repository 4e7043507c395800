/** Which of the chosen files make one recording. */
import { expect } from 'chai';
import { groupFiles, isHeader, type NamedFile } from '../../../web/recordings/upload/grouping.ts';

const HEADERS: Readonly<Record<string, string>> = {
  '100.hea': '100 2 360 650000\n100.dat 212 200 11 1024 995 -22131 0 MLII\n100.dat 212 200 11 1024 1011 20052 0 V5\n',
  '100skew.hea': '100skew 2 360\n100.dat 212:2 200 11 1024\n100.dat 212 200 11 1024\n',
  's0010.hea': '# a comment\r\ns0010 3 1000 38400\r\nS0010.DAT 16 2000 16 0 -489\r\ns0010.xyz 16 2000 16 0 7\r\n',
  'v102s.hea': 'v102s/3 3 250 75000\nv102s_layout 0\nv102s_1 30000\n~ 45000\n',
  'v102s_layout.hea': 'v102s_layout 1 250 0\n~ 0 200 16 0 0 0 0 II\n',
  'v102s_1.hea': 'v102s_1 1 250 30000\nv102s_1.mat 16+24 200 16 0 0 0 0 II\n',
  'broken.hea': '',
};

const file = (path: string): NamedFile => {
  const at = path.lastIndexOf('/');
  return { folder: path.slice(0, Math.max(at, 0)), name: path.slice(at + 1) };
};

const names = (those: readonly NamedFile[]): string[] => those.map(({ name }) => name);

/** The groups as texts: `main < others`. */
function grouped(...paths: string[]) {
  const files = paths.map(file);
  const headers = new Map(files.filter(isHeader).map((one) => [one, HEADERS[one.name] ?? '']));
  const { groups, headless, skipped } = groupFiles(files, headers);
  return {
    groups: groups.map((group) => names(group.files).join(' ')),
    missing: groups.flatMap((group) => group.missing),
    headless: names(headless),
    skipped: names(skipped),
  };
}

describe('the files of a recording', () => {
  it('are a header, the files that it names, and its annotations', () => {
    expect(grouped('100.atr', '100.dat', '100.hea')).to.deep.equal({
      groups: ['100.hea 100.dat 100.atr'],
      missing: [],
      headless: [],
      skipped: [],
    });
  });

  it('include the annotations of any annotator, but no other recording of the name', () => {
    const { groups, skipped } = grouped('100.hea', '100.dat', '100.qrs', '100.ecg', '100.edf', '100.pdf', '100');
    expect(groups).to.deep.equal(['100.hea 100.dat 100.qrs 100.ecg', '100.edf', '100']);
    expect(skipped).to.deep.equal(['100.pdf']);
    expect(grouped('100.qrs').headless).to.deep.equal(['100.qrs']);
  });

  it('are an ISHNE recording and its annotations', () => {
    const { groups, missing } = grouped('HOLTER.ANN', 'holter.ecg', 'b/holter.ann', 'day.hol', 'day.ann');
    expect(groups).to.deep.equal(['holter.ecg HOLTER.ANN', 'holter.ann', 'day.hol day.ann']);
    expect(missing).to.deep.equal(['holter.ecg']);
  });

  it('are found whatever the case of their names', () => {
    expect(grouped('s0010.hea', 's0010.dat', 's0010.XYZ').groups).to.deep.equal(['s0010.hea s0010.dat s0010.XYZ']);
  });

  it('include the segments of a record, which are no recordings by themselves', () => {
    const { groups, missing } = grouped('v102s_1.hea', 'v102s_1.mat', 'v102s.hea', 'v102s_layout.hea');
    expect(groups).to.deep.equal(['v102s.hea v102s_layout.hea v102s_1.hea v102s_1.mat']);
    expect(missing).to.deep.equal([]);
  });

  it('are looked for in the same folder only', () => {
    const { groups, missing, headless } = grouped('a/100.hea', 'b/100.dat');
    expect({ groups, missing, headless }).to.deep.equal({
      groups: ['100.hea'],
      missing: ['100.dat'],
      headless: ['100.dat'],
    });
  });

  it('are single files in every other format', () => {
    expect(grouped('ecg.json', 'ecg.dcm', 'ecg', 'ecg.edf').groups).to.deep.equal([
      'ecg.json',
      'ecg.dcm',
      'ecg',
      'ecg.edf',
    ]);
  });

  it('do not include what folders have beside them', () => {
    const beside = ['.DS_Store', 'Thumbs.db', 'LICENSE', 'README.md', 'RECORDS', 'SHA256SUMS.txt', 'scan.PDF'];
    const { groups, skipped } = grouped('ecg.json', ...beside);
    expect(groups).to.deep.equal(['ecg.json']);
    expect(skipped).to.deep.equal(beside);
  });

  it('may be used by two records', () => {
    const { groups } = grouped('100.hea', '100.dat', '100skew.hea');
    expect(groups).to.deep.equal(['100.hea 100.dat', '100skew.hea 100.dat']);
  });

  it('are a header alone if it cannot be read, so that the service says why', () => {
    expect(grouped('broken.hea').groups).to.deep.equal(['broken.hea']);
  });
});
