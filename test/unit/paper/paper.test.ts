/** ECG paper: the positions of everything, to a tenth of a millimetre. */
import { expect } from 'chai';
import { drawSheet } from '../../../src/paper/draw.ts';
import { layOut, usualLayout } from '../../../src/paper/sheet.ts';
import { crossingPlaces, tracePath } from '../../../src/paper/trace.ts';
import type { PaperChannel, StripSamples } from '../../../src/paper/types.ts';
import { CANONICAL_LEADS } from '../../../src/signal/leads.ts';
import { millivolts } from '../../../src/signal/units.ts';
import { CrossingCounter } from '../../../src/signal/crossings.ts';

type Point = [x: number, y: number];

const channel = (change: Partial<PaperChannel> = {}): PaperChannel => ({
  name: 'II',
  lead: 'II',
  samplingRate: 500,
  unit: 'mV',
  calibrated: true,
  ...change,
});
const strip = (values: number[], offset = 0): StripSamples => ({ values: Float64Array.from(values), offset });
const USUAL = { layout: 'stacked', speed: 25, gain: 10, from: 0, to: 10 } as const;
const OPTIONS = { crossings: false, head: 'head', foot: 'foot' };
const twelve = CANONICAL_LEADS.slice(0, 12).map((lead) => channel({ name: lead, lead }));

/** The corners of a path of M, L, H, V, h and v, as unbroken lines. */
function linesOf(path: string): Point[][] {
  const lines: Point[][] = [];
  let [x, y] = [0, 0];
  for (const [, command, numbers] of path.matchAll(/([MLHVhv])([^MLHVhv]*)/g)) {
    const [a, b] = numbers!.trim().split(/[ ,]/).map(Number) as [number, number];
    if (command === 'M' || command === 'L') [x, y] = [a, b];
    else if (command === 'H') x = a;
    else if (command === 'V') y = a;
    else if (command === 'h') x += a;
    else y += a;
    if (command === 'M') lines.push([]);
    lines.at(-1)!.push([x, y]);
  }
  return lines;
}

const pathsOf = (svg: string, kind: string): string[] =>
  [...svg.matchAll(new RegExp(`<path class="${kind}" d="([^"]*)"`, 'g'))].map((match) => match[1]!);

