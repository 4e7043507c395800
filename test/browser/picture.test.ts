/** ECG paper in a real browser: it draws everything in the right place, to a tenth of a millimetre. */
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { TRACE_LEFT } from '../../src/paper/plan.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { launchBrowser, needsBrowser } from '../support/browser.ts';
import { call } from '../support/http.ts';

/** CSS pixels per millimetre. */
const MM = 96 / 25.4;
/** Scale of the screenshot, so that a tenth of a millimetre is more than a pixel. */
const ZOOM = 4;

const mm = (pixels: number): number => pixels / MM;

describe('ECG paper in a browser', function () {
  this.timeout(60_000);
  let test: TestApp;
  let browser: Browser;

  before(async function () {
    needsBrowser(this);
    test = await startTestApp();
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    await test?.close();
  });

  it('has its pulse and a square wave where a ruler finds them', async () => {
    const { token } = test.clinician;
    // 1 s at +1 mV, 1 s at -1 mV.
    const signal = Array.from({ length: 1000 }, (_, i) => (i < 500 ? 1000 : -1000));
    const { json } = await call(test, 'POST', '/ecgs', {
      token,
      body: { samplingRate: 500, unit: 'mV', gain: 1000, leads: [{ name: 'II', signal }] },
    });
    const { text } = await call(test, 'GET', `/ecgs/${json.id}/ecg.svg`, { token });
    const page = await browser.newPage({ viewport: { width: 640, height: 400 }, deviceScaleFactor: ZOOM });
    await page.setContent(`<style>body{margin:0}svg{display:block}</style>${text}`);

    const boxes = await page.evaluate<{ pulse: DOMRectLike; trace: DOMRectLike; sheet: DOMRectLike }>(`(() => {
      const { width, height } = document.querySelector('svg').getBoundingClientRect();
      // Without the width of the line, which not all browsers add to an element's rectangle.
      const box = (selector) => {
        const element = document.querySelector(selector);
        const { x, y, width, height } = element.getBBox();
        const { a, d, e, f } = element.getScreenCTM();
        return { x: a * x + e, y: d * y + f, width: a * width, height: d * height };
      };
      return { pulse: box('.pulse'), trace: box('.trace'), sheet: { x: 0, y: 0, width, height } };
    })()`);
    expect(mm(boxes.sheet.width)).to.be.closeTo(150, 0.05);
    expect(mm(boxes.pulse.height)).to.be.closeTo(10, 0.1);
    expect(mm(boxes.trace.x)).to.be.closeTo(TRACE_LEFT, 0.1);
    expect(mm(boxes.trace.height)).to.be.closeTo(20, 0.1);
    expect(mm(boxes.trace.width)).to.be.closeTo(1.998 * 25, 0.1);

    const image = (await page.screenshot({ type: 'png' })).toString('base64');
    const zero = mm(boxes.trace.y) + 10;
    /** Where the ink is in a column of the sheet, in mm, between the lines of text. */
    const inkAt = async (x: number): Promise<number> => {
      const row = await page.evaluate<number>(`(async () => {
        const image = new Image(); image.src = 'data:image/png;base64,${image}'; await image.decode();
        const canvas = document.createElement('canvas'); canvas.width = image.width; canvas.height = image.height;
        const pen = canvas.getContext('2d'); pen.drawImage(image, 0, 0);
        const { data } = pen.getImageData(Math.round(${x * MM * ZOOM}), 0, 1, image.height);
        const dark = [];
        for (let i = ${Math.round((zero - 12) * MM * ZOOM)}; i < ${Math.round((zero + 12) * MM * ZOOM)}; i++)
          if (data[4 * i] + data[4 * i + 1] + data[4 * i + 2] < 150) dark.push(i);
        return dark.reduce((sum, i) => sum + i + 0.5, 0) / dark.length;
      })()`);
      return row / (MM * ZOOM);
    };
    expect(await inkAt(TRACE_LEFT + 0.5 * 25)).to.be.closeTo(zero - 10, 0.1);
    expect(await inkAt(TRACE_LEFT + 1.5 * 25)).to.be.closeTo(zero + 10, 0.1);
    expect(await inkAt(mm(boxes.pulse.x + boxes.pulse.width / 2)), 'the top of the pulse').to.be.closeTo(
      zero - 10,
      0.1,
    );
  });
});

interface DOMRectLike {
  x: number;
  y: number;
  width: number;
  height: number;
}
