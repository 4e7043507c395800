/** What exports say of their files in a header. */
import { expect } from 'chai';
import { EXPORT_WARNINGS, MAX_WARNINGS_LENGTH, warningsHeader, warningsIn } from '../../../src/ecgs/export-warnings.ts';

const answer = (sentences: readonly string[]): Headers => new Headers({ [EXPORT_WARNINGS]: warningsHeader(sentences) });

describe('The warnings of an export', () => {
  it('are a header in ASCII, and come back as they were', () => {
    const sentences = ['"Ableitung Süd" is rounded to 1 µV.', 'One more.'];
    expect(warningsHeader(sentences)).to.match(/^[\x20-\x7e]+$/);
    expect(warningsIn(answer(sentences))).to.deep.equal(sentences);
    expect(warningsIn(new Headers())).to.deep.equal([]);
  });

  it('are as many as proxies and clients accept in a header, and it is said that there are more', () => {
    const sentences = Array.from({ length: 10 }, (_, at) => `${at}${'ü'.repeat(150)}`);
    const header = warningsHeader(sentences);
    expect(header.length).to.be.at.most(MAX_WARNINGS_LENGTH);
    expect(warningsIn(answer(sentences))).to.deep.equal([
      ...sentences.slice(0, 3),
      'There is more that is stored inexactly.',
    ]);
    expect(warningsHeader(['ü'.repeat(1_000)])).to.equal('["There is more that is stored inexactly."]');
  });
});
