/** Limb leads that are not recorded: drawn by the viewer from I and II, marked, and never among the counted ones. */
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { coloursAt, drawn, inkAt, ofViewer, show, stripOf, until, uploadLong, uploadWave } from '../support/viewed.ts';
import { expectAccessible, webTests } from '../support/web.ts';

const EIGHT = ['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
const CALCULATED = ['III', 'aVR', 'aVL', 'aVF'];
const RATE = 500;

/** Stored values: half a second up, half a second down; 1 mV in I, 0.4 mV in II. */
const square = (lead: string, samples: number): number[] => {
  const height = lead === 'I' ? 1_000 : 400;
  return Array.from({ length: samples }, (_, i) => (Math.floor(i / (RATE / 2)) % 2 === 0 ? height : -height));
};

/** What is written beside the names of the calculated leads. */
const remarks = (page: Page): Promise<string[]> =>
  ofViewer(page, '[...new Set(scene.strips.map((strip) => viewer.calculated.remark(strip)).filter(Boolean))]');
const toggle = (page: Page) => page.getByRole('button', { name: 'Calculated leads' });
const labels = (page: Page): Promise<string[]> => ofViewer(page, 'scene.strips.map(({ label }) => label)');

/** Whether there are ticks below a lead, in its first second. */
const hasTicks = async (page: Page, lead: string): Promise<boolean> => {
  const { x, rowBottom } = await stripOf(page, lead);
  const perSecond = await ofViewer<number>(page, 'scene.pixelsPerSecond');
  const columns = Array.from({ length: Math.floor(perSecond) }, (_, i) => x + 10 + i);
  const lanes = await Promise.all(columns.map((at) => coloursAt(page, 'overlay', at, rowBottom - 5, 1)));
  return lanes.some(([pixel]) => (pixel?.[3] ?? 0) > 0);
};

describe('The viewer of a recording without all limb leads', function () {
  const web = webTests(this);
  let page: Page;
  let eight: string;

  before(async () => {
    const leads = EIGHT.map((name) => ({ name, signal: square(name, 10 * RATE) }));
    eight = await uploadWave(web.test, web.test.clinician, { samplingRate: RATE, leads });
    page = await web.open('/recordings', { as: web.test.clinician });
    await show(page, eight);
  });

  it('completes the twelve leads, to scale, and marks the calculated ones', async () => {
    expect(await ofViewer(page, 'viewer.view.value.layout')).to.equal('3x4');
    expect(await ofViewer(page, 'scene.strips.every(({ channel }) => channel !== null)')).to.equal(true);
    expect(await remarks(page)).to.deep.equal(['calculated']);
    expect(await toggle(page).getAttribute('aria-pressed')).to.equal('true');
    await ofViewer(page, '(viewer.showsCrossings.value = false, viewer.setLayout("12x1"))');
    await drawn(page);
    // III = II - I, aVR = -(I + II) / 2, aVL = I - II / 2, aVF = II - I / 2, in mV.
    for (const [lead, value] of [
      ['III', -0.6],
      ['aVR', -0.7],
      ['aVL', 0.8],
      ['aVF', -0.1],
    ] as const) {
      const { x, y, top, bottom, height } = await stripOf(page, lead);
      const perSecond = await ofViewer<number>(page, 'scene.pixelsPerSecond');
      const column = await coloursAt(page, 'ground', x + 0.25 * perSecond, top, bottom - top);
      const light = column.map(([red = 0, green = 0, blue = 0]) => red + green + blue);
      expect(top + light.indexOf(Math.min(...light)), lead).to.be.closeTo(y - value * height, 1.5);
      const extent = `viewer.extents[scene.strips.find(({ label }) => label === '${lead}').channel]`;
      expect(await ofViewer<number>(page, `${extent}.high`), 'the highest value').to.be.closeTo(Math.abs(value), 1e-9);
    }
    await ofViewer(page, '(viewer.showsCrossings.value = true, viewer.setLayout("3x4"))');
    await expectAccessible(page);
    await page.getByRole('img', { name: 'III (calculated), aVF (calculated), V3' }).waitFor();
  });

  it('writes the remark beside the name', async () => {
    const { x, top } = await stripOf(page, 'aVF');
    const room = [Math.round(top) - 20, Math.round(top) + 20] as const;
    const inkFrom = async (): Promise<number> => {
      const columns = Array.from({ length: 40 }, (_, i) => x + 40 + i);
      const inks = await Promise.all(columns.map(async (at) => inkAt(page, 'labels', at, room)));
      return inks.filter(Boolean).length;
    };
    expect(await inkFrom(), 'the word').to.be.above(10);
  });

  it('counts and offers only what is recorded', async () => {
    await until(page, 'leadwire.viewer.counts.window.value');
    expect(await page.locator('.counts tbody th').allTextContents()).to.deep.equal(EIGHT);
    const { x, y } = await stripOf(page, 'aVF');
    const selected = await ofViewer(page, 'viewer.selected.value');
    const ratio = await ofViewer<number>(page, 'scene.ratio');
    await page.locator('.stage .overlay').click({ position: { x: (x + 60) / ratio, y: y / ratio } });
    expect(await ofViewer(page, 'viewer.selected.value'), 'a click on aVF').to.equal(selected);
    await page.getByRole('tab', { name: 'Checks' }).click();
    await page.locator('.panel').waitFor();
    for (const lead of CALCULATED)
      expect(await page.locator('.panel').textContent(), lead).to.not.match(new RegExp(`\\b${lead}\\b`));
    await page.getByRole('tab', { name: 'Crossings' }).click();
  });

  it('ticks the crossings of recorded leads only, since no others are counted', async () => {
    expect(await Promise.all(['V1', 'I', 'III', 'aVR'].map((lead) => hasTicks(page, lead)))).to.deep.equal([
      true,
      true,
      false,
      false,
    ]);
  });

  it('leaves them out on request, also where the picture is printed', async () => {
    await toggle(page).click();
    await drawn(page);
    expect(await ofViewer(page, 'scene.strips.filter(({ channel }) => channel === null).length')).to.equal(4);
    await page.getByRole('button', { name: 'Export' }).click();
    const png = page.locator('dialog a[href*="ecg.png"]');
    expect(await png.getAttribute('href')).to.include('calculated=false');
    await page.keyboard.press('Escape');
    await toggle(page).click();
    await drawn(page);
    expect(await remarks(page)).to.deep.equal(['calculated']);
  });

  it('says it in Portuguese', async () => {
    const other = await web.open('/recordings', { as: web.test.clinician, language: 'pt' });
    await show(other, eight);
    await other.getByRole('button', { name: 'Derivações calculadas' }).waitFor();
    expect(await remarks(other)).to.deep.equal(['calculada']);
    await other.context().close();
  });

  it('draws those of two leads only on request, and prints them then', async () => {
    const leads = ['I', 'II'].map((name) => ({ name, signal: square(name, 10 * RATE) }));
    await show(page, await uploadWave(web.test, web.test.clinician, { samplingRate: RATE, leads }));
    expect(await labels(page)).to.deep.equal(['I', 'II']);
    await toggle(page).click();
    await drawn(page);
    expect(await labels(page)).to.deep.equal(['I', 'II', ...CALCULATED]);
    const values = '[2, 3, 4, 5].map((channel) => Math.round(viewer.valueAt(channel, 10) * 1000))';
    expect(await ofViewer(page, values)).to.deep.equal([-600, -700, 800, -100]);
    await page.getByRole('button', { name: 'Export' }).click();
    const href = (await page.locator('dialog a[href*="ecg.svg"]').getAttribute('href')) as string;
    const picture = await page.request.get(href);
    expect(picture.status()).to.equal(200);
    expect(await picture.text())
      .to.include('III (calc.)')
      .and.include('aVF (calc.)');
    await page.keyboard.press('Escape');
  });

  it('draws those of a long recording in short windows, and says so in long ones', async () => {
    const seconds = 1_200;
    const samples = new Int16Array(2 * seconds * RATE);
    for (let i = 0; i < samples.length / 2; i++) samples.set([400, 1_000], 2 * i);
    await show(page, await uploadLong(web.test, web.test.clinician, samples, { rate: RATE, leads: 2 }));
    await toggle(page).click();
    await drawn(page);
    expect(await remarks(page)).to.deep.equal(['calculated']);
    expect(await ofViewer(page, 'Math.round(viewer.valueAt(2, 10) * 1000)')).to.equal(-600);
    await ofViewer(page, 'viewer.setSpeed(0.1)');
    await drawn(page);
    expect(await remarks(page)).to.deep.equal(['calculated: zoom in']);
    expect(await ofViewer(page, 'scene.strips.filter(({ channel }) => channel === null).length')).to.equal(4);
    expect(await page.locator('.viewer-failure').count(), 'no request was refused').to.equal(0);
  });
});
