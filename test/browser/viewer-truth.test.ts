/** The viewer's canvas tells the truth: scales, pulses, spikes, gaps and places, to the pixel. */
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { CANONICAL_LEADS } from '../../src/signal/leads.ts';
import {
  colourAt,
  differenceFromKept,
  drawn,
  inkAt,
  keepPicture,
  ofViewer,
  show,
  stripOf,
  until,
  uploadLong,
  uploadWave,
} from '../support/viewed.ts';
import { webTests } from '../support/web.ts';

describe('The canvas of the viewer', function () {
  const web = webTests(this);
  let page: Page;
  /** Half a second at +1 mV, half a second at -1 mV, and so on; a gap from 4 s to 5 s. */
  let square: string;
  /** A minute of twelve leads, with gaps. */
  let twelve: string;

  before(async () => {
    const signal = Array.from({ length: 5_000 }, (_, i) =>
      i >= 2_000 && i < 2_500 ? null : Math.floor(i / 250) % 2 === 0 ? 1_000 : -1_000,
    );
    square = await uploadWave(web.test, web.test.clinician, { samplingRate: 500, leads: [{ name: 'II', signal }] });
    const leads = CANONICAL_LEADS.slice(0, 12).map((name, k) => ({
      name,
      signal: Array.from({ length: 30_000 }, (_, i) =>
        i % 5_000 < 400 ? null : Math.round(600 * Math.sin(i / (20 + k)) * Math.sin(i / 900)),
      ),
    }));
    twelve = await uploadWave(web.test, web.test.clinician, { samplingRate: 500, leads });
    page = await web.open('/recordings', { as: web.test.clinician });
    await show(page, square);
    await ofViewer(page, 'viewer.showsCrossings.value = false');
  });

  for (const [speed, gain] of [
    [25, 10],
    [50, 10],
    [12.5, 20],
    [25, 5],
  ] as const)
    it(`has a square wave where it must be at ${speed} mm/s and ${gain} mm/mV`, async () => {
      await ofViewer(page, `(viewer.setGain(${gain}), viewer.setSpeed(${speed}), viewer.moveTo(0))`);
      await drawn(page);
      const { x, y, top, bottom, height } = await stripOf(page, 'II');
      const mm = await ofViewer<number>(page, 'scene.pixelsPerMm');
      expect(height, 'pixels of a millivolt').to.be.closeTo(gain * mm, 1e-9);
      const perSecond = speed * mm;
      const range = [top, bottom] as const;
      const high = await inkAt(page, 'ground', x + 0.25 * perSecond, range);
      const low = await inkAt(page, 'ground', x + 0.75 * perSecond, range);
      expect(high?.[0]).to.be.closeTo(y - gain * mm, 1);
      expect(low?.[1]).to.be.closeTo(y + gain * mm, 1);
      // The flank at half a second.
      const flanks: number[] = [];
      for (let at = Math.round(x + 0.5 * perSecond) - 3; at <= x + 0.5 * perSecond + 3; at++) {
        const ink = await inkAt(page, 'ground', at, range);
        if (ink && ink[1] - ink[0] > 0.7 * gain * mm) flanks.push(at);
      }
      expect(flanks[0], 'the flank').to.be.closeTo(x + 0.5 * perSecond, 1);
    });

  it('has a pulse of 1 mV and 5 mm beside each row', async () => {
    await ofViewer(page, '(viewer.setGain(10), viewer.setSpeed(25), viewer.moveTo(0))');
    await drawn(page);
    const mm = await ofViewer<number>(page, 'scene.pixelsPerMm');
    const pulse = await ofViewer<{ x: number; y: number; width: number }>(page, 'scene.pulses[0]');
    const left = pulse.x - pulse.width - 2 * Math.round(mm) + Math.round(mm);
    const range = [0, await ofViewer<number>(page, 'scene.height')] as const;
    const top = await inkAt(page, 'labels', left + pulse.width / 2, range);
    expect(pulse.y - (top?.[0] ?? NaN), 'its height').to.be.closeTo(10 * mm, 1);
    const edges: number[] = [];
    for (let at = 0; at < pulse.x; at++) {
      const ink = await inkAt(page, 'labels', at, range);
      if (ink && ink[1] - ink[0] > 8 * mm) edges.push(at);
    }
    expect((edges.at(-1) ?? NaN) - (edges[0] ?? NaN), 'its width').to.be.closeTo(5 * mm, 1);
  });

  it('says "no signal" where samples are missing, and draws no line across', async () => {
    const { x, top, bottom } = await stripOf(page, 'II');
    const perSecond = await ofViewer<number>(page, 'scene.pixelsPerSecond');
    const colour = (at: number): Promise<string> => colourAt(page, 'ground', at, top + 3);
    const inGap = [4.02, 4.97].map((time) => x + time * perSecond);
    expect(await colour(inGap[0] as number)).to.equal(await colour(inGap[1] as number));
    for (const at of inGap) expect(await inkAt(page, 'ground', at, [top, bottom])).to.equal(null);
    expect(await inkAt(page, 'ground', x + 3.9 * perSecond, [top, bottom])).not.to.equal(null);
  });

  for (const layout of ['stacked', '3x4', '6x2'] as const)
    it(`moves by whole pixels, and looks the same as if it were drawn anew: ${layout}`, async () => {
      await show(page, twelve);
      await ofViewer(page, `(viewer.setLayout('${layout}'), viewer.setSpeed(50), viewer.moveTo(10))`);
      await drawn(page);
      for (const by of [37, -53, 120, -2]) {
        await ofViewer(page, `viewer.moveBy(${by} / scene.pixelsPerSecond)`);
        await drawn(page);
        expect(await ofViewer<string>(page, 'painter.lastPainting.kind')).to.equal('pan');
        await keepPicture(page);
        await ofViewer(page, 'viewer.waveforms.revision.value++');
        await drawn(page);
        expect(await ofViewer<string>(page, 'painter.lastPainting.kind')).to.equal('full');
        // Edges of lines are rounded, by one of 255, where drawing began.
        expect(await differenceFromKept(page), `after ${by} pixels`).to.be.at.most(2);
      }
    });

  it('keeps the time under the pointer when the wheel zooms', async () => {
    await show(page, square);
    await ofViewer(page, '(viewer.setSpeed(50), viewer.moveTo(2))');
    await drawn(page);
    const box = await page.locator('.stage canvas.overlay').boundingBox();
    if (!box) throw new Error('no canvas');
    const { x, y } = await stripOf(page, 'II');
    const at = x + 211;
    const place = (time: number): Promise<number> =>
      ofViewer(
        page,
        `${x} + ${time} * scene.pixelsPerSecond - Math.round(viewer.view.value.from * scene.pixelsPerSecond)`,
      );
    const time = await ofViewer<number>(page, `viewer.view.value.from + 211 / scene.pixelsPerSecond`);
    await page.mouse.move(box.x + at, box.y + y);
    await page.keyboard.down('Control');
    for (const step of [-120, -120, 300, -200]) {
      await page.mouse.wheel(0, step);
      await drawn(page);
      expect(await place(time)).to.be.closeTo(at, 0.51);
    }
    await page.keyboard.up('Control');
    expect(await ofViewer<number>(page, 'viewer.view.value.speed')).not.to.equal(50);
  });

  it('reaches rows below the screen by dragging and by Shift and the wheel, without a change of the time', async () => {
    await show(page, twelve);
    await ofViewer(page, "(viewer.setLayout('12x1'), viewer.moveTo(20))");
    await drawn(page);
    const scrolled = (): Promise<number> => page.evaluate<number>("document.querySelector('.stage').scrollTop");
    const box = await page.locator('.stage').boundingBox();
    if (!box) throw new Error('no stage');
    const [x, y] = [box.x + 300, box.y + 200];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x, y - 120, { steps: 4 });
    await page.mouse.up();
    expect(await scrolled()).to.equal(120);
    await page.keyboard.down('Shift');
    await page.mouse.wheel(0, 60);
    await page.keyboard.up('Shift');
    await until(page, "document.querySelector('.stage').scrollTop === 180");
    expect(await ofViewer<number>(page, 'viewer.view.value.from')).to.equal(20);
    await show(page, square);
  });

  it('keeps mm/s and mm/mV when the window is resized', async () => {
    await ofViewer(page, '(viewer.setSpeed(25), viewer.moveTo(0))');
    const before = await ofViewer<[number, number]>(page, '[scene.pixelsPerSecond, scene.strips[0].height]');
    const seconds = await ofViewer<number>(page, 'scene.seconds');
    await page.setViewportSize({ width: 1_000, height: 700 });
    await until(page, `window.leadwire.viewer.scene.value.seconds < ${seconds}`);
    expect(await ofViewer<[number, number]>(page, '[scene.pixelsPerSecond, scene.strips[0].height]')).to.deep.equal(
      before,
    );
    await page.setViewportSize({ width: 1_280, height: 900 });
  });

  it('shows a spike of one sample in 24 hours at every zoom', async () => {
    const rate = 100;
    const samples = new Int16Array(24 * 3_600 * rate);
    const spike = 5_123_457;
    samples[spike] = 1_000;
    await show(page, await uploadLong(web.test, web.test.clinician, samples, { rate }));
    await ofViewer(page, 'viewer.showsCrossings.value = false');
    const slowest = await ofViewer<number>(page, '(viewer.setSpeed(0.0001), viewer.view.value.speed)');
    for (let speed = slowest; speed < 60; speed *= 3) {
      await ofViewer(page, `(viewer.setSpeed(${speed}), viewer.centre(${spike / rate}))`);
      await drawn(page);
      const { x, y, top, bottom } = await stripOf(page, 'II');
      const mm = await ofViewer<number>(page, 'scene.pixelsPerMm');
      const column = await ofViewer<number>(
        page,
        `Math.floor(${spike / rate} * scene.pixelsPerSecond) -
          Math.round(viewer.view.value.from * scene.pixelsPerSecond)`,
      );
      const tops = await Promise.all(
        [-2, -1, 0, 1, 2].map(
          async (by) => (await inkAt(page, 'ground', x + column + by, [top, bottom]))?.[0] ?? Infinity,
        ),
      );
      expect(Math.min(...tops), `at ${speed.toFixed(4)} mm/s`).to.be.closeTo(y - 10 * mm, 1.5);
    }
  });
});
