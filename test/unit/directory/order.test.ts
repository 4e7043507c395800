/** The texts by which lists are ordered, filtered and continued. */
import { expect } from 'chai';
import { assert, constantFrom, property, string } from 'fast-check';
import { Types } from 'mongoose';
import { bounds, facet, orderText } from '../../../src/directory/order.ts';

const id = new Types.ObjectId('665f1c2ab7e4d1a2c3b4d5e6');

describe('the order of lists', () => {
  it('compares part by part: a shorter name comes before a longer one, whatever follows', () => {
    const texts = [
      ['ana', 'z'],
      ['ana maria', 'a'],
      ['anab', 'a'],
      ['', 'z'],
    ].map((parts) => orderText(parts, id));
    expect(texts.toSorted()).to.deep.equal([texts[3], texts[0], texts[1], texts[2]]);
  });

  it('is that of the parts, then that of the ids', () => {
    const part = string({ unit: constantFrom('a', 'b', ' ', '1'), maxLength: 6 });
    assert(
      property(part, part, part, part, (a, b, c, d) => {
        const expected = a === c ? (b < d ? -1 : b > d ? 1 : 0) : a < c ? -1 : 1;
        const [x, y] = [orderText([a, b], id), orderText([c, d], id)];
        expect(x < y ? -1 : x > y ? 1 : 0).to.equal(expected);
      }),
    );
  });

  it('compares 60 characters of a part, and if these are equal, the parts that follow', () => {
    const name = 'n'.repeat(60);
    expect(orderText([`${name}z`, 'a'], id) < orderText([`${name}a`, 'b'], id)).to.equal(true);
    const almost = 'n'.repeat(59);
    expect(orderText([`${almost}z`, 'a'], id) < orderText([`${almost}a`, 'b'], id)).to.equal(false);
  });

  it('has facets that ignore case and accents', () => expect(facet('city', ' São-Paulo')).to.equal('city=sao paulo'));

  const dates = ['', '2026-01-01', '2026-01-02', '2026-01-03'].map((date) => orderText([date], id));
  const within = (range: Parameters<typeof bounds>[0]): number[] => {
    const { $gt = '', $gte = '', $lt = '~' } = bounds(range) ?? {};
    return dates.flatMap((text, i) => (text > $gt && text >= $gte && text < $lt ? [i] : []));
  };
  for (const descending of [false, true]) {
    it(`continues after a cursor and stays within dates, ${descending ? 'backwards' : 'forwards'}`, () => {
      expect(bounds({ after: null, descending })).to.equal(null);
      expect(within({ after: null, descending, from: '2026-01-02' })).to.deep.equal([2, 3]);
      expect(within({ after: null, descending, to: '2026-01-02' }), 'what has no date is in no range').to.deep.equal([
        1,
      ]);
      expect(within({ after: dates[2] ?? null, descending, from: '2026-01-01', to: '2026-01-04' })).to.deep.equal(
        descending ? [1] : [3],
      );
      expect(
        within({ after: descending ? '~' : '', descending, from: '2026-01-02', to: '2026-01-03' }),
        'a cursor from elsewhere widens nothing',
      ).to.deep.equal([2]);
    });
  }
});
