/** Drawn pages: everything at its place, to a tenth of a millimetre. */
import { expect } from 'chai';
import type { PaperMark } from '../../../src/paper/marks.ts';
import { drawSvg } from '../../../src/paper/svg.ts';
import { textWidth, wrapped } from '../../../src/paper/text.ts';
import { millivolts } from '../../../src/signal/units.ts';
import {
  corners,
  drawn,
  itemsOf,
  linesOf,
  paperChannel,
  pathsOf,
  stripsOf,
  textsOf,
  twelveLeads,
} from '../../support/paper.ts';

const flat = (count: number): number[] => Array.from({ length: count }, () => 0);
const twelveFlat = twelveLeads.map(() => flat(5_000));
/** Half a second up, half a second down. */
const SQUARE = Array.from({ length: 1_000 }, (_, i) => (Math.floor(i / 250) % 2 === 0 ? 1 : -1));

const mark = (at: number, channel: number | null, code: string, text: string | null = null): PaperMark => ({
  at,
  duration: null,
  channel,
  code,
  text,
});

describe('a drawn page', () => {
  for (const [speed, gain] of [
    [25, 10],
    [50, 20],
    [12.5, 5],
  ] as const) {
    it(`shows a pulse of 1 mV and 0.2 s and a square wave to scale at ${speed} mm/s and ${gain} mm/mV`, () => {
      const extents = [{ low: -1, high: 1 }];
      const { sheet, scene } = drawn([paperChannel()], [SQUARE], { speed, gain, to: 2, extents });
      const svg = drawSvg(scene);
      const { x, y } = stripsOf(sheet)[0]!;
      const [pulse] = corners(pathsOf(svg, 'pulse')[0]!);
      const top = pulse!.filter(([, at]) => Math.abs(at - (y - gain)) < 0.1).map(([at]) => at);
      expect(Math.max(...top) - Math.min(...top)).to.be.closeTo(0.2 * speed, 0.1);
      expect(Math.max(...pulse!.map(([at]) => at))).to.be.below(x);
      expect(Math.min(...pulse!.map(([at]) => at))).to.be.above(5);

      const points = corners(pathsOf(svg, 'trace')[0]!)[0]!;
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

  it('has boxes of one and five millimetres from the beginning of the traces on', () => {
    const { sheet, scene } = drawn([paperChannel()], [SQUARE]);
    const { x, y } = stripsOf(sheet)[0]!;
    const places = (name: string, axis: 0 | 1): number[] =>
      linesOf(scene, name)
        .filter(([one, other]) => one![axis] === other![axis])
        .map(([one]) => one![axis]);
    expect(places('large', 0))
      .to.include(x)
      .and.include(x + 250);
    expect(places('large', 1)).to.include(y);
    const all = [...places('large', 0), ...places('small', 0)].toSorted((a, b) => a - b);
    for (const [i, place] of all.slice(1).entries()) expect(place - all[i]!).to.be.closeTo(1, 1e-9);
  });

  it('announces half gain of V leads at the pulse, by its second step and in words', () => {
    const { sheet, scene } = drawn(twelveLeads, twelveFlat, { layout: '3x4', gainV: 'half' });
    const { y } = sheet.pages[0]!.rows[0]!;
    const heights = new Set(linesOf(scene, 'pulse')[0]!.map(([, at]) => y - at));
    expect([...heights]).to.deep.equal([0, 10, 5]);
    expect(textsOf(scene, 'pulse-text')).to.deep.equal(['V 5 mm/mV', 'V 5 mm/mV', 'V 5 mm/mV']);
  });

  it('shows a mark at the end of the recording once, where its last column ends', () => {
    const options = { layout: '3x4' } as const;
    const marks = [mark(2.5, null, 'a'), mark(10, null, 'b'), mark(10.000001, null, 'c')];
    const shown = (recordingEnd: number | null): string[] =>
      textsOf(drawn(twelveLeads, twelveFlat, options, { marks, recordingEnd }).scene, 'mark-text');
    expect(shown(null)).to.deep.equal(['a', 'a']);
    expect(shown(10)).to.deep.equal(['a', 'b', 'a', 'b']);
  });

  it('keeps labels of columns of a moment apart, also of leads that were not recorded', () => {
    for (const layout of ['3x4', '6x2'] as const) {
      const { scene } = drawn(twelveLeads.slice(6), twelveFlat.slice(6), { layout, to: 0.02 });
      const labels = itemsOf(scene, 'label').flatMap((item) => (item.kind === 'text' ? [item] : []));
      for (const { x, y, text, size } of labels)
        for (const other of labels.filter((one) => Math.abs(one.y - y) < size && one.x > x))
          expect(x + textWidth(text, size, true), `${text} and ${other.text}`).to.be.below(other.x);
    }
  });

  it('separates columns, and writes at each its own seconds', () => {
    const { scene } = drawn(twelveLeads, twelveFlat, { layout: '3x4' });
    expect(linesOf(scene, 'separator')).to.have.length(9);
    const seconds = textsOf(scene, 'seconds').filter((text) => text.endsWith(' s'));
    expect(seconds).to.deep.equal(['0 s', '2.5 s', '5 s', '7.5 s', '0 s']);
  });

  it('keeps the numbers of the seconds apart wherever a window begins', () => {
    for (const from of [0, 3.55, 11.05, 13.95, 1_234.45]) {
      const { scene } = drawn(twelveLeads, twelveFlat, { layout: '3x4', from, to: from + 10 });
      const numbers = itemsOf(scene, 'seconds').flatMap((item) => (item.kind === 'text' ? [item] : []));
      for (const first of numbers.filter(({ text }) => text.endsWith(' s')))
        for (const { x, text } of numbers.filter((one) => one.y === first.y && one.x > first.x))
          expect(first.x + textWidth(first.text, first.size), `${first.text} and ${text}`).to.be.below(
            x - (text.endsWith(' s') ? 0 : textWidth(text, first.size) / 2),
          );
    }
  });

  it('never lets the QRS strike a label, also where rows are too low for labels of their own', () => {
    // A spike every 0.6 s, high and low, the first one where a label usually is.
    const spikes = Array.from({ length: 5_000 }, (_, i) => {
      const place = (i + 270) % 300;
      return place < 12 ? 1.5 : place < 20 ? -0.5 : 0.1;
    });
    const values = twelveLeads.map(() => spikes);
    const extents = twelveLeads.map(() => ({ low: -0.5, high: 1.5 }));
    for (const options of [
      { layout: '3x4', paper: 'fit' },
      { layout: '3x4', paper: 'a4', gain: 40 },
      { layout: '12x1', paper: 'a4', gain: 5, head: 25, foot: 20 },
    ] as const) {
      const { scene, sheet } = drawn(twelveLeads, values, { ...options, extents });
      expect(sheet.pages).to.have.length(1);
      const traces = linesOf(scene, 'trace').flat();
      for (const item of itemsOf(scene, 'label')) {
        if (item.kind !== 'text') continue;
        const right = item.x + textWidth(item.text, item.size, true);
        const struck = traces.filter(([x, y]) => x >= item.x && x <= right && y > item.y - 2.4 && y < item.y);
        expect(struck, `${item.text} of ${options.layout} on ${options.paper}`).to.deep.equal([]);
      }
    }
  });

  it('never lets a mark strike a label, also where rows are too low for a lane of their own', () => {
    const extents = twelveLeads.map(() => ({ low: -0.5, high: 1.5 }));
    const marks = Array.from({ length: 120 }, (_, i) => mark(0.03 + Math.floor(i / 12) * 0.7, i % 12, 'NSR'));
    for (const options of [
      { layout: '3x4', paper: 'fit' },
      { layout: '3x4', paper: 'a4', gain: 40 },
      { layout: '12x1', paper: 'a4', gain: 5, head: 25, foot: 20 },
      { layout: '12x1', paper: 'a4', gain: 10, head: 10, foot: 20 },
    ] as const) {
      const lanes = { marks: new Set(twelveLeads.keys()) };
      const { scene } = drawn(twelveLeads, twelveFlat, { ...options, extents, ...lanes }, { marks });
      for (const label of itemsOf(scene, 'label')) {
        if (label.kind !== 'text') continue;
        const right = label.x + textWidth(label.text, label.size, true);
        const isStruck = (left: number, end: number, top: number, bottom: number): boolean =>
          end > label.x && left < right && bottom > label.y - 2.4 && top < label.y;
        const texts = itemsOf(scene, 'mark-text').filter((one) => {
          if (one.kind !== 'text') return false;
          const width = textWidth(one.text, one.size);
          const left = one.anchor === 'middle' ? one.x - width / 2 : one.x;
          return isStruck(left, left + width, one.y - 1.8, one.y);
        });
        const ticks = linesOf(scene, 'mark').filter(([[x, top] = [0, 0], [, bottom] = [0, 0]]) =>
          isStruck(x, x, top, bottom),
        );
        expect([texts.length, ticks.length], `${label.text} of ${options.layout}`).to.deep.equal([0, 0]);
      }
    }
  });

  it('marks a trace that leaves its row at the place, in words once', () => {
    const values = Array.from({ length: 5_000 }, (_, i) => (i === 1_000 || i === 3_000 ? 9 : 0));
    const { sheet, scene } = drawn([paperChannel()], [values]);
    const { x, clipTop } = stripsOf(sheet)[0]!;
    const marks = linesOf(scene, 'outside');
    expect(marks.map(([one]) => Math.round(one![0] - x))).to.deep.equal([50, 150]);
    for (const [one] of marks) expect(one![1]).to.equal(clipTop);
    expect(textsOf(scene, 'outside-text')).to.deep.equal(['out of range']);
    expect(itemsOf(drawn([paperChannel()], [flat(5_000)]).scene, 'outside')).to.deep.equal([]);
  });

  it('hatches missing signal and says so', () => {
    const values = Array.from({ length: 4_000 }, (_, i) => (i >= 1_000 && i < 2_000 ? NaN : 0));
    const { sheet, scene } = drawn([paperChannel()], [values]);
    const { x } = stripsOf(sheet)[0]!;
    expect(textsOf(scene, 'gap-text')).to.deep.equal(['no signal', 'no signal']);
    const spans = itemsOf(scene, 'gap').map((item) => {
      const places = item.kind === 'lines' ? item.lines.flatMap(([from, , to]) => [from!, to!]) : [];
      return [Math.round(Math.min(...places) - x), Math.round(Math.max(...places) - x)];
    });
    expect(spans).to.deep.equal([
      [50, 100],
      [200, 250],
    ]);
  });

  it('draws zero lines and ticks on request: below the trace, at the crossings of the rule', () => {
    const values = Array.from({ length: 5_000 }, (_, i) => (i < 1_000 ? 1 : i < 2_000 ? -0.1 : i < 3_000 ? 1 : -1));
    const at = (deadBand: number): number[] => {
      const rule = { deadBand, gaps: 'break' } as const;
      const { sheet, scene } = drawn([paperChannel()], [values], { ticks: true }, { crossings: [rule] });
      const { x, clipBottom } = stripsOf(sheet)[0]!;
      expect(linesOf(scene, 'zero')).to.have.length(1);
      return linesOf(scene, 'crossings').map(([one]) => {
        expect(one![1]).to.be.above(clipBottom);
        return one![0] - x;
      });
    };
    expect(at(0)).to.deep.equal([50, 100, 150]);
    expect(at(0.2)).to.deep.equal([150]);
    expect(itemsOf(drawn([paperChannel()], [values]).scene, 'crossings')).to.deep.equal([]);
  });

  it('draws the zero line of a calculated lead, but no ticks, since its crossings are not counted', () => {
    const values = Array.from({ length: 5_000 }, (_, i) => (i < 1_000 ? 1 : -1));
    const rule = { deadBand: 0.2, gaps: 'break' } as const;
    const channel = { ...paperChannel(), isCalculated: true };
    const { scene } = drawn([channel], [values], { ticks: true }, { crossings: [rule] });
    expect(linesOf(scene, 'zero')).to.have.length(1);
    expect([...itemsOf(scene, 'crossings'), ...itemsOf(scene, 'dead-band')]).to.deep.equal([]);
  });

  it('writes what a reader measured behind its name, without the remark', () => {
    const measured: [string, string][] = [
      ['RR', '720.4 ms; at rest'],
      ['QRS', '96 ms'],
      ['J', '-0.125 mV'],
      ['N', 'a beat of 5 ms'],
    ];
    const marks = measured.map(([code, text], i) => mark(1 + 2 * i, null, code, text));
    const texts = textsOf(drawn([paperChannel()], [flat(5_000)], {}, { marks }).scene, 'mark-text');
    expect(texts).to.deep.equal(['RR 720 ms', 'QRS 96 ms', 'J -0.13 mV', 'N']);
  });

  it('draws marks above the traces: those of all channels once, others at their channel', () => {
    const marks = [
      mark(1, null, 'N'),
      mark(2, null, '/'),
      mark(3, 1, 'V'),
      mark(12, null, 'N'),
      mark(4, null, '+', '(AFIB'),
    ];
    const two = [paperChannel(), paperChannel({ name: 'V1', lead: 'V1' })];
    const { sheet, scene } = drawn(two, [flat(5_000), flat(5_000)], { marks: new Set([null, 1]) }, { marks });
    expect(textsOf(scene, 'mark-text')).to.deep.equal(['N', '/', '(AFIB', 'V']);
    const [one, other] = stripsOf(sheet);
    const ticks = linesOf(scene, 'mark').map(([first]) => first!);
    expect(ticks.map(([x]) => x)).to.deep.equal([one!.x + 25, one!.x + 100, other!.x + 75]);
    expect(linesOf(scene, 'pacing').map(([first]) => first![0])).to.deep.equal([one!.x + 50]);
    for (const [, y] of ticks.slice(0, 2)) expect(y).to.be.below(one!.clipTop);
  });

  it('leaves the place of an unrecorded lead empty, and says so', () => {
    const { scene } = drawn([paperChannel()], [flat(5_000)], { layout: '12x1' });
    expect(itemsOf(scene, 'trace')).to.have.length(1);
    expect(textsOf(scene, 'label')).to.include('V1 (not recorded)').and.include('II');
    expect(itemsOf(scene, 'pulse')).to.have.length(12);
  });

  it('converts volts, and shows the unit of what is not a voltage', () => {
    expect(['V', 'mV', 'uV', 'µV', 'μV', 'nV'].map(millivolts)).to.deep.equal([1000, 1, 0.001, 0.001, 0.001, 0.000001]);
    expect(['mmHg', '', null].map(millivolts)).to.deep.equal([null, null, null]);
    const { scene } = drawn([paperChannel({ name: 'ABP', lead: null, unit: 'mmHg' })], [[80, 120]]);
    expect(textsOf(scene, 'label')).to.deep.equal(['ABP (mmHg)']);
    expect(new Set(linesOf(scene, 'pulse')[0]!.map(([, y]) => y)).size).to.equal(1);
  });

  it('shows digits that are far from zero in full', () => {
    const raw = paperChannel({ calibrated: false, unit: null });
    const values = Array.from({ length: 5_000 }, (_, i) => 2_048 + 100 * Math.sin(i / 50));
    const { scene } = drawn([raw], [values], { extents: [{ low: 1_948, high: 2_148 }] });
    const heights = linesOf(scene, 'trace')
      .flat()
      .map(([, y]) => y);
    expect(Math.max(...heights) - Math.min(...heights)).to.be.closeTo(24, 0.1);
    expect(itemsOf(scene, 'outside')).to.deep.equal([]);
  });

  it('has a bar of 50 mm, the page and its seconds', () => {
    const { scene } = drawn([paperChannel()], [flat(15_000)], { from: 2, to: 30 });
    const [bar] = linesOf(scene, 'check-bar');
    expect(bar![1]![0] - bar![0]![0]).to.equal(50);
    expect(textsOf(scene, 'text')).to.include('Page 1/1 · 2 s to 30 s');
  });

  it('cuts off a label that is longer than its strip', () => {
    const long = paperChannel({ name: 'Wide'.repeat(50), lead: null });
    const [label] = textsOf(drawn([long], [flat(500)], { to: 1 }).scene, 'label');
    expect(label).to.match(/^(Wide)+W?i?d?…$/);
    expect(textWidth(label!, 3.2, true)).to.be.below(25);
  });

  it('escapes texts', () => {
    const odd = paperChannel({ name: '<script>&"\u0000', lead: null });
    const svg = drawSvg(drawn([odd], [[1]], {}, { title: '</svg>' }).scene);
    expect(svg).to.include('&lt;script&gt;&amp;&quot; ').and.include('&lt;/svg&gt;').and.not.include('<script');
  });

  it('wraps text between words, and words that are too long', () => {
    const text = 'The rhythm is regular, with a long wooooooooooooooooooooord and an end.';
    const lines = wrapped(text, 30);
    expect(lines.length).to.be.above(3);
    for (const line of lines) expect(textWidth(line, 3)).to.be.at.most(30);
    expect(lines.join('').replaceAll(' ', '')).to.equal(text.replaceAll(' ', ''));
    expect(wrapped('  ', 30)).to.deep.equal([]);
  });
});
