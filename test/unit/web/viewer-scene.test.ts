/** The paper on the screen: mm/s and mm/mV are kept, and the columns continue each other. */
import { expect } from 'chai';
import type { PaperChannel } from '../../../src/paper/types.ts';
import { CANONICAL_LEADS } from '../../../src/signal/leads.ts';
import { originOf, sceneOf, type Stage, stripAt } from '../../../web/viewer/scene.ts';
import { boundedFrom, boundedSpeed, fromKeeping, screenScale, stepped, type View } from '../../../web/viewer/view.ts';

const channels = CANONICAL_LEADS.slice(0, 12).map((lead): PaperChannel => ({
  name: lead,
  lead,
  samplingRate: 500,
  unit: 'mV',
  calibrated: true,
}));
const extents = channels.map(() => null);
const view: View = { from: 0, speed: 25, gain: 10, halfGainV: false, layout: '3x4' };
const stage: Stage = { width: 1_000, height: 600, ratio: 1, pixelsPerMm: 4 };
const scene = (changes: Partial<View> = {}, room: Partial<Stage> = {}, duration = 3_600) =>
  sceneOf(channels, extents, { ...view, ...changes }, { ...stage, ...room }, duration);

describe('The paper on the screen', () => {
  it('keeps mm/s and mm/mV when the window is resized: only the visible seconds change', () => {
    const [small, large] = [scene({}, { width: 700 }), scene({}, { width: 2_000, height: 1_200 })];
    for (const one of [small, large]) {
      expect(one.pixelsPerSecond).to.equal(100);
      expect(one.strips[0]?.height).to.equal(40);
      expect(one.pulses[0]?.heights).to.deep.equal([40]);
      expect(one.seconds * one.pixelsPerSecond).to.be.closeTo(one.columns, 1e-9);
    }
    expect(large.seconds).to.be.greaterThan(small.seconds);
  });

  it('has columns that continue each other, and the rhythm below them', () => {
    const { strips, columns } = scene();
    const first = strips.slice(0, 4);
    expect(first.map(({ label }) => label)).to.deep.equal(['I', 'aVR', 'V1', 'V4']);
    for (const [i, { offset, width }] of first.entries()) expect(offset).to.equal(i * width);
    expect(strips.at(-1)).to.include({ label: 'II', offset: 0, width: columns });
    for (const [i, one] of first.entries())
      expect(one.x + one.width, 'a gap before the next column').to.be.lessThan(first[i + 1]?.x ?? Infinity);
  });

  it('shows ten seconds in four columns of 2.5 s, and a median beat whole in each', () => {
    const rhythm = scene({}, { width: 2_000 }, 10);
    expect(rhythm.strips.slice(0, 4).map(({ offset }) => offset / rhythm.pixelsPerSecond)).to.deep.equal([
      0, 2.5, 5, 7.5,
    ]);
    const beat = scene({}, { width: 2_000 }, 1.2);
    expect(beat.strips.map(({ offset }) => offset)).to.deep.equal(Array.from({ length: 12 }, () => 0));
    expect(beat.seconds).to.be.closeTo(1.2, 0.01);
  });

  it('draws V leads at half the gain if asked, with a pulse of their own', () => {
    const { strips, pulses } = scene({ halfGainV: true });
    expect(strips.find(({ label }) => label === 'V1')).to.include({ gain: 5, height: 20 });
    expect(strips.find(({ label }) => label === 'I')).to.include({ gain: 10, height: 40 });
    expect(pulses[0]?.heights).to.deep.equal([40, 20]);
    expect(pulses.at(-1)?.heights, 'the rhythm').to.deep.equal([40]);
  });

  it('has whole pixels, and rows that do not overlap', () => {
    for (const layout of ['3x4', '6x2', '12x1', 'stacked'] as const) {
      const { strips, height } = scene({ layout }, { pixelsPerMm: 3.78, width: 913 });
      for (const { x, width, top, bottom, y, rowTop, rowBottom } of strips) {
        for (const place of [x, width, top, bottom, y, rowTop, rowBottom]) expect(place).to.equal(Math.round(place));
        expect(rowTop).to.be.at.most(top);
        expect(y).to.be.within(top, bottom);
        expect(rowBottom).to.be.at.most(height);
      }
      const rows = strips.filter(({ x }) => x === strips[0]?.x);
      for (const [i, row] of rows.entries()) expect(row.rowBottom).to.be.at.most(rows[i + 1]?.rowTop ?? Infinity);
    }
  });

  it('keeps the time under the pointer within half a pixel when it zooms', () => {
    const before = scene();
    for (const column of [0, 1, 2, 3])
      for (const speed of [3, 12.5, 26.1, 50, 400]) {
        const strip = before.strips[column];
        if (!strip) throw new Error('no strip');
        const pixels = strip.offset + 77;
        const time = 1_234.567 + pixels / before.pixelsPerSecond;
        const after = scene({ speed });
        const from = fromKeeping(time, pixels, after.pixelsPerSecond);
        const place = time * after.pixelsPerSecond - originOf({ ...view, from }, after) - strip.offset;
        expect(place).to.be.closeTo(77, 0.5 + 1e-6);
      }
  });

  it('finds the strip below the pointer, or the nearest one', () => {
    const one = scene();
    const strip = one.strips[5];
    if (!strip) throw new Error('no strip');
    expect(stripAt(one, strip.x + 3, strip.y)).to.equal(strip);
    expect(stripAt(one, -50, strip.y)?.row).to.equal(strip.row);
  });
});

describe('The place and speed of the viewer', () => {
  it('stay inside the recording', () => {
    expect(boundedFrom(-3, 10, 60)).to.equal(0);
    expect(boundedFrom(55, 10, 60)).to.equal(50);
    expect(boundedFrom(5, 10, 6)).to.equal(0);
    expect(boundedSpeed(0.001, 86_400, 240) * 86_400).to.be.closeTo(240, 1e-9);
    expect(boundedSpeed(0.001, 5, 240), 'a short recording is not squeezed').to.equal(12.5);
  });

  it('step through the standard values', () => {
    expect(stepped([2.5, 5, 10, 20], 10, 1)).to.equal(20);
    expect(stepped([2.5, 5, 10, 20], 20, 1)).to.equal(20);
    expect(stepped([2.5, 5, 10, 20], 7, -1)).to.equal(5);
    expect(stepped([2.5, 5, 10, 20], 2.5, -1)).to.equal(2.5);
  });

  it('have large boxes of whole pixels unless the screen was measured', () => {
    for (const width of [900, 1_273, 2_240])
      for (const ratio of [1, 1.25, 2]) expect((screenScale({ width, height: 600 }, null, ratio) * 5) % 1).to.equal(0);
    expect(screenScale({ width: 900, height: 600 }, 3.91, 2)).to.equal(7.82);
  });
});
