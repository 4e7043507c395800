/** The viewer as a reader uses it: by keys, pointer and panels, over the real service. */
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { isFirefox } from '../support/browser.ts';
import { call } from '../support/http.ts';
import { colourAt, drawn, ofViewer, show, until, uploadWave } from '../support/viewed.ts';
import { expectAccessible, isTooWide, webTests } from '../support/web.ts';

const RATE = 250;
const SECONDS = 60;
/** A spike of 1 mV every second, on a slow wave about zero; only the wave in V2. */
const leads = ['I', 'II', 'V1', 'V2'].map((name, k) => ({
  name,
  signal: Array.from({ length: RATE * SECONDS }, (_, i) =>
    i % RATE === 100 && k < 3 ? 1_000 : Math.round(100 * Math.sin((i / RATE) * (1 + k))),
  ),
}));

describe('The viewer', function () {
  const web = webTests(this);
  let page: Page;
  let id: string;

  before(async () => {
    id = await uploadWave(web.test, web.test.clinician, { samplingRate: RATE, leads });
    page = await web.open('/recordings', { as: web.test.clinician });
  });
  beforeEach(async () => {
    await show(page, id);
  });

  const view = <Value>(name: string): Promise<Value> => ofViewer(page, `viewer.view.value.${name}`);
  const counted = async (): Promise<void> =>
    until(page, '!leadwire.viewer.counts.isCounting.value && leadwire.viewer.counts.window.value');

  it('shows the counts of the service, for the window and in all, and counts again with a dead-band', async () => {
    const { token } = web.test.clinician;
    const compare = async (deadBand: number): Promise<void> => {
      await counted();
      const { from, to } = await ofViewer<{ from: number; to: number }>(page, 'viewer.window.value');
      const asked = async (query: string) =>
        (await call(web.test, 'GET', `/ecgs/${id}/insights?deadBand=${deadBand}${query}`, { token })).json;
      const window = await asked(`&from=${from}&to=${to}`);
      const whole = await asked('');
      const rows = await page.locator('table.counts tbody tr').all();
      expect(rows).to.have.lengthOf(leads.length);
      for (const [i, row] of rows.entries()) {
        const cells = await row.locator('td').allTextContents();
        expect(Number(cells[0]), 'window').to.equal(window.channels[i].zeroCrossings);
        expect(Number(cells[1]?.replaceAll(',', '')), 'whole').to.equal(whole.channels[i].zeroCrossings);
      }
    };
    await compare(0);
    await page.getByRole('slider', { name: 'Dead-band' }).fill('12');
    await compare(0.12);
    expect(await page.getByText('±0.12 mV').count()).to.equal(1);
  });

  it('draws a tick below every crossing that it counts', async () => {
    await counted();
    const { total, ticks } = await ofViewer<{ total: number; ticks: number }>(
      page,
      `(() => {
        const canvas = document.querySelector('.stage canvas.overlay');
        const copy = document.createElement('canvas');
        [copy.width, copy.height] = [canvas.width, canvas.height];
        const pen = copy.getContext('2d', { willReadFrequently: true });
        pen.drawImage(canvas, 0, 0);
        const strip = scene.strips[3];
        const { data } = pen.getImageData(strip.x, strip.rowBottom - 4, strip.width, 1);
        let ticks = 0;
        for (let x = 0; x < strip.width; x++)
          if (data[4 * x + 3] > 100 && (x === 0 || data[4 * (x - 1) + 3] <= 100)) ticks++;
        return { total: viewer.counts.window.value.channels[3].zeroCrossings, ticks };
      })()`,
    );
    expect(total).to.be.greaterThan(8);
    expect(ticks).to.equal(total);
  });

  it('is moved and zoomed by keys', async () => {
    await page.keyboard.press('ArrowRight');
    expect(await view('from')).to.be.closeTo(1, 0.01);
    await page.keyboard.press('Shift+ArrowRight');
    expect(await view('from')).to.be.closeTo(6, 0.01);
    await page.keyboard.press('End');
    expect(await ofViewer(page, 'viewer.window.value.to')).to.be.closeTo(SECONDS, 0.02);
    await page.keyboard.press('Home');
    expect(await view('from')).to.equal(0);
    const seconds = await ofViewer<number>(page, 'scene.seconds');
    await page.keyboard.press('PageDown');
    expect(await view('from')).to.be.closeTo(seconds * 0.9, 0.02);
    await page.keyboard.press('Digit3');
    expect(await view('speed')).to.equal(50);
    await page.keyboard.press('Minus');
    expect(await view('speed')).to.equal(40);
    await page.keyboard.press('Digit0');
    expect(await view('speed')).to.equal(25);
    await page.keyboard.press('BracketRight');
    expect(await view('gain')).to.equal(20);
    await page.keyboard.press('ArrowDown');
    expect(await ofViewer(page, 'viewer.selected.value')).to.equal(2);
  });

  it('is drawn on a grid of 1 and 5 mm, of 5 mm or on none by the key G, on each recording from then on', async () => {
    /** Rows and columns of lines in a corner of the paper: the colours of its first row and of its first column. */
    const lines = async (): Promise<number> => {
      await drawn(page);
      const { x, top } = await ofViewer<{ x: number; top: number }>(
        page,
        '({ x: scene.strips[0].x, top: scene.strips[0].rowTop })',
      );
      const across = Array.from({ length: 60 }, async (_, i) => colourAt(page, 'ground', x + 20 + i, top + 2));
      const colours = await Promise.all(across);
      return colours.filter((colour, i) => colour !== colours[i - 1]).length;
    };
    const status = page.locator('.viewer-status');
    const all = await lines();
    expect(await status.textContent()).to.include('small box 0.04 s × 0.1 mV');
    await page.keyboard.press('g');
    const large = await lines();
    expect(await status.textContent()).to.include('· box 0.2 s × 0.5 mV');
    await page.keyboard.press('g');
    expect(await lines()).to.equal(1);
    expect(await status.textContent()).to.not.include('box');
    expect(all).to.be.greaterThan(large);
    expect(large).to.be.greaterThan(1);
    await show(page, id);
    expect(await lines(), 'kept').to.equal(1);
    await page.keyboard.press('g');
    expect(await lines()).to.equal(all);
  });

  it('prints by the key P', async () => {
    await page.keyboard.press('p');
    await page.getByRole('dialog', { name: 'Export and print' }).getByRole('link', { name: 'Print as PDF' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByRole('row', { name: 'P export and print' }).waitFor();
    await page
      .getByRole('dialog')
      .getByRole('row', { name: /^G grid/ })
      .waitFor();
  });

  it('has the focus again at the moment when a dialog is gone', async () => {
    await page.keyboard.press('?');
    await page.locator('dialog[open]').waitFor();
    await page.evaluate(`void new MutationObserver((changes) => {
      if (changes.some(({ removedNodes }) => [...removedNodes].some(({ tagName }) => tagName === 'DIALOG')))
        window.focusedThen ??= document.activeElement.className;
    }).observe(document, { childList: true, subtree: true })`);
    await page.keyboard.press('Escape');
    await until(page, 'window.focusedThen !== undefined');
    expect(await page.evaluate('window.focusedThen')).to.equal('stage');
  });

  it('goes to a time that is typed, and says how to write it', async () => {
    await page.keyboard.press('KeyJ');
    const field = page.getByLabel('Time from the start');
    await field.fill('soon');
    await page.keyboard.press('Enter');
    await page.getByText('Write it like').waitFor();
    await field.fill('9:00');
    await page.keyboard.press('Enter');
    await page.getByText('The recording ends at').waitFor();
    await field.fill('0:30');
    await page.keyboard.press('Enter');
    const { from, to } = await ofViewer<{ from: number; to: number }>(page, 'viewer.window.value');
    expect((from + to) / 2).to.be.closeTo(30, 0.1);
  });

  it('measures between two spikes with a caliper that snaps, is nudged and marches', async () => {
    const box = await page.locator('.stage canvas.overlay').boundingBox();
    if (!box) throw new Error('no canvas');
    await page.keyboard.press('KeyT');
    const strip = await ofViewer<{ x: number; y: number }>(page, 'scene.strips[1]');
    const perSecond = await ofViewer<number>(page, 'scene.pixelsPerSecond');
    const at = (seconds: number): number => box.x + strip.x + seconds * perSecond;
    // Spikes are at 0.4 s, 1.4 s, …: the pointer misses both by some pixels.
    await page.mouse.move(at(1.4) + 4, box.y + strip.y - 10);
    await page.mouse.down();
    await page.mouse.move(at(2.0), box.y + strip.y - 10, { steps: 4 });
    await page.mouse.move(at(2.4) - 4, box.y + strip.y - 10, { steps: 4 });
    await page.mouse.up();
    const reading = page.locator('.viewer-status strong');
    expect(await reading.textContent()).to.match(/^1,000 ms · 60\/min · 0 mV$/);
    expect(await page.locator('[role=status].visually-hidden').textContent()).to.include('1,000 ms');
    await page.keyboard.press('ArrowRight');
    expect(await reading.textContent()).to.match(/^1,004 ms · 59.8\/min/);
    await page.keyboard.press('KeyM');
    expect(await ofViewer(page, 'viewer.caliper.value.isMarching')).to.equal(true);
    await page.keyboard.press('KeyV');
    expect(await ofViewer(page, 'viewer.caliper.value.kind')).to.equal('voltage');
    await page.keyboard.press('Escape');
    expect(await reading.count()).to.equal(0);
  });

  it('is dragged on the paper and on the strip of the whole recording', async () => {
    const box = await page.locator('.stage canvas.overlay').boundingBox();
    const strip = await page.locator('.overview').boundingBox();
    if (!box || !strip) throw new Error('no canvas');
    await page.mouse.move(box.x + 600, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + 400, box.y + 60, { steps: 5 });
    await page.mouse.up();
    expect(await view('from')).to.be.closeTo(200 / (await ofViewer<number>(page, 'scene.pixelsPerSecond')), 0.02);
    await page.mouse.click(strip.x + strip.width * 0.5, strip.y + 20);
    const { from, to } = await ofViewer<{ from: number; to: number }>(page, 'viewer.window.value');
    expect((from + to) / 2).to.be.closeTo(SECONDS / 2, 0.2);
  });

  it('keeps the picture when the line is down, says so, and goes on by itself', async () => {
    await page.context().setOffline(true);
    await page.keyboard.press('End');
    await page.getByText('What is shown stays').waitFor();
    await page.locator('table.counts tbody td.strong').getByText('…').first().waitFor();
    expect(await ofViewer<number>(page, 'scene.strips.length')).to.equal(leads.length);
    await page.context().setOffline(false);
    await page.getByRole('button', { name: 'Try again' }).first().click();
    await drawn(page);
    await page.getByText('What is shown stays').waitFor({ state: 'detached' });
    await counted();
    const cells = await page.locator('table.counts tbody td.strong').allTextContents();
    expect(cells.map(Number)).to.deep.equal(
      await ofViewer(page, 'viewer.counts.window.value.channels.map(({ zeroCrossings }) => zeroCrossings)'),
    );
  });

  it('says what it shows in words and as a table', async () => {
    await counted();
    const label = await page.locator('.stage canvas.overlay').getAttribute('aria-label');
    expect(label).to.match(
      /^ECG, leads I, II, V1, V2, from 0 s to .* at 25 mm\/s and 10 mm\/mV\. Crossings of zero: I \d+/,
    );
    const slider = page.getByRole('slider', { name: 'Position in the recording' });
    expect(await slider.getAttribute('aria-valuetext')).to.match(/^0 s to .* of 1:00$/);
    await page.keyboard.press('KeyB');
    await page.locator('dialog table').waitFor();
    expect(await page.locator('dialog table tbody tr').count()).to.equal(leads.length);
    await page.keyboard.press('Escape');
  });

  it('has all numbers of the counts in their panel, however long the names of channels are', async () => {
    const signal = Array.from({ length: RATE * 20 }, (_, i) => (i % 3 === 0 ? -12_345 : 12_345));
    const names = ['Lead I (Einthoven)', 'Lead II', 'Precordial lead without a canonical name', 'thoracoabdominalbelt'];
    await show(
      page,
      await uploadWave(web.test, web.test.clinician, {
        samplingRate: RATE,
        leads: names.map((name) => ({ name, signal })),
      }),
    );
    await counted();
    const rows = page.locator('table.counts tbody tr');
    expect(await rows.locator('th').allTextContents()).to.deep.equal(['I', 'II', ...names.slice(2)]);
    expect(await rows.first().getByRole('button').getAttribute('title')).to.equal(names[0]);
    const cut = await page.evaluate<string[]>(`(() => {
      const { right } = document.querySelector('.panel').getBoundingClientRect();
      const cells = [...document.querySelectorAll('table.counts td')];
      return cells.filter((cell) => {
        const range = document.createRange();
        range.selectNodeContents(cell);
        return range.getBoundingClientRect().right > right - 8;
      }).map(({ textContent }) => textContent);
    })()`);
    expect(cut).to.deep.equal([]);
  });

  it('is accessible: axe-core finds nothing, in every panel and dialog, in light and dark', async function () {
    if (isFirefox) this.skip();
    await counted();
    for (const tab of await page.getByRole('tab').all()) {
      await tab.click();
      await expectAccessible(page);
    }
    await page.locator('.stage').focus();
    for (const key of ['Shift+Slash', 'KeyJ', 'KeyB']) {
      await page.keyboard.press(key);
      await page.locator('dialog[open]').waitFor();
      await expectAccessible(page);
      await page.keyboard.press('Escape');
      await page.locator('dialog[open]').waitFor({ state: 'detached' });
    }
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectAccessible(page);
    await page.emulateMedia({ colorScheme: 'light' });
  });

  it('follows the colours of the system: paper, strip of the whole recording, and trend', async function () {
    if (isFirefox) this.skip();
    const LAYERS = ['.stage .ground', '.overview canvas', '.trend-chart canvas'];
    /** The first pixel of a canvas that is not transparent. */
    const colours = (): Promise<string[]> =>
      page.evaluate<string[]>(`${JSON.stringify(LAYERS)}.map((layer) => {
        const canvas = document.querySelector(layer);
        const copy = document.createElement('canvas');
        [copy.width, copy.height] = [canvas.width, canvas.height];
        const pen = copy.getContext('2d', { willReadFrequently: true });
        pen.drawImage(canvas, 0, 0);
        const { data } = pen.getImageData(0, 0, copy.width, copy.height);
        const first = data.findIndex((value, i) => i % 4 === 3 && value === 255);
        return [...data.subarray(first - 3, first)].join();
      })`);
    await page.locator('.trend-chart canvas').waitFor();
    await drawn(page);
    const light = await colours();
    await page.emulateMedia({ colorScheme: 'dark' });
    await drawn(page);
    for (const [i, colour] of (await colours()).entries()) expect(colour, LAYERS[i]).not.to.equal(light[i]);
    await page.emulateMedia({ colorScheme: 'light' });
    await drawn(page);
    expect(await colours()).to.deep.equal(light);
  });

  for (const width of [360, 2_560])
    it(`fits a window of ${width} pixels`, async () => {
      await page.setViewportSize({ width, height: 900 });
      await show(page, id);
      expect(await isTooWide(page)).to.equal(false);
      await expectAccessible(page);
      await page.setViewportSize({ width: 1_280, height: 900 });
    });
});
