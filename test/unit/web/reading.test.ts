/** What a person types about how a file is read. */
import { expect } from 'chai';
import { numberIn } from '../../../web/recordings/upload/reading.ts';

describe('A number that is typed', () => {
  it('may have a decimal comma or a decimal point', () => {
    expect(['250', ' 0,5 ', '0.5', '-1,25', '0,125'].map(numberIn)).to.deep.equal([250, 0.5, 0.5, -1.25, 0.125]);
  });

  it('is none if it may be a thousand or one', () => {
    expect(['1,000', '12,500', '', 'abc', '1,5,2'].map(numberIn)).to.deep.equal([null, null, null, null, null]);
  });
});
