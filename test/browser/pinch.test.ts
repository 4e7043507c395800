/** Two fingers on the paper of the viewer. */
import { expect } from 'chai';
import type { CDPSession, Page } from 'playwright-core';
import { isFirefox } from '../support/browser.ts';
import { drawn, ofViewer, show, uploadWave } from '../support/viewed.ts';
import { webTests } from '../support/web.ts';

type Point = readonly [x: number, y: number];

describe('A pinch in the viewer', function () {
  const web = webTests(this);
  let page: Page;
  let fingers: CDPSession;
  let box: { x: number; y: number };

  before(async function () {
    // Only the protocol of Chromium has fingers that a test can move.
    if (isFirefox) this.skip();
    const signal = Array.from({ length: 60 * 250 }, (_, i) => Math.round(100 * Math.sin(i / 40)));
    const id = await uploadWave(web.test, web.test.clinician, { samplingRate: 250, leads: [{ name: 'II', signal }] });
    page = await web.open('/recordings', { as: web.test.clinician });
    fingers = await page.context().newCDPSession(page);
    await fingers.send('Emulation.setTouchEmulationEnabled', { enabled: true, maxTouchPoints: 2 });
    await show(page, id);
    box = (await page.locator('.stage canvas.overlay').boundingBox())!;
  });
  beforeEach(async () => {
    await ofViewer(page, '(viewer.setSpeed(25), viewer.moveTo(20))');
    await drawn(page);
  });

  const touch = async (
    type: 'touchStart' | 'touchMove' | 'touchEnd',
    points: readonly Point[],
    firstId = 0,
  ): Promise<unknown> =>
    fingers.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: points.map(([x, y], i) => ({ x: box.x + x, y: box.y + y, id: firstId + i })),
    });
  /** Moves two fingers along lines, in steps. */
  const pinch = async (from: readonly [Point, Point], to: readonly [Point, Point]): Promise<void> => {
    const at = (part: number): Point[] =>
      from.map(([x, y], i) => [x + part * (to[i]![0] - x), y + part * (to[i]![1] - y)]);
    await touch('touchStart', at(0).slice(0, 1));
    await touch('touchStart', at(0));
    for (let step = 1; step <= 10; step++) await touch('touchMove', at(step / 10));
  };
  const speed = (): Promise<number> => ofViewer(page, 'viewer.view.value.speed');
  const timeAt = (x: number): Promise<number> =>
    ofViewer(page, `viewer.view.value.from + (${x} - scene.strips[0].x) / scene.pixelsPerSecond`);

  for (const [name, from, to, factor] of [
    [
      'spread sideways',
      [
        [500, 80],
        [600, 80],
      ],
      [
        [400, 80],
        [700, 80],
      ],
      3,
    ],
    [
      'brought together',
      [
        [400, 80],
        [700, 80],
      ],
      [
        [500, 80],
        [600, 80],
      ],
      1 / 3,
    ],
    [
      'spread up and down',
      [
        [550, 60],
        [550, 120],
      ],
      [
        [550, 30],
        [550, 150],
      ],
      2,
    ],
  ] as const)
    it(`zooms at the middle of two fingers that are ${name}`, async () => {
      const time = await timeAt(550);
      await pinch(from, to);
      await drawn(page);
      expect(await speed()).to.be.closeTo(25 * factor, 0.5);
      expect((await timeAt(550)) - time).to.be.closeTo(0, 1 / (await ofViewer<number>(page, 'scene.pixelsPerSecond')));
      await touch('touchEnd', []);
    });

  it('follows its middle, and goes on as a drag with the finger that is left', async () => {
    const time = await timeAt(550);
    await pinch(
      [
        [500, 80],
        [600, 80],
      ],
      [
        [600, 80],
        [700, 80],
      ],
    );
    await drawn(page);
    const pixel = 1 / (await ofViewer<number>(page, 'scene.pixelsPerSecond'));
    expect(await speed()).to.be.closeTo(25, 0.1);
    expect((await timeAt(650)) - time).to.be.closeTo(0, 1.01 * pixel);
    await touch('touchEnd', [[700, 80]], 1);
    await drawn(page);
    const held = await timeAt(600);
    for (let x = 600; x <= 700; x += 20) await touch('touchMove', [[x, 80]]);
    await drawn(page);
    expect((await timeAt(700)) - held).to.be.closeTo(0, 1.01 * pixel);
    await touch('touchEnd', []);
  });
});
