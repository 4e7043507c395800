/** Columns of pixels: the lowest and highest sample of each, exactly. */
import { expect } from 'chai';
import { uniform } from '../../support/signals.ts';
import { Columns, gapsIn, NO_SIGNAL, type Piece, SIGNAL } from '../../../web/viewer/columns.ts';

const MISSING = -32_768;
const raw = (values: Int16Array, first = 0): Piece => ({
  first,
  samplesPerBin: 1,
  low: values,
  high: values,
  missing: MISSING,
});

/** Bins as the service makes them. */
function bins(values: Int16Array, size: number): Piece {
  const count = Math.ceil(values.length / size);
  const [low, high] = [new Int16Array(count), new Int16Array(count)];
  for (let bin = 0; bin < count; bin++) {
    const present = values.subarray(bin * size, (bin + 1) * size).filter((value) => value !== MISSING);
    low[bin] = present.length === 0 ? MISSING : Math.min(...present);
    high[bin] = present.length === 0 ? MISSING : Math.max(...present);
  }
  return { first: 0, samplesPerBin: size, low, high, missing: MISSING };
}

describe('The columns of a trace', () => {
  it('have the lowest and highest of their samples', () => {
    const next = uniform(7);
    const values = Int16Array.from({ length: 2_000 }, () => Math.floor(next() * 2_000) - 1_000);
    for (const perColumn of [2, 3.7, 5, 12.25]) {
      const columns = new Columns();
      columns.reset(20, 120);
      columns.add(raw(values), perColumn);
      for (let at = 0; at < columns.width; at++) {
        const [from, to] = [(20 + at) * perColumn, (21 + at) * perColumn];
        const inside = [...values].filter((_, i) => i >= from - 1e-9 && i + 1 <= to + 1e-9);
        const touching = [...values].filter((_, i) => i + 1 > from + 1e-9 && i < to - 1e-9);
        if (touching.length === 0) continue;
        expect(columns.low[at], `column ${at} at ${perColumn}`).to.be.at.most(Math.min(...inside));
        expect(columns.low[at]).to.be.at.least(Math.min(...touching));
        expect(columns.high[at]).to.be.at.least(Math.max(...inside));
        expect(columns.high[at]).to.be.at.most(Math.max(...touching));
      }
    }
  });

  it('show a spike of one sample at every zoom, from samples and from bins', () => {
    const values = new Int16Array(32_768);
    values[20_321] = 900;
    for (let level = 0; level <= 12; level++) {
      const size = 2 ** level;
      for (const perColumn of [size / 4, size / 2, size, size * 3]) {
        const columns = new Columns();
        const place = Math.floor(20_321 / perColumn);
        columns.reset(place - 50, 100);
        columns.add(level === 0 ? raw(values) : bins(values, size), perColumn);
        const found = columns.high.subarray(0, 100).indexOf(900) + place - 50;
        expect(Math.max(...columns.high.subarray(0, 100)), `bins of ${size}, ${perColumn} a column`).to.equal(900);
        expect(found).to.be.within(place - Math.ceil(size / perColumn), place);
      }
    }
  });

  it('do not tremble: a column has the same values wherever the window begins', () => {
    const next = uniform(3);
    const values = Int16Array.from({ length: 8_000 }, () => Math.floor(next() * 100));
    const piece = bins(values, 8);
    const [one, other] = [new Columns(), new Columns()];
    one.reset(100, 200);
    other.reset(137, 200);
    one.add(piece, 17.3);
    other.add(piece, 17.3);
    for (let at = 137; at < 300; at++) {
      expect(one.low[at - 100]).to.equal(other.low[at - 137]);
      expect(one.high[at - 100]).to.equal(other.high[at - 137]);
    }
  });

  it('tell where there is no signal', () => {
    const values = new Int16Array(1_000).fill(5);
    values.fill(MISSING, 300, 500);
    const columns = new Columns();
    columns.reset(0, 120);
    columns.add(raw(values), 10);
    expect(gapsIn(columns)).to.deep.equal([[30, 50]]);
    expect(columns.state[29]).to.equal(SIGNAL);
    columns.fillLoaded(0, 110);
    expect(columns.state[105], 'behind the end of the channel').to.equal(NO_SIGNAL);
    expect(gapsIn(columns)).to.deep.equal([
      [30, 50],
      [100, 110],
    ]);
  });

  it('take a part of a piece only', () => {
    const columns = new Columns();
    columns.reset(0, 100);
    columns.add(raw(new Int16Array(1_000).fill(7)), 10, 20, 40);
    expect(columns.state[19]).to.equal(0);
    expect(columns.state[20]).to.equal(SIGNAL);
    expect(columns.state[39]).to.equal(SIGNAL);
    expect(columns.state[40]).to.equal(0);
  });
});
