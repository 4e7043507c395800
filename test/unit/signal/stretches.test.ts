/** Faulty stretches of one channel. */
import { expect } from 'chai';
import { type Stretches, StretchFinder, StretchList, type StretchOptions } from '../../../src/signal/stretches.ts';
import { uniform } from '../../support/signals.ts';

const TOP = Array<number>(5).fill(9);
const BOTTOM = Array<number>(6).fill(-9);

const options = (from: number, lowest: number, highest: number): StretchOptions => ({
  most: 100,
  flatFrom: from,
  missingFrom: from,
  limits: { lowest, highest },
});

/** Cut into blocks of these lengths. */
function found(values: readonly number[], atLeast: number, blocks = [values.length]): StretchFinder {
  const present = values.filter((value) => !Number.isNaN(value));
  const finder = new StretchFinder(options(atLeast, Math.min(...present), Math.max(...present)));
  let at = 0;
  for (const length of blocks) finder.push(Float64Array.from(values.slice(at, (at += length))));
  finder.finish();
  return finder;
}
const places = ({ kept }: Stretches): number[][] => kept.map(({ first, end }) => [first, end]);

describe('stretches of a channel', () => {
  it('are flat if enough samples are equal, and missing if enough are missing', () => {
    const { flat, missing } = found([1, 1, 1, 2, 2, NaN, 2, 2, 2, 2, 3, NaN, NaN, NaN], 3);
    expect([places(flat), places(missing)]).to.deep.equal([
      [
        [0, 3],
        [6, 10],
      ],
      [[11, 14]],
    ]);
    expect(found([1, 1, 2, 2, NaN, NaN], 3).flat.kept).to.deep.equal([]);
    expect(found([], 3).missing.kept).to.deep.equal([]);
  });

  it('are the same for any division into blocks, and any type', () => {
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
      const finder = new StretchFinder(options(atLeast, -3, 3));
      finder.push(Int16Array.from(values, (value) => (Number.isNaN(value) ? -32768 : value)));
      finder.finish();
      expect([places(finder.flat), places(finder.missing)]).to.deep.equal([places(whole.flat), places(whole.missing)]);
    }
  });

  it('continue across blocks whose summary is sufficient', () => {
    const finder = new StretchFinder(options(3, 0, 9));
    finder.push(Int16Array.of(0, 9, 4));
    finder.pushUniform(4, 10);
    finder.push(Int16Array.of(4, 1, -32768));
    finder.pushUniform(NaN, 5);
    finder.finish();
    expect([places(finder.flat), places(finder.missing)]).to.deep.equal([[[2, 14]], [[15, 21]]]);
  });

  it('are clipped if the line is repeatedly at its limit', () => {
    expect(places(found([0, ...TOP, 1, ...BOTTOM, ...TOP, 3, 9, 9, 2], 100).clipped)).to.deep.equal([[1, 18]]);
    expect(places(found([0, ...TOP, ...BOTTOM, ...TOP], 100).clipped), 'to the last sample').to.deep.equal([[1, 17]]);
    expect(found([0, ...TOP, 1, ...BOTTOM, 2], 100).clipped.kept, 'too few runs').to.deep.equal([]);
    expect(
      found([0, 4, 4, 4, 4, 4, 0, 4, 4, 4, 4, 4, 0, 4, 4, 4, 4, 4, 9], 100).clipped.kept,
      'not at the limit',
    ).to.deep.equal([]);
    const rare = [...TOP, 0, ...TOP, 0, ...TOP, ...Array.from({ length: 20_000 }, (_, i) => (i % 7) - 3)];
    expect(found(rare, 1000).clipped.kept, 'fewer than one sample in a thousand').to.deep.equal([]);
    expect(places(found(rare, 1000, [1000, rare.length - 1000]).clipped), 'of its block').to.deep.equal([[0, 17]]);
  });

  it('are merged with neighbours that are close enough', () => {
    const [list, touching, near] = [new StretchList(100), new StretchList(100, 0), new StretchList(100, 3)];
    for (const [first, end] of [
      [0, 5],
      [5, 9],
      [12, 13],
    ] as const)
      for (const one of [list, touching, near]) one.add(first, end);
    expect(places(list)).to.deep.equal([
      [0, 5],
      [5, 9],
      [12, 13],
    ]);
    expect(places(touching)).to.deep.equal([
      [0, 9],
      [12, 13],
    ]);
    expect(places(near)).to.deep.equal([[0, 13]]);
  });

  it('are kept up to a limit, and only counted beyond it', () => {
    const samples = Int16Array.from({ length: 65_536 }, (_, i) => (i % 2 === 0 ? (i % 3) + 1 : -32768));
    const finder = new StretchFinder(options(1, -9, 9));
    for (let block = 0; block < 3; block++) finder.push(samples);
    finder.finish();
    for (const { kept, count } of [finder.flat, finder.missing]) {
      expect(kept.length).to.equal(100);
      expect(count).to.equal(3 * 32_768);
    }
    const list = new StretchList(1, 0);
    for (const [first, end] of [
      [0, 1],
      [5, 6],
      [6, 7],
      [9, 10],
    ] as const)
      list.add(first, end);
    expect([places(list), list.count], 'those that became one count once').to.deep.equal([[[0, 1]], 3]);
  });
});
