/** Our own bell curve and sine compared with the engine's functions. */
import { expect } from 'chai';
import { bell, cosine, sine } from '../../../src/synth/numeric.ts';
import { Random } from '../../../src/synth/random.ts';

describe('the arithmetic of the synthesizer', () => {
  it('has a bell that agrees with Math.exp', () => {
    for (let u = -5; u <= 5; u += 0.01) expect(bell(u)).to.be.closeTo(Math.exp((-u * u) / 2), 1e-9);
  });

  it('has a sine and a cosine that agree with those of Math', () => {
    for (let turns = -3; turns <= 3; turns += 0.01) {
      expect(sine(turns)).to.be.closeTo(Math.sin(2 * Math.PI * turns), 1e-9);
      expect(cosine(turns)).to.be.closeTo(Math.cos(2 * Math.PI * turns), 1e-9);
    }
  });

  it('has normal numbers with mean 0 and standard deviation 1, and uniform ones that fill [0, 1)', () => {
    const random = new Random(1, 'test');
    let sum = 0;
    let squares = 0;
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 100_000; i++) {
      const value = random.normal();
      sum += value;
      squares += value * value;
      const tenth = Math.floor(random.uniform() * 10);
      tenths[tenth] = (tenths[tenth] ?? NaN) + 1;
    }
    expect(sum / 100_000).to.be.closeTo(0, 0.015);
    expect(squares / 100_000).to.be.closeTo(1, 0.015);
    expect(tenths).to.have.length(10);
    for (const count of tenths) expect(count).to.be.within(9600, 10_400);
  });

  it('gives different numbers for every seed and every purpose', () => {
    const first = [
      [1, 'a'],
      [2, 'a'],
      [1, 'b'],
      [-1, 'a'],
      [1, ''],
    ].map(([seed, purpose]) => new Random(seed as number, purpose as string).uniform());
    expect(new Set(first).size).to.equal(5);
  });
});
