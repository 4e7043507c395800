/** Traces on paper: through every sample, within their row, broken where signal is missing. */
import { expect } from 'chai';
import { crossingPlaces } from '../../../src/paper/crossings.ts';
import { samplesIn } from '../../../src/paper/samples.ts';
import { stripScale } from '../../../src/paper/scale.ts';
import { type Trace, traceOf, type TracePlace } from '../../../src/paper/trace.ts';
import { CrossingCounter } from '../../../src/signal/crossings.ts';
import { paperChannel, type Point, pointsOf } from '../../support/paper.ts';

const PLACE: TracePlace = { x: 0, y: 100, width: 250, height: 10, base: 0, clipTop: 0, clipBottom: 200 };
const trace = (values: number[], rate: number, place: Partial<TracePlace> = {}, offset = 0): Trace =>
  traceOf({ values: Float64Array.from(values), offset }, rate, 25, { ...PLACE, ...place });
const lines = ({ lines: all }: Trace): Point[][] => all.map(pointsOf);

describe('a trace', () => {
  it('shows the minimum and maximum of each tenth of a millimetre where samples are denser', () => {
    const values = Array.from({ length: 20_000 }, (_, i) => (i === 7_777 ? 5 : i === 7_778 ? -4 : 0));
    const [line] = lines(trace(values, 10_000));
    expect(line!.length).to.be.at.most(2 * 2 * 250);
    const near = line!.filter(([x]) => Math.abs(x - (7_777 * 25) / 10_000) < 0.1).map(([, y]) => y);
    expect([Math.min(...near), Math.max(...near)]).to.deep.equal([50, 140]);
    expect(line!.filter(([, y]) => y !== 100)).to.have.length(2);
  });

  it('breaks at a missing sample, and shows a lone one as a dot', () => {
    expect(
      lines(trace([1, 2, NaN, 3, NaN, NaN, 4, 5], 10, { y: 0, height: 1, clipTop: -10 })).map(String),
    ).to.deep.equal(['0,-1,2.5,-2', '7.5,-3,7.5,-3', '15,-4,17.5,-5']);
  });

  it('places the first sample at its time', () => {
    expect(String(lines(trace([0, 0], 10, { x: 15 }, 0.04))[0])).to.equal('16,100,18.5,100');
  });

  it('is cut off exactly at the bounds of its row, and says where it is outside', () => {
    // Up to 4 mV and down to -2 mV, between bounds of 2 mV above and 1 mV below.
    const found = trace([0, 4, 0, -2, 0], 10, { clipTop: 80, clipBottom: 110 });
    expect(lines(found).map(String)).to.deep.equal(['0,100,1.25,80', '3.75,80,5,100,6.25,110', '8.75,110,10,100']);
    expect(found.outside).to.deep.equal([
      { from: 0, to: 5, isAbove: true },
      { from: 5, to: 10, isAbove: false },
    ]);
  });

  it('has no line where all of it is out of range', () => {
    const found = trace([9, 9, 9, 9], 10, { clipTop: 80 });
    expect(found.lines).to.deep.equal([]);
    expect(found.outside).to.deep.equal([{ from: 0, to: 7.5, isAbove: true }]);
  });

  it('never leaves its row', () => {
    const values = Array.from({ length: 5_000 }, (_, i) => 9 * Math.sin(i * i));
    for (const rate of [250, 500, 2_000])
      for (const [, y] of lines(trace(values, rate, { clipTop: 77, clipBottom: 108 })).flat())
        expect(y).to.be.within(77 - 1e-9, 108 + 1e-9);
  });

  for (const huge of [1e9, 1e17, 1e18, 1e25, 1e300, Number.MAX_VALUE, Infinity])
    it(`stays in its row with values of ${huge}, and says that they are out of range`, () => {
      const place = { clipTop: 77, clipBottom: 108 };
      for (const rate of [10, 2_000]) {
        const [up, down] = [trace([0, huge, 0, 0], rate, place), trace([-huge, huge, -huge], rate, place)];
        for (const [x, y] of [...lines(up), ...lines(down)].flat()) {
          expect(y).to.be.within(77, 108);
          expect(x).to.be.within(0, 250);
        }
        expect(up.outside.map(({ isAbove }) => isAbove)).to.deep.equal([true]);
        expect(down.outside.map(({ isAbove }) => isAbove)).to.have.members([false, true]);
      }
      const [rise, fall] = lines(trace([0, huge, 0], 10, place)).map((line) => line.flat().map(Math.round));
      expect([rise, fall]).to.deep.equal([
        [0, 100, 0, 77],
        [5, 77, 5, 100],
      ]);
      const far = stripScale(paperChannel(), 10, { low: huge, high: huge });
      expect(lines(trace([huge, huge], 10, { ...place, ...far }))).to.have.length(Number(huge < Infinity));
    });

  it('reports missing stretches that can be seen: inside, before and behind the signal', () => {
    const values = [NaN, NaN, 1, 1, NaN, NaN, NaN, 1, 1, 1];
    expect(trace(values, 10, { width: 50 }).gaps).to.deep.equal([
      { from: 0, to: 5 },
      { from: 10, to: 17.5 },
      { from: 25, to: 50 },
    ]);
    expect(trace([1, NaN, 1], 500, { width: 0.15 }).gaps).to.deep.equal([]);
    expect(trace([], 500, { width: 30 }).gaps).to.deep.equal([{ from: 0, to: 30 }]);
  });

  it('takes the samples of a strip from those of its channel', () => {
    const held = { first: 100, values: Float64Array.from({ length: 50 }, (_, i) => 100 + i) };
    const { values, offset } = samplesIn(held, 10, { from: 10.55, to: 11 });
    expect([...values]).to.deep.equal([106, 107, 108, 109]);
    expect(offset).to.be.closeTo(0.05, 1e-9);
    expect(samplesIn(held, 10, { from: 20, to: 30 }).values).to.have.length(0);
  });
});

describe('ticks of crossings', () => {
  const SIGNAL = [0, 1, 0, -1, -2, NaN, 1, -1, 0, 0, 2, 0, -0.2, 0.2, NaN, -3];

  for (const gaps of ['break', 'bridge'] as const) {
    for (const deadBand of [0, 0.2, 0.5, 1]) {
      it(`are as many as are counted, with a dead band of ${deadBand} and gaps that ${gaps}`, () => {
        const counter = new CrossingCounter({ zeroLevel: 0, band: deadBand, gaps });
        counter.push(Float64Array.from(SIGNAL));
        expect(crossingPlaces(Float64Array.from(SIGNAL), { deadBand, gaps })).to.have.length(counter.count);
      });
    }
  }

  it('are at the sample that has the new sign', () => {
    expect(crossingPlaces(Float64Array.from(SIGNAL))).to.deep.equal([3, 7, 10, 12, 13]);
  });
});