describe('ECG paper', () => {
  for (const [speed, gain] of [
    [25, 10],
    [50, 20],
    [12.5, 5],
  ] as const) {
    it(`shows a pulse of 1 mV and 0.2 s and a square wave to scale at ${speed} mm/s and ${gain} mm/mV`, () => {
      const sheet = layOut([channel()], { ...USUAL, speed, gain, to: 2 });
      // Half a second up, half a second down.
      const wave = Array.from({ length: 1000 }, (_, i) => (Math.floor(i / 250) % 2 === 0 ? 1 : -1));
      const svg = drawSheet(sheet, [channel()], [strip(wave)], [gain], OPTIONS);
      const { x, y } = sheet.strips[0]!;
      const [pulse] = linesOf(pathsOf(svg, 'pulse')[0]!);
      const top = pulse!.filter(([, at]) => Math.abs(at - (y - gain)) < 0.1).map(([at]) => at);
      expect(Math.max(...top) - Math.min(...top)).to.be.closeTo(0.2 * speed, 0.1);
      expect(Math.max(...pulse!.map(([at]) => at))).to.be.below(x);

      const points = linesOf(pathsOf(svg, 'trace')[0]!)[0]!;
      for (const [seconds, millivolt] of [
        [0, 1],
        [0.49, 1],
        [0.51, -1],
        [0.99, -1],
        [1.01, 1],
        [1.49, 1],
        [1.9, -1],
      ] as const) {
        const [, at] = points.toReversed().find(([place]) => place <= x + seconds * speed + 0.051)!;
        expect(at, `${seconds} s`).to.be.closeTo(y - millivolt * gain, 0.1);
      }
      expect(points.at(-1)![0]).to.be.closeTo(x + 1.998 * speed, 0.1);
    });
  }

  it('shows the minimum and maximum of each tenth of a millimetre where samples are denser', () => {
    const values = Array.from({ length: 20_000 }, (_, i) => (i === 7_777 ? 5 : i === 7_778 ? -4 : 0));
    const [line] = linesOf(tracePath(strip(values), 10_000, { x: 0, y: 100, step: 25 / 10_000, height: 10 }));
    expect(line!.length).to.be.at.most(2 * 2 * 250);
    const near = line!.filter(([x]) => Math.abs(x - (7_777 * 25) / 10_000) < 0.1).map(([, y]) => y);
    expect([Math.min(...near), Math.max(...near)]).to.deep.equal([50, 140]);
    expect(line!.filter(([, y]) => y !== 100)).to.have.length(2);
  });

  it('breaks the line at a missing sample, and shows a lone one as a dot', () => {
    const path = tracePath(strip([1, 2, NaN, 3, NaN, NaN, 4, 5]), 10, { x: 0, y: 0, step: 2.5, height: 1 });
    expect(linesOf(path)).to.deep.equal([
      [
        [0, -1],
        [2.5, -2],
      ],
      [
        [7.5, -3],
        [7.5, -3],
      ],
      [
        [15, -4],
        [17.5, -5],
      ],
    ]);
  });

  it('places the first sample at its time', () => {
    expect(linesOf(tracePath(strip([0, 0], 0.04), 10, { x: 15, y: 0, step: 2.5, height: 1 }))[0]).to.deep.equal([
      [16, 0],
      [18.5, 0],
    ]);
  });

  it('is 3×4 with a rhythm strip for the twelve leads, its columns continuous in time', () => {
    expect(usualLayout(twelve)).to.equal('3x4');
    expect(usualLayout(twelve.slice(1))).to.equal('stacked');
    const { strips, rows } = layOut(twelve, { ...USUAL, layout: '3x4' });
    expect(strips.map(({ label, from, to }) => `${label} ${from}-${to}`)).to.deep.equal([
      'I 0-2.5',
      'aVR 2.5-5',
      'V1 5-7.5',
      'V4 7.5-10',
      'II 0-2.5',
      'aVL 2.5-5',
      'V2 5-7.5',
      'V5 7.5-10',
      'III 0-2.5',
      'aVF 2.5-5',
      'V3 5-7.5',
      'V6 7.5-10',
      'II 0-10',
    ]);
    expect(rows).to.have.length(4);
    for (const { x, y, from } of strips) {
      expect(x).to.equal(15 + from * 25);
      expect(y % 5, 'zero lines lie on lines of the paper').to.equal(0);
    }
  });

  for (const layout of ['stacked', '12x1', '3x4', '6x2'] as const) {
    for (const gain of [2.5, 5, 10, 20]) {
      it(`has its zero lines on lines of the paper, rows apart: ${layout} at ${gain} mm/mV`, () => {
        const { rows } = layOut(twelve, { ...USUAL, layout, gain });
        for (const y of rows) expect(y % 5).to.equal(0);
        for (const [i, y] of rows.slice(1).entries()) expect(y - rows[i]!).to.be.at.least(20);
      });
    }
  }

  it('leaves the place of an unrecorded lead empty, and says so', () => {
    const sheet = layOut([channel()], { ...USUAL, layout: '12x1' });
    const svg = drawSheet(
      sheet,
      [channel()],
      sheet.strips.map((one) => (one.channel === null ? null : strip([1, 2]))),
      [10],
      OPTIONS,
    );
    expect(pathsOf(svg, 'trace')).to.have.length(1);
    expect(svg).to.include('V1 (not recorded)');
  });

  it('marks the counted crossings with ticks, on request', () => {
    const values = [0, 1, 0, -1, -2, NaN, 1, -1, 0, 0, 2, 0];
    const counter = new CrossingCounter({ zeroLevel: 0, band: 0, gaps: 'break' });
    counter.push(Float64Array.from(values));
    expect(crossingPlaces(Float64Array.from(values)))
      .to.deep.equal([3, 7, 10])
      .and.have.length(counter.count);
    const sheet = layOut([channel({ samplingRate: 10 })], { ...USUAL, to: 1.2 });
    const draw = (crossings: boolean): string =>
      drawSheet(sheet, [channel({ samplingRate: 10 })], [strip(values)], [10], { ...OPTIONS, crossings });
    expect(linesOf(pathsOf(draw(true), 'crossings')[0]!).map(([first]) => first![0])).to.deep.equal([22.5, 32.5, 40]);
    expect(pathsOf(draw(false), 'crossings')).to.deep.equal([]);
  });

  it('converts volts, and says that any other unit is not to scale', () => {
    expect(['V', 'mV', 'uV', 'µV', 'μV', 'nV'].map(millivolts)).to.deep.equal([1000, 1, 0.001, 0.001, 0.001, 0.000001]);
    expect(['mmHg', '', null].map(millivolts)).to.deep.equal([null, null, null]);
    const pressure = channel({ name: 'ABP', lead: null, unit: 'mmHg' });
    const sheet = layOut([pressure], USUAL);
    expect(drawSheet(sheet, [pressure], [strip([80, 120])], [0.1], OPTIONS)).to.include('ABP (mmHg, not to scale)');
  });

  it('escapes names', () => {
    const odd = channel({ name: '<script>&"\u0000', lead: null });
    const sheet = layOut([odd], USUAL);
    const svg = drawSheet(sheet, [odd], [strip([1])], [10], { ...OPTIONS, head: '</svg>' });
    expect(svg).to.include('&lt;script&gt;&amp;&quot; ').and.include('&lt;/svg&gt;').and.not.include('<script');
  });
});
