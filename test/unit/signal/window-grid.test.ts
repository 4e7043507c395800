/** The grid of windows, compared with each window's samples, for rates that are hard to cut. */
import { expect } from 'chai';
import { type Samples, SAMPLE_TYPES } from '../../../src/signal/samples.ts';
import { summarize } from '../../../src/signal/summarize.ts';
import { EMPTY, merge, type SignalSummary } from '../../../src/signal/summary.ts';
import { boundOf } from '../../../src/signal/bounds.ts';
import { WindowGrid, windowsIn } from '../../../src/signal/window-grid.ts';
import { countsOf, cut, hardSignal, naiveCounts, samplesOf, uniform } from '../../support/signals.ts';

const CASES: readonly (readonly [rate: number, seconds: number])[] = [
  [500, 2],
  [257.5, 1],
  [128.0001, 0.7],
  [1000 / 3, 0.1],
  [1000, 0.3],
  [360, 12.5],
  [1, 60],
  [0.3, 10],
  [0.01, 60],
  [1 / 60, 60],
];

/** The samples of each window, by the definition of a window. */
function windowsOf(samples: Samples, rate: number, seconds: number): Samples[] {
  const windows: Samples[] = [];
  for (let k = 0; Math.ceil(k * seconds * rate - 1e-6) < samples.length; k++)
    windows.push(
      samples.subarray(Math.max(0, Math.ceil(k * seconds * rate - 1e-6)), Math.ceil((k + 1) * seconds * rate - 1e-6)),
    );
  return windows;
}

function gridOf(runs: readonly Samples[], rate: number, seconds: number, zeroLevel: number) {
  const grid = new WindowGrid(rate, seconds, zeroLevel);
  return { summaries: runs.map((run) => grid.push(run)), rows: grid.rows };
}

function expectClose(actual: SignalSummary, expected: SignalSummary, tell: string): void {
  expect(countsOf(actual), tell).to.deep.equal(countsOf(expected));
  const magnitude = Math.max(Math.abs(expected.minimum), Math.abs(expected.maximum));
  if (expected.samples > expected.missing && magnitude < 1e140)
    expect(actual.mean, tell).to.be.closeTo(expected.mean, 1e-12 * magnitude);
}

describe('a grid of windows', () => {
  for (const [rate, seconds] of CASES) {
    it(`has the summary of every window, however the signal is cut: ${seconds} s at ${rate} Hz`, () => {
      const random = uniform(Math.round(rate * 1000) + seconds);
      for (let round = 0; round < 40; round++) {
        const type = SAMPLE_TYPES[round % 4] ?? 'int16';
        const most = Math.max(20, Math.min(100_000, 5 * rate * seconds));
        const { samples, zeroLevel } = hardSignal(random, type, Math.floor(random() * Math.min(most, 4_000)) + 1);
        const places = Array.from({ length: Math.floor(random() * 8) }, () => Math.floor(random() * samples.length));
        const runs = cut(
          samples,
          places.toSorted((a, b) => a - b),
        );
        const { summaries, rows } = gridOf(runs, rate, seconds, zeroLevel);
        const tell = `round ${round}: ${type}, ${samples.length} samples about ${zeroLevel}`;
        const windows = windowsOf(samples, rate, seconds);
        expect(rows.length, tell)
          .to.equal(windows.length)
          .and.equal(windowsIn(samples.length, rate, seconds));
        for (const [k, window] of windows.entries()) {
          expect(countsOf(rows[k] as SignalSummary), `${tell}, window ${k}`).to.deep.equal(
            naiveCounts(window, { zeroLevel, band: 0, gaps: 'break' }),
          );
          expectClose(rows[k] as SignalSummary, summarize(window, zeroLevel), `${tell}, window ${k}`);
        }
        for (const [i, run] of runs.entries())
          expectClose(summaries[i] as SignalSummary, summarize(run, zeroLevel), `${tell}, run ${i}`);
      }
    });
  }

  it('cuts long signals where windows of a recording are cut', () => {
    const samples = samplesOf(
      'int16',
      Array.from({ length: 200_000 }, (_, i) => ((i * 7919) % 1013) - 500),
    );
    for (const rate of [257.5, 128.0001, 500]) {
      const { rows, summaries } = gridOf(cut(samples, [65_536, 131_072, 196_608]), rate, 60, 3);
      for (const [k, row] of rows.entries()) {
        const window = samples.subarray(boundOf(60 * k, rate), boundOf(60 * (k + 1), rate));
        expectClose(row, summarize(window, 3), `${rate} Hz, window ${k}`);
      }
      expectClose(
        rows.reduce(merge, EMPTY as SignalSummary),
        summaries.reduce(merge, EMPTY as SignalSummary),
        `${rate} Hz`,
      );
    }
  });

  it('counts nothing between windows, and everything within one', () => {
    const { rows, summaries } = gridOf([Int16Array.of(1, -1, 1, -1), Int16Array.of(1, -1)], 1, 3, 0);
    expect(rows.map(({ zeroCrossings }) => zeroCrossings)).to.deep.equal([2, 2]);
    expect(summaries.map(({ zeroCrossings }) => zeroCrossings)).to.deep.equal([3, 1]);
  });

  it('has no window without samples, and empty ones between samples of a low rate', () => {
    expect(gridOf([], 500, 60, 0).rows).to.deep.equal([]);
    expect(gridOf([Int16Array.of(5, 6)], 0.001, 60, 0).rows.map(({ samples }) => samples)).to.deep.equal([
      1,
      ...Array<number>(15).fill(0),
      1,
    ]);
    expect([windowsIn(0, 500, 60), windowsIn(1, 500, 60), windowsIn(30_001, 500, 60)]).to.deep.equal([0, 1, 2]);
  });
});
