/** Recordings of which no channel, or not every channel, has a sampling rate. */
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { call } from '../support/http.ts';
import { drawn, ofViewer, show, until } from '../support/viewed.ts';
import { expectAccessible, webTests } from '../support/web.ts';

/** @param shift makes other signals of it */
const wave = (shift: number) => Array.from({ length: 2_000 }, (_, i) => ((i + shift) % 200) - 100);

describe('The viewer of a recording with unknown sampling rates', function () {
  const web = webTests(this);
  let page: Page;

  before(async () => {
    page = await web.open('/recordings', { as: web.test.clinician });
  });

  it('asks for the sampling rate where the file has none, and then draws', async () => {
    const { json } = await call(web.test, 'POST', '/ecgs', {
      token: web.test.clinician.token,
      body: { leads: [{ name: 'II', signal: Array.from({ length: 2_000 }, (_, i) => (i % 200) - 100) }] },
    });
    await page.goto(`/recordings/${json.id}`);
    await page.getByLabel('Sampling rate in Hz').fill('0');
    await page.getByRole('button', { name: 'Set the rate' }).click();
    await page.getByText('Give a number above 0').waitFor();
    await page.getByLabel('Sampling rate in Hz').fill('1e9');
    await page.getByRole('button', { name: 'Set the rate' }).click();
    await page.getByText('must be at most 1,000,000').waitFor();
    await page.getByLabel('Sampling rate in Hz').fill('200');
    await page.getByRole('button', { name: 'Set the rate' }).click();
    await drawn(page);
    expect(await ofViewer<number>(page, 'viewer.duration')).to.equal(10);
  });

  it('draws the channels that have a sampling rate, says which have none, and asks for it', async () => {
    const signal = Array.from({ length: 2_000 }, (_, i) => (i % 200) - 100);
    const { json } = await call(web.test, 'POST', '/ecgs', {
      token: web.test.clinician.token,
      body: {
        // Without a date, DICOM would ask for one.
        date: '2026-03-05T08:15:30Z',
        leads: [
          { name: 'belt, upper', signal },
          { name: 'a,b', samplingRate: 200, signal },
        ],
      },
    });
    await show(page, json.id as string);
    await until(page, 'leadwire.viewer.counts.window.value');
    expect(await ofViewer(page, 'scene.strips.map(({ label }) => label)')).to.deep.equal(['a,b']);
    expect(await page.locator('table.counts tbody th').allTextContents()).to.deep.equal(['a,b']);
    await page.getByText('Not drawn, because the file does not state their sampling rate: belt, upper.').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByText('A window is exported without the channels that have no times: belt, upper.').waitFor();
    await page.locator('dialog .formats a').first().waitFor();
    const links = await page.locator('dialog a[href]').all();
    const found = await Promise.all(
      links.map(async (link) => page.request.head((await link.getAttribute('href')) as string).then((a) => a.status())),
    );
    expect(found).to.include(200).and.not.include(422);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Set their rate' }).click();
    await expectAccessible(page);
    await page.getByLabel('Sampling rate in Hz').fill('100');
    await page.getByRole('button', { name: 'Set the rate' }).click();
    await until(page, 'window.leadwire?.viewer.scene.value?.strips.length === 2');
    await drawn(page);
    expect(await ofViewer(page, '[viewer.duration, viewer.rateOf(0), viewer.rateOf(1)]')).to.deep.equal([20, 100, 200]);
  });

  it('keeps a mark on its lead while it is edited, also behind a channel that is not drawn', async () => {
    const { token } = web.test.clinician;
    const { json } = await call(web.test, 'POST', '/ecgs', {
      token,
      body: {
        leads: [
          { name: 'belt', signal: wave(1) },
          { name: 'I', samplingRate: 200, signal: wave(2) },
          { name: 'II', samplingRate: 100, signal: wave(3) },
        ],
      },
    });
    const body = { from: 1, to: 1.5, channel: 'I', value: { kind: 'QT', ms: 500 } };
    await call(web.test, 'POST', `/ecgs/${json.id}/annotations`, { token, body });
    await show(page, json.id as string);
    await page.getByRole('tab', { name: 'Marks' }).click();
    await page.getByRole('button', { name: 'Edit the mark' }).click();
    await until(page, 'leadwire.viewer.caliper.value');
    expect(await ofViewer(page, '(({ channel, a, b }) => [channel, a.sample, b.sample])(viewer.caliper.value)')).to.eql(
      [0, 200, 300],
    );
    const lead = page.getByRole('form').getByLabel('Lead *', { exact: true });
    expect(await lead.locator('option').allTextContents()).to.deep.equal(['I', 'II']);
    await page.locator('.stage').first().focus();
    await page.keyboard.press('ArrowRight');
    await until(page, "[...document.querySelectorAll('.own-marks input')].some(({ value }) => value === '1.505')");
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('form').waitFor({ state: 'detached' });
    const { items } = (await call(web.test, 'GET', `/ecgs/${json.id}/annotations`, { token })).json;
    expect(items[0]).to.deep.include({ at: 1, duration: 0.505, channel: 'I' });
  });
});
