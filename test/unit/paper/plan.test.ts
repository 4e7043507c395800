/** The geometry of sheets: rows, columns, pages and gains. */
import { expect } from 'chai';
import { systemsOf, usualLayout } from '../../../src/paper/layouts.ts';
import { planSheet, sheetWidth, TRACE_LEFT } from '../../../src/paper/plan.ts';
import { LAYOUTS, LINE_WIDTH, type VGain } from '../../../src/paper/types.ts';
import { paperChannel, stripsOf, twelveLeads, USUAL } from '../../support/paper.ts';

const extents = twelveLeads.map(() => ({ low: -0.5, high: 1.2 }));

/** Room for the trace above and below the zero line. */
const rowOf = (high: number, low: number, gain = 10): { up: number; down: number } => {
  const sheet = planSheet([paperChannel()], { ...USUAL, gain, extents: [{ high, low }] });
  const { y, clipTop, clipBottom } = stripsOf(sheet)[0]!;
  return { up: y - clipTop, down: clipBottom - y };
};

/** The gain of V3, and the pulses of each row, if V3 is this high. */
const gains = (gainV: VGain, high: number): unknown[] => {
  const tall = twelveLeads.map(({ name }) => ({ low: -0.5, high: name === 'V3' ? high : 1 }));
  const sheet = planSheet(twelveLeads, { ...USUAL, layout: '3x4', gainV, extents: tall });
  const [limb, chest] = ['I', 'V3'].map((label) => stripsOf(sheet).find((strip) => strip.label === label)!);
  expect(limb!.gain).to.equal(10);
  expect(chest!.height).to.equal(sheet.gainV);
  return [chest!.gain, ...sheet.pages[0]!.rows.map(({ pulses }) => pulses.join('+'))];
};

