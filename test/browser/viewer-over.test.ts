/** An earlier ECG over the present one. */
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { made, somebody } from '../support/directory.ts';
import { call } from '../support/http.ts';
import {
  coloursAt,
  differenceFromKept,
  drawn,
  keepPicture,
  ofViewer,
  show,
  stripOf,
  until,
  uploadLong,
  uploadWave,
} from '../support/viewed.ts';
import { expectAccessible, webTests } from '../support/web.ts';

/** Half a second up, half a second down. @param height mV @param unit stored units of a millivolt */
const square = (seconds: number, rate: number, height: number, unit = 1_000): number[] =>
  Array.from({ length: seconds * rate }, (_, i) => (Math.floor(i / (rate / 2)) % 2 === 0 ? height : -height) * unit);

const leads = (signal: number[], names: string[]) => names.map((name) => ({ name, signal }));

/** The present trace is nearly black, the other one green; edges of lines are paler, and the paper is pink. */
const isGreen = ([red = 0, green = 0]: number[]): boolean => green - red > 30;
const isDark = ([red = 0, green = 0, blue = 0]: number[]): boolean =>
  Math.max(red, green, blue) < 180 && Math.abs(green - red) < 30;

describe('An ECG over another', function () {
  const web = webTests(this);
  let page: Page;
  let present: string;

  const asked = async (method: string, path: string, body: object) =>
    call(web.test, method, path, { token: web.test.clinician.token, body });

  before(async () => {
    const patient = await made(web.test, '/patients', somebody());
    const upload = async (id: string, date: string): Promise<string> => {
      expect((await asked('PATCH', `/ecgs/${id}`, { patient, date })).status).to.equal(200);
      return id;
    };
    present = await upload(
      await uploadWave(web.test, web.test.clinician, {
        samplingRate: 500,
        leads: leads(square(10, 500, 1), ['I', 'II', 'V1']),
      }),
      '2024-09-10T08:00:00Z',
    );
    // Of half the height and half the sampling rate, and shorter.
    await upload(
      await uploadWave(web.test, web.test.clinician, {
        samplingRate: 250,
        leads: leads(square(6, 250, 0.5), ['V6', 'lead II', 'I']),
      }),
      '2024-01-10T08:00:00Z',
    );
    // Without a gain.
    const { json } = await asked('POST', '/ecgs', {
      samplingRate: 250,
      leads: leads(square(6, 250, 1, 7), ['I', 'II', 'V1']),
    });
    await upload(json.id as string, '2023-01-10T08:00:00Z');
    page = await web.open('/recordings', { as: web.test.clinician });
  });
  beforeEach(async () => {
    await show(page, present);
    await ofViewer(page, '(viewer.showsCrossings.value = false, viewer.setLayout("stacked"))');
    await page.getByRole('tab', { name: 'Details' }).click();
  });

  const lay = async (when: string): Promise<void> => {
    await page.getByRole('button', { name: `Lay over: the ECG of ${when}` }).click();
    await until(page, 'window.leadwire.viewer.laid.value?.other.waveforms.hasAny.value');
    await laid();
  };
  /** Waits until both are loaded and drawn. */
  const laid = async (): Promise<void> => {
    await until(page, 'window.leadwire.viewer.laid.value.other.waveforms.isIdle');
    await drawn(page);
  };

  /** Middle of the rows that have a colour, in a column of the paper; null if there are none. */
  const rowOf = async (is: typeof isGreen, x: number, top: number, bottom: number): Promise<number | null> => {
    const pixels = await coloursAt(page, 'ground', x, top, bottom - top);
    const rows = pixels.flatMap((pixel, i) => (is(pixel) ? [top + i] : []));
    return rows.length === 0 ? null : rows.reduce((sum, row) => sum + row, 0) / rows.length;
  };
  const at = (time: number): Promise<number> =>
    ofViewer(page, `scene.strips[0].x + Math.round((${time} - viewer.view.value.from) * scene.pixelsPerSecond)`);

  it('has both at the same scale, in two colours, each at its own times', async () => {
    await lay('10 Jan 2024');
    const mm = await ofViewer<number>(page, 'scene.pixelsPerMm');
    for (const [label, hasEarlier] of [
      ['I', true],
      ['II', true],
      ['V1', false],
    ] as const) {
      const { y, top, bottom } = await stripOf(page, label);
      for (const [time, direction] of [
        [0.25, 1],
        [0.75, -1],
        [5.75, -1],
      ] as const) {
        const x = await at(time);
        expect(await rowOf(isDark, x, top, bottom), `${label} at ${time} s`).to.be.closeTo(
          y - direction * 10 * mm,
          1.5,
        );
        const row = await rowOf(isGreen, x, top, bottom);
        if (hasEarlier) expect(row, `the earlier ${label} at ${time} s`).to.be.closeTo(y - direction * 5 * mm, 1.5);
        else expect(row, 'a lead that the earlier one lacks').to.equal(null);
      }
      expect(await rowOf(isGreen, await at(6.1), top, bottom), 'after its end').to.equal(null);
    }
    await page.getByText('Without a trace of the other ECG: V1.').waitFor();
    await page.getByText('Only in the other ECG, and not drawn: V6.').waitFor();
    await page.getByText('8 months earlier').first().waitFor();
  });

  it('is at its own times where samples are far apart, too', async () => {
    await lay('10 Jan 2024');
    await ofViewer(page, '(viewer.setSpeed(500), viewer.moveTo(0.3))');
    await laid();
    expect(await ofViewer<number>(page, 'scene.pixelsPerSecond'), 'pixels of a second').to.be.above(500);
    const { y, top, bottom } = await stripOf(page, 'I');
    const mm = await ofViewer<number>(page, 'scene.pixelsPerMm');
    expect(await rowOf(isGreen, await at(0.45), top, bottom)).to.be.closeTo(y - 5 * mm, 1.5);
    expect(await rowOf(isGreen, await at(0.55), top, bottom)).to.be.closeTo(y + 5 * mm, 1.5);
  });

  it('is moved by buttons, by keys and to a typed time, and never before its beginning', async () => {
    await lay('10 Jan 2024');
    const { y, top, bottom } = await stripOf(page, 'II');
    const mm = await ofViewer<number>(page, 'scene.pixelsPerMm');
    await page.getByLabel('Step').selectOption('one second');
    await page.getByRole('button', { name: 'to the right' }).click();
    await page.getByLabel('Step').selectOption('0.2 s');
    await page.getByRole('button', { name: 'to the left' }).click();
    await laid();
    // It now begins at 0.8 s.
    expect(await rowOf(isGreen, await at(0.7), top, bottom)).to.equal(null);
    expect(await rowOf(isGreen, await at(1.05), top, bottom)).to.be.closeTo(y - 5 * mm, 1.5);
    expect(await rowOf(isGreen, await at(1.55), top, bottom)).to.be.closeTo(y + 5 * mm, 1.5);
    const shift = () => ofViewer<number>(page, 'viewer.laid.value.shift.value');
    expect(await shift()).to.be.closeTo(-0.8, 1e-9);
    await page.locator('.stage').focus();
    await page.keyboard.press('Period');
    expect(await shift()).to.be.closeTo(-1, 1e-9);
    await page.keyboard.press('Shift+Comma');
    expect(await shift()).to.be.closeTo(-0.996, 1e-9);
    const edge = page.getByLabel('Its time at the left edge');
    await edge.fill('soon');
    await edge.press('Enter');
    await page.getByText('Write it like 90').waitFor();
    expect(await edge.inputValue()).to.equal('soon');
    await expectAccessible(page);
    // What was refused goes when it is moved otherwise; its time before its beginning can be typed as it is shown.
    await page.getByLabel('Step').selectOption('one second');
    await page.getByRole('button', { name: 'to the right' }).click();
    await page.locator('.edge-time .field-error').waitFor({ state: 'detached' });
    expect(await edge.inputValue()).to.equal('−1.996 s');
    for (const [typed, seconds] of [
      ['−1.5 s', -1.5],
      ['-0:02', -2],
    ] as const) {
      await edge.fill(typed);
      // The paper gets another size.
      await page.setViewportSize({ width: 1280, height: seconds === -2 ? 900 : 800 });
      await drawn(page);
      await edge.press('Enter');
      expect(await shift()).to.equal(seconds);
    }
    await edge.fill('0:02');
    await edge.press('Enter');
    expect(await shift()).to.equal(2);
    await page.getByRole('button', { name: 'Align beats' }).click();
    expect(Math.abs((await shift()) % 1), 'flank on flank').to.be.below(0.005);
  });

  it('moves with the paper by whole pixels, and looks the same as if it were drawn anew', async () => {
    await lay('10 Jan 2024');
    await ofViewer(page, 'viewer.setSpeed(50)');
    await page.locator('.stage').focus();
    await page.keyboard.press('Shift+Period');
    await laid();
    for (const by of [37, -20, 61]) {
      await ofViewer(page, `viewer.moveBy(${by} / scene.pixelsPerSecond)`);
      await laid();
      expect(await ofViewer<string>(page, 'painter.lastPainting.kind')).to.equal('pan');
      await keepPicture(page);
      await ofViewer(page, 'viewer.waveforms.revision.value++');
      await laid();
      expect(await ofViewer<string>(page, 'painter.lastPainting.kind')).to.equal('full');
      expect(await differenceFromKept(page), `after ${by} pixels`).to.be.at.most(2);
    }
  });

  it('says what lies over it in words, in the table and at the export; and is shown beside or taken away', async () => {
    await lay('10 Jan 2024');
    const label = await page.locator('.stage .overlay').getAttribute('aria-label');
    expect(label).to.match(/An ECG of 10 Jan 2024, .* is laid over it, 8 months earlier, green and thicker\. Of the/);
    await expectAccessible(page);
    await page.locator('.stage').focus();
    await page.keyboard.press('KeyB');
    await page.locator('dialog').getByText('is laid over it').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByText('is not exported').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('region', { name: 'ECG laid over' }).getByRole('button', { name: 'Show beside' }).click();
    await page.locator('.beside canvas.ground').waitFor();
    expect(await ofViewer(page, 'viewer.laid.value')).to.equal(null);
    await page.locator('.beside .stage').focus();
    await page.keyboard.press('KeyP');
    await page.getByRole('dialog', { name: 'Export' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.locator('.beside').getByRole('button', { name: 'Lay over' }).click();
    await until(page, 'window.leadwire.viewer.laid.value');
    for (const theme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await expectAccessible(page);
    }
    await page.getByRole('button', { name: 'Take away' }).click();
    await page.locator('.over').waitFor({ state: 'detached' });
    await drawn(page);
    const { top, bottom } = await stripOf(page, 'II');
    expect(await rowOf(isGreen, await at(0.25), top, bottom)).to.equal(null);
  });

  it('shows a spike of one sample in an hour at every zoom, at a rate that the present ECG does not have', async () => {
    const patient = await made(web.test, '/patients', somebody());
    const flat = new Int16Array(3_600 * 100);
    const spiked = new Int16Array(3_600 * 250);
    const spike = 456_789;
    spiked[spike] = 1_000;
    const long = await uploadLong(web.test, web.test.clinician, flat, { rate: 100 });
    const other = await uploadLong(web.test, web.test.clinician, spiked, { rate: 250 });
    for (const [id, date] of [
      [long, '2024-09-10T08:00:00Z'],
      [other, '2024-09-01T08:00:00Z'],
    ] as const)
      await asked('PATCH', `/ecgs/${id}`, { patient, date });
    await show(page, long);
    await ofViewer(page, 'viewer.showsCrossings.value = false');
    await page.getByRole('tab', { name: 'Details' }).click();
    await lay('1 Sept 2024');
    const slowest = await ofViewer<number>(page, '(viewer.setSpeed(0.0001), viewer.view.value.speed)');
    for (let speed = slowest; speed < 60; speed *= 4) {
      await ofViewer(page, `(viewer.setSpeed(${speed}), viewer.centre(${spike / 250}))`);
      await laid();
      const { y, top, bottom } = await stripOf(page, 'II');
      const mm = await ofViewer<number>(page, 'scene.pixelsPerMm');
      const x = await ofViewer<number>(
        page,
        `scene.strips[0].x + Math.floor(${spike / 250} * scene.pixelsPerSecond) -
          Math.round(viewer.view.value.from * scene.pixelsPerSecond)`,
      );
      const columns = await Promise.all(
        [-1, 0, 1, 2].map(async (by) => coloursAt(page, 'ground', x + by, top, bottom - top)),
      );
      const highest = Math.min(...columns.map((column) => column.findIndex(isGreen)).filter((row) => row !== -1));
      expect(top + highest, `at ${speed.toFixed(4)} mm/s`).to.be.closeTo(y - 10 * mm, 1.5);
    }
  });

  it('says that heights cannot be compared where a gain is not known', async () => {
    await lay('10 Jan 2023');
    await page.getByText('heights cannot be compared with the other ECG: I, II, V1.').waitFor();
    const { y, top, bottom } = await stripOf(page, 'II');
    const mm = await ofViewer<number>(page, 'scene.pixelsPerMm');
    expect(await rowOf(isGreen, await at(0.25), top, bottom)).to.be.closeTo(y - 12 * mm, 2);
  });

  it('that was deleted meanwhile is said to be gone, and not to be loading', async () => {
    await page.getByRole('button', { name: 'Lay over: the ECG of 10 Jan 2023' }).waitFor();
    const { json } = await call(web.test, 'GET', '/ecgs?sort=date&limit=1', { token: web.test.clinician.token });
    await call(web.test, 'DELETE', `/ecgs/${json.items[0].id}`, { token: web.test.clinician.token });
    await page.getByRole('button', { name: 'Lay over: the ECG of 10 Jan 2023' }).click();
    for (const place of ['.over', '.beside']) {
      const section = page.locator(place);
      await section.getByText('It does not exist').waitFor();
      expect(await section.getByText('Loading').count(), place).to.equal(0);
      await expectAccessible(page);
      if (place === '.over') await section.getByRole('button', { name: 'Show beside' }).click();
    }
  });
});
