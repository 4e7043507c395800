/** When two names are equal, and when an attendance is on time. */
import { expect } from 'chai';
import { stateOf } from '../../../src/attendances/model.ts';
import { nameKey, textFault, tidyName } from '../../../src/attendances/names.ts';

describe('names', () => {
  it('are equal regardless of case, surrounding space, and the amount of space between words', () => {
    for (const written of ['Ana Lima', '  ana lima\n', 'ANA\u00A0LIMA', 'ana \t lima'])
      expect(nameKey(written)).to.equal('ana lima');
    expect(nameKey('Gro\u00DFe Str')).to.equal(nameKey('GROSSE STR'));
    expect(nameKey('Jose\u0301')).to.equal(nameKey('JOS\u00C9'));
  });

  it('differ if their accents differ', () => expect(nameKey('Jose')).not.to.equal(nameKey('Jos\u00E9')));

  it('keep their case', () => expect(tidyName(' CE - JUAZEIRO  DO NORTE\r\n')).to.equal('CE - JUAZEIRO DO NORTE'));

  it('are text of limited length', () => {
    expect(textFault('Ana', 3)).to.equal(null);
    for (const text of ['\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645', '\u0dc1\u0dca\u200d\u0dbb\u0dd3'])
      expect(textFault(text, 20), 'joiners inside words').to.equal(null);
    for (const text of [
      '',
      'Anna',
      '\u0000',
      'a\uD800',
      'a\u0007',
      '\u200b',
      '\u2060a',
      'a\u202eb',
      '\u2066a',
      '\u200d',
      'a\u200c',
      'a\u00ad',
    ])
      expect(textFault(text, 3), JSON.stringify(text)).to.be.a('string');
  });
});

describe('the state of an attendance', () => {
  const deadline = new Date('2026-01-15T23:59:59.999Z');
  it('is on time up to the last instant', () => {
    expect(stateOf(deadline, deadline)).to.equal('onTime');
    expect(stateOf(deadline, new Date(deadline.getTime() + 1))).to.equal('late');
    expect(stateOf(deadline, null)).to.equal('open');
  });
});
