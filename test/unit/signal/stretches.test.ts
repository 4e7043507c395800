/** Stretches of one channel in which something is wrong. */
import { expect } from 'chai';
import { joined, type Stretch, StretchFinder } from '../../../src/signal/stretches.ts';
import { uniform } from '../../support/signals.ts';

const TOP = Array<number>(5).fill(9);
const BOTTOM = Array<number>(6).fill(-9);

/** Cut into blocks of these lengths. */
function found(values: readonly number[], atLeast: number, blocks = [values.length]): StretchFinder {
  const present = values.filter((value) => !Number.isNaN(value));
  const finder = new StretchFinder({ atLeast, lowest: Math.min(...present), highest: Math.max(...present) });
  let at = 0;
  for (const length of blocks) finder.push(Float64Array.from(values.slice(at, (at += length))));
  finder.finish();
  return finder;
}
const places = (stretches: readonly Stretch[]): number[][] => stretches.map(({ first, end }) => [first, end]);

describe('stretches of a channel', () => {
  it('are flat where so many samples are equal, and missing where so many are not there', () => {
    const { flat, missing } = found([1, 1, 1, 2, 2, NaN, 2, 2, 2, 2, 3, NaN, NaN, NaN], 3);
    expect([places(flat), places(missing)]).to.deep.equal([
      [
        [0, 3],
        [6, 10],
      ],
      [[11, 14]],
    ]);
    expect(found([1, 1, 2, 2, NaN, NaN], 3).flat).to.deep.equal([]);
    expect(found([], 3).missing).to.deep.equal([]);
  });

  it('are the same however the samples are cut into blocks, and of whatever type they are', () => {
    const random = uniform(26);
    for (let round = 0; round < 200; round++) {
      const pick = (below: number): number => Math.floor(random() * below);
      const values = Array.from({ length: 5 + pick(20) }, () => [NaN, -3, 0, 3][pick(4)] as number).flatMap((value) =>
        Array<number>(1 + pick(6)).fill(value),
      );
      const atLeast = 1 + pick(8);
      const first = pick(values.length);
      const second = pick(values.length - first);
      const whole = found(values, atLeast);
      const cut = found(values, atLeast, [first, second, values.length - first - second]);
      expect([places(cut.flat), places(cut.missing)]).to.deep.equal([places(whole.flat), places(whole.missing)]);
      const finder = new StretchFinder({ atLeast, lowest: -3, highest: 3 });
      finder.push(Int16Array.from(values, (value) => (Number.isNaN(value) ? -32768 : value)));
      finder.finish();
      expect([places(finder.flat), places(finder.missing)]).to.deep.equal([places(whole.flat), places(whole.missing)]);
    }
  });

  it('go through blocks of which the summary says it all', () => {
    const finder = new StretchFinder({ atLeast: 3, lowest: 0, highest: 9 });
    finder.push(Int16Array.of(0, 9, 4));
    finder.pushUniform(4, 10);
    finder.push(Int16Array.of(4, 1, -32768));
    finder.pushUniform(NaN, 5);
    finder.finish();
    expect([places(finder.flat), places(finder.missing)]).to.deep.equal([[[2, 14]], [[15, 21]]]);
  });

  it('are clipped where the line is at its limit again and again', () => {
    expect(places(found([0, ...TOP, 1, ...BOTTOM, ...TOP, 3, 9, 9, 2], 100).clipped)).to.deep.equal([[1, 18]]);
    expect(places(found([0, ...TOP, ...BOTTOM, ...TOP], 100).clipped), 'to the last sample').to.deep.equal([[1, 17]]);
    expect(found([0, ...TOP, 1, ...BOTTOM, 2], 100).clipped, 'too few runs').to.deep.equal([]);
    expect(
      found([0, 4, 4, 4, 4, 4, 0, 4, 4, 4, 4, 4, 0, 4, 4, 4, 4, 4, 9], 100).clipped,
      'not at the limit',
    ).to.deep.equal([]);
    const rare = [...TOP, 0, ...TOP, 0, ...TOP, ...Array.from({ length: 20_000 }, (_, i) => (i % 7) - 3)];
    expect(found(rare, 1000).clipped, 'fewer than one sample in a thousand').to.deep.equal([]);
    expect(places(found(rare, 1000, [1000, rare.length - 1000]).clipped), 'of its block').to.deep.equal([[0, 17]]);
  });

  it('become one with their neighbours', () => {
    const stretches = [
      { first: 0, end: 5 },
      { first: 5, end: 9 },
      { first: 12, end: 13 },
    ];
    expect(places(joined(stretches, 0))).to.deep.equal([
      [0, 9],
      [12, 13],
    ]);
    expect(places(joined(stretches, 3))).to.deep.equal([[0, 13]]);
    expect(stretches[0]).to.deep.equal({ first: 0, end: 5 });
  });
});