describe('a planned sheet', () => {
  it('is 3×4 with a rhythm strip for the twelve leads, its columns continuous in time and apart on the paper', () => {
    const sheet = planSheet(twelveLeads, { ...USUAL, layout: '3x4' });
    const strips = stripsOf(sheet);
    expect(strips.map(({ label, from, to }) => `${label} ${from}-${to}`).join(', ')).to.equal(
      'I 0-2.5, aVR 2.5-5, V1 5-7.5, V4 7.5-10, II 0-2.5, aVL 2.5-5, V2 5-7.5, V5 7.5-10, ' +
        'III 0-2.5, aVF 2.5-5, V3 5-7.5, V6 7.5-10, II 0-10',
    );
    expect(strips.slice(0, 4).map(({ x }) => x - TRACE_LEFT)).to.deep.equal([0, 65, 130, 195]);
    for (const { width, from, to } of strips) expect(width).to.equal((to - from) * 25);
    expect(sheet.pages[0]!.axes.map(({ x, from, to }) => [x - TRACE_LEFT, from, to])).to.deep.equal([
      [0, 0, 2.5],
      [65, 2.5, 5],
      [130, 5, 7.5],
      [195, 7.5, 10],
      [0, 0, 10],
    ]);
  });

  it('leaves a gap between the columns of 6×2, too', () => {
    const strips = stripsOf(planSheet(twelveLeads, { ...USUAL, layout: '6x2' }));
    expect(strips.slice(0, 2).map(({ x, width }) => [x - TRACE_LEFT, width])).to.deep.equal([
      [0, 125],
      [130, 125],
    ]);
  });

  it('shows a median beat whole in every column', () => {
    for (const layout of ['3x4', '6x2'] as const) {
      const strips = stripsOf(planSheet(twelveLeads, { ...USUAL, layout, to: 1.2 }));
      expect(strips).to.have.length(12);
      for (const { from, to } of strips) expect([from, to]).to.deep.equal([0, 1.2]);
    }
  });

  it('shows every lead over the whole of a window that is shorter than ten seconds', () => {
    for (const layout of LAYOUTS) {
      for (const to of [2.4, 4, 7.3, 9.7]) {
        const strips = stripsOf(planSheet(twelveLeads, { ...USUAL, layout, to }));
        const shown = strips
          .filter(({ label }) => label === 'V5')
          .reduce((sum, strip) => sum + strip.to - strip.from, 0);
        expect(shown, `${layout} ${to} s`).to.be.closeTo(to, 1e-9);
      }
    }
  });

  it('is by default 3×4 only for the twelve leads, and where no lead would be cut', () => {
    expect(usualLayout(twelveLeads, { from: 0, to: 10 }, 25)).to.equal('3x4');
    expect(usualLayout(twelveLeads, { from: 5, to: 6.2 }, 25)).to.equal('3x4');
    expect(usualLayout(twelveLeads, { from: 0, to: 7 }, 25)).to.equal('12x1');
    expect(usualLayout(twelveLeads.slice(1), { from: 0, to: 10 }, 25)).to.equal('stacked');
  });

  it('wraps a long window into lines of 250 mm, and lines into pages', () => {
    const sheet = planSheet([paperChannel()], { ...USUAL, to: 603.2 });
    const strips = stripsOf(sheet);
    expect(strips).to.have.length(61);
    for (const [i, { from, to, width }] of strips.entries()) {
      expect(from).to.equal(strips[i - 1]?.to ?? 0);
      expect(width).to.be.at.most(LINE_WIDTH);
      expect(to - from).to.be.closeTo(i === 60 ? 3.2 : 10, 1e-9);
    }
    expect(sheet.pages.length).to.be.within(4, 6);
    for (const { width, height } of sheet.pages) {
      expect(width).to.equal(275);
      expect(height).to.be.at.most(430);
    }
  });

  it('wraps at any speed without an empty rest', () => {
    for (const speed of [5, 10, 12.5, 25, 50]) {
      for (const seconds of [0.3, 0.1 * 3, 10, 30, 100.1]) {
        for (const columns of [1, 2, 4]) {
          const systems = systemsOf(columns, { from: 7, to: 7 + seconds }, speed);
          expect(systems[0]!.from).to.equal(7);
          expect(systems.at(-1)!.to).to.equal(7 + seconds);
          for (const { from, to } of systems) expect(to - from).to.be.above(1e-7);
        }
      }
    }
  });

  for (const paper of ['fit', 'a4'] as const) {
    for (const layout of LAYOUTS) {
      it(`has rows of ${layout} that do not touch, on ${paper}, inside the grid`, () => {
        for (const gain of [2.5, 5, 10, 20, 40]) {
          const sheet = planSheet(twelveLeads, { ...USUAL, layout, gain, paper, extents, head: 20, foot: 20 });
          for (const { rows, grid, width, height } of sheet.pages) {
            if (paper === 'a4') expect([width, height]).to.deep.equal([297, 210]);
            expect(grid.y + grid.height).to.be.at.most(height - 15);
            for (const [i, row] of rows.entries()) {
              expect(row.top).to.be.at.least(i === 0 ? grid.y : rows[i - 1]!.bottom);
              expect(row.bottom).to.be.at.most(grid.y + grid.height);
              for (const strip of row.strips) {
                expect(strip.y).to.equal(row.y);
                expect(strip.clipTop).to.be.within(row.top, row.y - 5);
                expect(strip.clipBottom).to.be.within(row.y + 3, row.bottom);
                expect(strip.x + strip.width).to.be.at.most(width - 5);
              }
            }
          }
        }
      });
    }
  }

  it('divides leads below each other between A4 pages rather than cutting off their peaks', () => {
    const options = { ...USUAL, layout: '12x1', paper: 'a4', extents, head: 20, foot: 15 } as const;
    const sheet = planSheet(twelveLeads, options);
    expect(sheet.pages.map(({ rows }) => rows.length)).to.deep.equal([6, 6]);
    for (const { y, clipTop, clipBottom } of stripsOf(sheet)) {
      expect(y - clipTop).to.be.at.least(12);
      expect(clipBottom - y).to.be.at.least(5);
    }
    expect(planSheet(twelveLeads, { ...options, gain: 5 }).pages).to.have.length(1);
    expect(planSheet(twelveLeads, { ...options, layout: '3x4', gain: 40 }).pages).to.have.length(1);
  });

  it('divides channels that are too many for a page about evenly, if their heights allow it', () => {
    const many = Array.from({ length: 26 }, (_, i) => paperChannel({ name: `C${i}`, lead: null }));
    const sheet = planSheet(many, { ...USUAL, paper: 'a4', extents: many.map(() => ({ low: -0.3, high: 0.6 })) });
    expect(sheet.pages.map(({ rows }) => rows.length)).to.deep.equal([13, 13]);
    expect(stripsOf(sheet).map(({ label }) => label)).to.deep.equal(many.map(({ name }) => name));
    // Low ones before high ones.
    const mixed = many.map((_, i) => (i < 16 ? { low: -0.3, high: 0.6 } : { low: -1, high: 2 }));
    const { pages } = planSheet(many, { ...USUAL, paper: 'a4', extents: mixed });
    expect(pages[0]!.rows.length).to.be.above(13);
    for (const { rows, grid } of pages) expect(rows.at(-1)!.bottom).to.be.at.most(grid.y + grid.height);
  });

  it('has zero lines on thick lines of the paper', () => {
    for (const gain of [2.5, 5, 10, 20]) {
      const { pages } = planSheet(twelveLeads, { ...USUAL, layout: '3x4', gain, extents });
      for (const { rows, grid } of pages) for (const { y } of rows) expect((y - grid.y) % 5).to.equal(0);
    }
  });

  it('gives a row the height that its content and the gain need, within bounds', () => {
    expect(rowOf(2.4, -1.4).up).to.be.within(24, 30);
    expect(rowOf(2.4, -1.4).down).to.be.within(14, 20);
    expect(rowOf(1.2, -0.7, 20).up).to.equal(rowOf(2.4, -1.4).up);
    expect(rowOf(50, -50).up).to.be.below(40);
    expect(rowOf(0.1, 0).up).to.be.at.least(7);
  });

  it('halves the gain of V leads on request, or if they need more room', () => {
    expect(gains('same', 4)).to.deep.equal([10, '10', '10', '10', '10']);
    expect(gains('half', 1)).to.deep.equal([5, '10+5', '10+5', '10+5', '10']);
    expect(gains('auto', 4)).to.deep.equal([5, '10+5', '10+5', '10+5', '10']);
    expect(gains('auto', 1)).to.deep.equal([10, '10', '10', '10', '10']);
  });

  it('has a pulse in every row, also if its first lead or every lead of it is absent', () => {
    const [, ...rest] = twelveLeads;
    const without = planSheet(rest, { ...USUAL, layout: '3x4' });
    expect(without.pages[0]!.rows.map(({ pulses }) => pulses)).to.deep.equal([[10], [10], [10], [10]]);
    const few = planSheet([paperChannel()], { ...USUAL, layout: '12x1' });
    for (const { pulses } of few.pages[0]!.rows) expect(pulses).to.deep.equal([10]);
    const unscaled = planSheet([paperChannel({ calibrated: false })], USUAL);
    expect(unscaled.pages[0]!.rows[0]!.pulses).to.deep.equal([]);
  });

  it('lets leads without a scale share one if they have the same unit', () => {
    const raw = twelveLeads.map((channel) => paperChannel({ ...channel, calibrated: false, unit: null }));
    const channels = [...raw, paperChannel({ name: 'PLETH', lead: null, unit: null, calibrated: false })];
    const sheet = planSheet(channels, {
      ...USUAL,
      extents: channels.map(({ name }) => ({ low: -1, high: name === 'V3' ? 400 : name === 'PLETH' ? 9 : 100 })),
    });
    const heights = stripsOf(sheet).map(({ label, height }) => [label, Math.round(height * 1e3)]);
    expect(Object.fromEntries(heights)).to.include({ I: 30, V3: 30, PLETH: 1333 });
  });

  it('is as wide as its width says', () => {
    for (const layout of LAYOUTS) {
      for (const to of [0.7, 2, 10, 31]) {
        const options = { ...USUAL, layout, to };
        expect(planSheet(twelveLeads, options).pages[0]!.width).to.equal(sheetWidth(options));
      }
    }
  });
});
